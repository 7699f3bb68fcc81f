// PhoneSession: RFC 4028 as a simulated user agent keeps it, in either role: what it asks for and
// grants, who refreshes, when that is due, and when the session counts as dead. Written apart from
// the engine's SessionTimer, so that a misreading there meets another reading here.
#pragma once

#include <chrono>
#include <optional>

#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "tests/simulation/time/schedule.hpp"

namespace ringfence::simulation {

class PhoneSession {
 public:
  enum class Refreshes : std::uint8_t { we, they };

  // A request of ours: what we want, or what was agreed (§7.4).
  void ask(sip_core::sip::OutgoingMessage& request) const;
  // A 422 to it: from now on we ask for what it says.
  void take_minimum(const sip_core::sip::Message& response);
  void on_success(const sip_core::sip::Message& response, TimePoint now);
  // A request of theirs, and our 2xx to it. `wish`: who is to refresh where they leave it to us.
  void grant(const sip_core::sip::Message& request, sip_core::sip::OutgoingMessage& response,
             Refreshes wish, TimePoint now);
  void want(std::chrono::seconds interval) { wanted_ = interval; }

  bool runs() const { return interval_.count() > 0; }
  bool we_refresh() const { return runs() && refreshes_ == Refreshes::we; }
  TimePoint began() const { return began_; }
  TimePoint refresh_due() const { return began_ + interval_ / 2; }
  TimePoint dead_at() const;  // §10

 private:
  void start(std::chrono::seconds interval, Refreshes who, TimePoint now);

  std::chrono::seconds wanted_{90};
  std::chrono::seconds interval_{0};  // 0: there is none
  Refreshes refreshes_ = Refreshes::we;
  TimePoint began_;
};

}  // namespace ringfence::simulation
