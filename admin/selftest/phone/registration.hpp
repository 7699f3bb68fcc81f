// Registration: the client side of REGISTER (RFC 3261 §10.2) of one phone. Pure. One request at a
// time; a challenge is answered once, a second one is a refusal. Over TLS nothing is retransmitted;
// a request that stays without an answer is its owner's deadline.
#pragma once

#include <chrono>
#include <string>

#include "admin/selftest/phone/dialog.hpp"
#include "admin/selftest/phone/phone_identity.hpp"
#include "admin/selftest/phone/phone_step.hpp"
#include "runtime/random.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::admin {

class Registration {
 public:
  Registration(const PhoneIdentity& identity, Random& random);

  // Zero removes the binding.
  PhoneStep request(std::chrono::seconds expires);
  PhoneStep receive(const sip_core::sip::Message& response);
  bool fits(const sip_core::sip::Message& response) const { return dialog_.fits(response); }

 private:
  enum class State : std::uint8_t { idle, asked, answered_challenge };

  sip_core::sip::OutgoingMessage compose();
  PhoneStep refused(int status, std::string reason);
  bool is_bound(const sip_core::sip::Message& response) const;

  const PhoneIdentity& identity_;
  Random& random_;
  Dialog dialog_;
  State state_ = State::idle;
  std::chrono::seconds expires_{0};
};

}  // namespace ringfence::admin
