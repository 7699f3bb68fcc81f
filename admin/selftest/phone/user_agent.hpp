// UserAgent: one selftest phone's SIP (RFC 3261 §8): its registration and at most one call, and
// polite answers to whatever else comes. Pure: messages in, PhoneStep out. Deadlines are its
// owner's.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "admin/selftest/phone/incoming_call.hpp"
#include "admin/selftest/phone/outgoing_call.hpp"
#include "admin/selftest/phone/phone_identity.hpp"
#include "admin/selftest/phone/phone_step.hpp"
#include "admin/selftest/phone/registration.hpp"
#include "runtime/random.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::admin {

class UserAgent {
 public:
  UserAgent(PhoneIdentity identity, Random& random);
  // Its parts refer to its identity.
  UserAgent(const UserAgent&) = delete;
  UserAgent& operator=(const UserAgent&) = delete;

  PhoneStep register_binding(std::chrono::seconds expires);  // zero: unregister
  PhoneStep call(std::string_view target, std::string offer);
  PhoneStep answer(std::string sdp);
  PhoneStep refuse(int status);
  PhoneStep hang_up();
  PhoneStep receive(sip_core::sip::Message message);

  const PhoneIdentity& identity() const { return identity_; }

 private:
  PhoneStep receive_request(sip_core::sip::Message request);
  PhoneStep receive_response(const sip_core::sip::Message& response);

  PhoneIdentity identity_;
  Random& random_;
  Registration registration_;
  std::optional<OutgoingCall> outgoing_;
  std::optional<IncomingCall> incoming_;
};

}  // namespace ringfence::admin
