// Transactions: RFC 3261 §17 as a simulated user agent does it, client and server side together,
// over UDP with its retransmissions and over streams. Written apart from the engine's machines, so
// that a misreading there meets another reading here. The 2xx of an INVITE is repeated here too,
// until acknowledge() (§13.3.1.4).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>

#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "tests/simulation/phone/wire.hpp"
#include "tests/simulation/time/schedule.hpp"

namespace ringfence::simulation {

using MessagePtr = std::shared_ptr<const sip_core::sip::Message>;  // transaction and call keep it

enum class Silence : std::uint8_t { timed_out, wire_lost };

// What became of a request of ours. `request` says which one: its Call-ID, CSeq and branch.
struct SentRequest {
  std::string branch;
  std::string call_id;
  sip_core::sip::Method method{};
  std::uint32_t cseq = 0;
  TimePoint sent;
  std::optional<TimePoint> trying;  // the first 100
  std::optional<TimePoint> rang;    // the first other provisional response
};

class TransactionUser {
 public:
  virtual ~TransactionUser() = default;
  virtual void on_request(const MessagePtr& request) = 0;  // ACK to a 2xx and CANCEL too
  virtual void on_response(const SentRequest& request, const MessagePtr& response) = 0;
  virtual void on_silence(const SentRequest& request, Silence why) = 0;
  virtual void on_no_ack(const MessagePtr& invite) = 0;
};

class Transactions {
 public:
  Transactions(Schedule& schedule, Wire& wire, TransactionUser& user)
      : schedule_(schedule), wire_(wire), user_(user) {}

  // The topmost Via with this branch is in it already.
  void send_request(sip_core::sip::OutgoingMessage request, const std::string& branch);
  // False: no provisional response has come yet (§9.1), or it is over.
  bool cancel(const std::string& branch);
  void send_response(const MessagePtr& request, const sip_core::sip::OutgoingMessage& response);
  // The ACK to our 2xx came.
  void acknowledge(std::string_view call_id, std::uint32_t cseq);

  void on_message(sip_core::sip::Message message);
  void on_wire_down();
  // Nothing more is done for this call: its user agent is gone.
  void forget(std::string_view call_id);
  std::size_t pending() const { return clients_.size(); }

 private:
  struct Client {
    SentRequest facts;
    sip_core::sip::OutgoingMessage request;
    std::string octets;
    bool proceeding = false;
    bool cancelled = false;
    bool completed = false;
    std::string ack;  // of a failed INVITE
    Duration interval{};
    PlanId again;
    PlanId give_up;
  };
  struct Server {
    MessagePtr request;
    std::string octets;  // of the last response
    int status = 0;
    Duration interval{};
    PlanId again;
    PlanId over;
  };

  void on_request(const MessagePtr& request);
  void on_response(const MessagePtr& response);
  void finish(Client& client, Duration linger);
  void repeat_request(const std::string& branch);
  void repeat_response(const std::string& key);
  void give_up(const std::string& branch, Silence why);
  void erase_client(const std::string& branch);
  void erase_server(const std::string& key);
  std::string ack_of(const Client& client, const sip_core::sip::Message& failure) const;

  Schedule& schedule_;
  Wire& wire_;
  TransactionUser& user_;
  std::unordered_map<std::string, Client> clients_;  // by branch
  std::unordered_map<std::string, Server> servers_;  // by branch and method
};

}  // namespace ringfence::simulation
