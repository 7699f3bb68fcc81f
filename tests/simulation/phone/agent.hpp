// Agent: a simulated phone or carrier: a wire, its transactions, its calls, and a registration (a
// phone's own, or a carrier's registrar). Lives as long as the simulation. Connections that break
// are dialled again after a back-off.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "sip-core/digest/challenge.hpp"
#include "tests/simulation/phone/phone_call.hpp"
#include "tests/simulation/phone/registration.hpp"

namespace ringfence::simulation {

class Agent final : public CallHost, public TransactionUser, public WireOwner {
 public:
  struct Surroundings {
    Schedule& schedule;
    Network& network;
    CallBook& book;
    Findings& findings;
    const Habits& habits;
    std::uint64_t seed = 0;
    std::vector<std::string> extensions;  // who may be asked for
  };
  Agent(const Surroundings& around, Profile profile);
  ~Agent() override;

  // How it is reached; once, before it begins.
  void use_udp(SocketAddress local, SocketAddress box);
  void use_dialling(SocketAddress local, SocketAddress box, StreamKind kind);
  void use_listening(SocketAddress local, StreamKind kind);
  void begin();
  void stop_registering();

  void call(std::uint64_t number, const std::string& request_uri);
  bool can_call() const;
  void cut_wire() { wire_->cut(); }
  void check_registration();
  const Profile& profile() const override { return profile_; }
  std::size_t calls() const { return calls_.size(); }

 private:
  const Habits& habits() const override { return around_.habits; }
  Schedule& schedule() override { return around_.schedule; }
  Network& network() override { return around_.network; }
  Dice& dice() override { return dice_; }
  CallBook& book() override { return around_.book; }
  Findings& findings() override { return around_.findings; }
  Transactions& transactions() override { return *transactions_; }
  Wire& wire() override { return *wire_; }
  std::string fresh(std::string_view prefix) override;
  std::string contact() const override;
  std::string via(const std::string& branch) const override;
  SocketAddress media_port() override;
  std::string somebody() override;
  void consult(std::uint64_t number, const std::string& request_uri,
               const std::string& about) override;
  void conclude_consultation(const std::string& about, const PhoneCall& consultation) override;
  bool learn_challenge(const sip_core::sip::Message& response) override;
  void add_credentials(sip_core::sip::OutgoingMessage& request) override;

  void on_message(sip_core::sip::Message message) override;
  void on_wire_up() override;
  void on_wire_down() override;
  void on_request(const MessagePtr& request) override;
  void on_response(const SentRequest& request, const MessagePtr& response) override;
  void on_silence(const SentRequest& request, Silence why) override;
  void on_no_ack(const MessagePtr& invite) override;

  void on_new_call(const MessagePtr& invite);
  void on_register(const MessagePtr& request);
  bool challenged(const MessagePtr& request);
  void reply(const MessagePtr& request, int status);
  PhoneCall* find(std::string_view call_id);
  std::uint64_t number_of(const sip_core::sip::Message& invite);
  void forget_old_calls();
  void tell_registered();

  Surroundings around_;
  Profile profile_;
  Dice dice_;
  std::unique_ptr<Wire> wire_;
  std::unique_ptr<Transactions> transactions_;
  std::optional<Registration> registration_;
  std::unordered_map<std::string, std::unique_ptr<PhoneCall>> calls_;  // by Call-ID
  std::uint64_t last_token_ = 0;
  Port last_media_port_ = 20000;
  struct Learnt {
    sip_core::digest::Challenge challenge;
    bool proxy = false;
    std::uint32_t used = 0;
  };
  std::optional<Learnt> learnt_;
};

}  // namespace ringfence::simulation
