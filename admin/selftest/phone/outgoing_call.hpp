// OutgoingCall: the caller's side of one call over TLS (RFC 3261 §13.2, §15, §9.1): INVITE, its
// challenge, ACK, BYE; a CANCEL where it is given up before the answer. Pure. Requests that stay
// without an answer are its owner's deadline.
#pragma once

#include <optional>
#include <string>

#include "admin/selftest/phone/dialog.hpp"
#include "admin/selftest/phone/phone_identity.hpp"
#include "admin/selftest/phone/phone_step.hpp"
#include "runtime/random.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::admin {

class OutgoingCall {
 public:
  OutgoingCall(const PhoneIdentity& identity, std::string_view target, std::string offer,
               Random& random);

  PhoneStep start();
  PhoneStep receive_response(const sip_core::sip::Message& response);
  PhoneStep receive_request(const sip_core::sip::Message& request);
  // BYE when it is answered, CANCEL before.
  PhoneStep hang_up();
  bool fits(const sip_core::sip::Message& message) const { return dialog_.fits(message); }

 private:
  enum class State : std::uint8_t { idle, calling, confirmed, ending, over };

  void compose_invite();
  PhoneStep receive_invite_response(const sip_core::sip::Message& response);
  std::string acknowledge_refusal(const sip_core::sip::Message& response) const;
  std::string cancel() const;

  const PhoneIdentity& identity_;
  Random& random_;
  Dialog dialog_;
  std::string target_;
  std::string offer_;
  State state_ = State::idle;
  bool answered_challenge_ = false;
  std::optional<sip_core::sip::OutgoingMessage> invite_;  // the latest
  std::string ack_;                                       // of the 2xx, for its retransmissions
};

}  // namespace ringfence::admin
