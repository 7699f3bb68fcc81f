#include "admin/selftest/phone/incoming_call.hpp"

#include "sip-core/message/response.hpp"

namespace ringfence::admin {

namespace sip = sip_core::sip;
using sip::HeaderName;
using sip::Method;

namespace {

constexpr std::size_t kTagOctets = 8;

}  // namespace

IncomingCall::IncomingCall(const PhoneIdentity& identity, sip::Message invite, Random& random)
    : identity_(identity), invite_(std::move(invite)), tag_(random.token(kTagOctets)) {}

PhoneStep IncomingCall::start() const {
  sip::OutgoingMessage ringing = sip::make_response(invite_, 180, "", tag_);
  ringing.add(HeaderName::contact, identity_.contact());
  return PhoneStep().with(ringing.serialize()).and_then(Invited{std::string(invite_.body())});
}

PhoneStep IncomingCall::answer(std::string sdp) {
  if (state_ != State::ringing) return {};
  state_ = State::answered;
  sip::OutgoingMessage ok = sip::make_response(invite_, 200, "", tag_);
  ok.add(HeaderName::contact, identity_.contact())
      .add(HeaderName::allow, "INVITE, ACK, BYE, CANCEL, OPTIONS")
      .body("application/sdp", std::move(sdp));
  return PhoneStep().with(ok.serialize());
}

PhoneStep IncomingCall::refuse(int status) {
  if (state_ != State::ringing) return {};
  state_ = State::over;
  return PhoneStep().with(sip::make_response(invite_, status, "", tag_).serialize());
}

PhoneStep IncomingCall::cancelled(const sip::Message& request) {
  PhoneStep step;
  step.with(sip::make_response(request, 200, "", tag_).serialize());
  if (state_ != State::ringing) return step;
  state_ = State::over;
  return step.with(sip::make_response(invite_, 487, "", tag_).serialize()).and_then(HungUp{});
}

PhoneStep IncomingCall::receive_request(const sip::Message& request) {
  switch (request.method()) {
    case Method::ack:
      if (state_ != State::answered) return {};
      state_ = State::confirmed;
      return PhoneStep().and_then(Acknowledged{});
    case Method::cancel:
      return cancelled(request);
    case Method::bye:
      state_ = State::over;
      return PhoneStep()
          .with(sip::make_response(request, 200, "", tag_).serialize())
          .and_then(HungUp{});
    default:
      // Nothing else belongs into so short a call.
      return PhoneStep().with(sip::make_response(request, 488, "", tag_).serialize());
  }
}

}  // namespace ringfence::admin
