#include "admin/selftest/phone/user_agent.hpp"

#include "sip-core/message/response.hpp"

namespace ringfence::admin {

namespace sip = sip_core::sip;
using sip::Method;

namespace {

constexpr std::size_t kTagOctets = 8;

}  // namespace

UserAgent::UserAgent(PhoneIdentity identity, Random& random)
    : identity_(std::move(identity)), random_(random), registration_(identity_, random) {}

PhoneStep UserAgent::register_binding(std::chrono::seconds expires) {
  return registration_.request(expires);
}

PhoneStep UserAgent::call(std::string_view target, std::string offer) {
  outgoing_.emplace(identity_, target, std::move(offer), random_);
  return outgoing_->start();
}

PhoneStep UserAgent::answer(std::string sdp) {
  return incoming_ ? incoming_->answer(std::move(sdp)) : PhoneStep{};
}

PhoneStep UserAgent::refuse(int status) {
  return incoming_ ? incoming_->refuse(status) : PhoneStep{};
}

PhoneStep UserAgent::hang_up() {
  return outgoing_ ? outgoing_->hang_up() : PhoneStep{};
}

PhoneStep UserAgent::receive(sip::Message message) {
  return message.is_request() ? receive_request(std::move(message)) : receive_response(message);
}

PhoneStep UserAgent::receive_response(const sip::Message& response) {
  if (registration_.fits(response)) return registration_.receive(response);
  if (outgoing_ && outgoing_->fits(response)) return outgoing_->receive_response(response);
  return {};
}

PhoneStep UserAgent::receive_request(sip::Message request) {
  if (outgoing_ && outgoing_->fits(request)) return outgoing_->receive_request(request);
  if (incoming_ && incoming_->fits(request)) return incoming_->receive_request(request);
  const auto answer_with = [&](int status) -> PhoneStep {
    auto response = sip::make_response(request, status, "", random_.token(kTagOctets));
    response.add(sip::HeaderName::allow, "INVITE, ACK, BYE, CANCEL, OPTIONS");
    PhoneStep step;
    return step.with(response.serialize());
  };
  switch (request.method()) {
    case Method::ack:
      return {};
    case Method::options:
      return answer_with(200);
    case Method::invite:
      if (incoming_ || outgoing_ || !request.to_tag().empty()) {
        return answer_with(request.to_tag().empty() ? 486 : 481);
      }
      incoming_.emplace(identity_, std::move(request), random_);
      return incoming_->start();
    case Method::bye:
    case Method::cancel:
      return answer_with(481);
    default:
      return answer_with(405);
  }
}

}  // namespace ringfence::admin
