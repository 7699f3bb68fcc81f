// IncomingCall: the callee's side of one call over TLS (RFC 3261 §13.3, §15): rings at once, is
// answered or refused by its owner, and waits for the ACK. Pure. Its 2xx is sent once: whoever
// misses the ACK sees it as a failure of the test.
#pragma once

#include <string>

#include "admin/selftest/phone/phone_identity.hpp"
#include "admin/selftest/phone/phone_step.hpp"
#include "runtime/random.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::admin {

class IncomingCall {
 public:
  IncomingCall(const PhoneIdentity& identity, sip_core::sip::Message invite, Random& random);

  PhoneStep start() const;  // 180 and the offer
  PhoneStep answer(std::string sdp);
  PhoneStep refuse(int status);
  PhoneStep receive_request(const sip_core::sip::Message& request);
  bool fits(const sip_core::sip::Message& message) const {
    return message.call_id() == invite_.call_id();
  }

 private:
  enum class State : std::uint8_t { ringing, answered, confirmed, over };

  PhoneStep cancelled(const sip_core::sip::Message& request);

  const PhoneIdentity& identity_;
  sip_core::sip::Message invite_;
  std::string tag_;
  State state_ = State::ringing;
};

}  // namespace ringfence::admin
