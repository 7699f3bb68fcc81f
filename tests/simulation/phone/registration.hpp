// Registration: a simulated phone's REGISTER: digest, refreshing at half time, back-off after
// failures and lost connections, and now and then a fetch that must list what was granted.
#pragma once

#include <optional>
#include <string>

#include "tests/simulation/phone/call_host.hpp"

namespace ringfence::simulation {

class Registration {
 public:
  explicit Registration(CallHost& host) : host_(host) {}

  void on_wire_up();
  void on_wire_down();
  // False: the transaction is not ours.
  bool on_response(const SentRequest& request, const sip_core::sip::Message& response);
  bool on_silence(const SentRequest& request);
  // Asks what is registered: our contact must be among it.
  void fetch();
  void stop() { stopped_ = true; }

  bool registered() const { return registered_; }

 private:
  enum class Asks : std::uint8_t { to_register, to_list };
  void send(Asks what);
  void retry();
  void on_granted(const sip_core::sip::Message& response);
  bool lists_us(const sip_core::sip::Message& response) const;

  CallHost& host_;
  std::string call_id_;
  std::string branch_;  // of the request that is out
  Asks asked_ = Asks::to_register;
  std::uint32_t cseq_ = 0;
  int challenges_ = 0;
  bool registered_ = false;
  bool stopped_ = false;
  TimePoint granted_until_;
  PlanId next_;
};

}  // namespace ringfence::simulation
