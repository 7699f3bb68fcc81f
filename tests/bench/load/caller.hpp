// Caller: the load driver's user agent client: basic calls (INVITE … 200, ACK, a while, BYE, 200)
// or registrations with digest, each counted as done or failed. On UDP it repeats its requests (RFC
// 3261 Timers A and E). One thread, on the loop.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/random.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "tests/bench/load/audio.hpp"
#include "tests/bench/load/transport.hpp"

namespace ringfence::bench {

struct LoadResult {
  std::uint64_t started = 0;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::uint64_t lost = 0;                 // of these: calls that had been answered
  std::uint64_t repeated = 0;             // requests sent again
  std::vector<double> milliseconds;       // to the 200 of the INVITE or of the REGISTER
  std::map<int, std::uint64_t> refusals;  // by status
  AudioResult audio;
  std::uint64_t unsecured = 0;  // answers without the audio that was offered
};

class Caller {
 public:
  // `transport` may not exist yet; it is set before the first begin().
  Caller(Loop& loop, const LoadOptions& options) : loop_(loop), options_(options) {}
  void use(Transport& transport) { transport_ = &transport; }

  void begin();  // one more
  void on_message(std::string octets);
  bool idle() const { return all_.empty(); }
  LoadResult result;

 private:
  struct Session {
    std::uint64_t number = 0;
    std::size_t connection = 0;
    TimePoint started;
    std::uint32_t cseq = 1;
    std::string to;      // with the tag, once there is one
    std::string target;  // Request-URI within the dialog
    std::vector<std::string> routes;
    std::string ack;      // of the INVITE's 200; empty: not answered
    std::string request;  // what waits for its final response; empty: nothing does
    bool provisional = false;
    AudioPtr audio;  // where calls have any
    Timer timer;     // sends it again, or ends the hold time
    Timer give_up;
  };

  std::string user(const Session& session) const;
  std::string call_id(const Session& session) const;
  sip_core::sip::OutgoingMessage make(const Session& session, sip_core::sip::Method method) const;
  void send(Session& session, const sip_core::sip::OutgoingMessage& request);
  void repeat(std::uint64_t number, Duration after);
  void send_invite(Session& session);
  void send_register(Session& session, const std::string& authorization);
  void on_invite_answered(Session& session, const sip_core::sip::Message& response);
  void on_challenge(Session& session, const sip_core::sip::Message& response);
  void finish(std::uint64_t number, bool done);

  Loop& loop_;
  const LoadOptions& options_;
  Transport* transport_ = nullptr;
  SystemRandom random_;
  std::string run_ = random_.token(4);  // tells this run's messages from another's
  std::uint64_t last_ = 0;
  std::unordered_map<std::uint64_t, Session> all_;
};

}  // namespace ringfence::bench
