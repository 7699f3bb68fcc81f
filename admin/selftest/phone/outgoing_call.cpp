#include "admin/selftest/phone/outgoing_call.hpp"

#include "admin/selftest/phone/digest_client.hpp"
#include "sip-core/message/response.hpp"

namespace ringfence::admin {

namespace sip = sip_core::sip;
using sip::HeaderName;
using sip::Method;

namespace {

// RFC 3261 §17.1.1.3, §9.1: ACK of a refusal and CANCEL are copies of the INVITE's head.
sip::OutgoingMessage beside_invite(const sip::OutgoingMessage& invite, Method method,
                                   std::uint32_t cseq) {
  sip::OutgoingMessage message = sip::OutgoingMessage::request(method, invite.uri());
  for (const HeaderName name : {HeaderName::via, HeaderName::max_forwards, HeaderName::from,
                                HeaderName::to, HeaderName::call_id}) {
    message.add(name, invite.header(name).value_or(""));
  }
  message.add(HeaderName::cseq, sip::make_cseq(cseq, sip::to_text(method)));
  return message;
}

}  // namespace

OutgoingCall::OutgoingCall(const PhoneIdentity& identity, std::string_view target,
                           std::string offer, Random& random)
    : identity_(identity),
      random_(random),
      dialog_(Dialog::outgoing(identity, target, random)),
      target_(target),
      offer_(std::move(offer)) {}

void OutgoingCall::compose_invite() {
  invite_ = dialog_.request(Method::invite, target_, random_);
  invite_->add(HeaderName::allow, "INVITE, ACK, BYE, CANCEL, OPTIONS")
      .body("application/sdp", offer_);
}

PhoneStep OutgoingCall::start() {
  compose_invite();
  state_ = State::calling;
  return PhoneStep().with(invite_->serialize());
}

PhoneStep OutgoingCall::receive_response(const sip::Message& response) {
  const auto cseq = response.cseq();
  if (!cseq || cseq->number != dialog_.cseq()) {
    // A 2xx that comes again has the INVITE's number, which a BYE has passed by.
    const bool repeated = response.method() == Method::invite && !ack_.empty();
    return repeated ? PhoneStep().with(ack_) : PhoneStep();
  }
  if (response.method() == Method::invite) return receive_invite_response(response);
  if (response.method() != Method::bye || state_ != State::ending) return {};
  const int status = response.status_code();
  if (status < 200) return {};
  state_ = State::over;
  if (status < 300) return PhoneStep().and_then(CallEnded{});
  return PhoneStep().and_then(HangUpRefused{status, std::string(response.reason())});
}

PhoneStep OutgoingCall::receive_invite_response(const sip::Message& response) {
  const int status = response.status_code();
  if (status < 200) {
    return status == 180 ? PhoneStep().and_then(Ringing{}) : PhoneStep();
  }
  if (status < 300) {
    if (!ack_.empty()) return PhoneStep().with(ack_);
    dialog_.confirm(response);
    ack_ = dialog_.acknowledge(random_).serialize();
    const bool given_up = state_ == State::over;
    state_ = State::confirmed;
    if (!given_up) return PhoneStep().with(ack_).and_then(Answered{std::string(response.body())});
    // §9.1: the answer was faster than the CANCEL.
    PhoneStep step = hang_up();
    step.send.insert(step.send.begin(), ack_);
    return step;
  }
  PhoneStep step;
  step.with(acknowledge_refusal(response));
  if (state_ != State::calling) return step;
  if (is_challenge(response) && !answered_challenge_) {
    answered_challenge_ = true;
    compose_invite();
    const auto answered = answer_challenge(response, identity_, *invite_, random_);
    if (answered) {
      return step.with(invite_->serialize());
    }
    step.and_then(CallRefused{status, answered.error().message});
  } else {
    step.and_then(CallRefused{status, std::string(response.reason())});
  }
  state_ = State::over;
  return step;
}

std::string OutgoingCall::acknowledge_refusal(const sip::Message& response) const {
  sip::OutgoingMessage ack = beside_invite(*invite_, Method::ack, dialog_.cseq());
  // §17.1.1.3: the To is the response's, with its tag.
  ack.set(HeaderName::to, response.header(HeaderName::to).value_or(""));
  return ack.serialize();
}

std::string OutgoingCall::cancel() const {
  return beside_invite(*invite_, Method::cancel, dialog_.cseq()).serialize();
}

PhoneStep OutgoingCall::hang_up() {
  if (state_ == State::calling) {
    state_ = State::over;
    return PhoneStep().with(cancel());
  }
  if (state_ != State::confirmed) return {};
  state_ = State::ending;
  return PhoneStep().with(dialog_.request_inside(Method::bye, random_).serialize());
}

PhoneStep OutgoingCall::receive_request(const sip::Message& request) {
  if (request.method() == Method::ack) return {};
  if (request.method() == Method::bye) {
    state_ = State::over;
    return PhoneStep()
        .with(sip::make_response(request, 200, "", "").serialize())
        .and_then(HungUp{});
  }
  // Nothing else belongs into so short a call.
  return PhoneStep().with(sip::make_response(request, 488, "", "").serialize());
}

}  // namespace ringfence::admin
