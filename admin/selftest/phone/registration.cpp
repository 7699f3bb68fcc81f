#include "admin/selftest/phone/registration.hpp"

#include <algorithm>

#include "admin/selftest/phone/digest_client.hpp"

namespace ringfence::admin {

namespace sip = sip_core::sip;
using sip::HeaderName;

Registration::Registration(const PhoneIdentity& identity, Random& random)
    : identity_(identity),
      random_(random),
      dialog_(Dialog::outgoing(identity, identity.address_of_record(), random)) {}

sip::OutgoingMessage Registration::compose() {
  sip::OutgoingMessage message =
      dialog_.request(sip::Method::register_, identity_.domain_uri(), random_);
  message.add_number(HeaderName::expires, static_cast<std::uint64_t>(expires_.count()));
  return message;
}

PhoneStep Registration::request(std::chrono::seconds expires) {
  expires_ = expires;
  state_ = State::asked;
  return PhoneStep().with(compose().serialize());
}

PhoneStep Registration::refused(int status, std::string reason) {
  state_ = State::idle;
  return PhoneStep().and_then(RegisterRefused{status, std::move(reason)});
}

PhoneStep Registration::receive(const sip::Message& response) {
  const auto cseq = response.cseq();
  if (state_ == State::idle || !cseq || cseq->number != dialog_.cseq()) return {};
  const int status = response.status_code();
  if (status < 200) return {};
  if (is_challenge(response) && state_ == State::asked) {
    sip::OutgoingMessage again = compose();
    if (const auto answered = answer_challenge(response, identity_, again, random_); !answered) {
      return refused(status, answered.error().message);
    }
    state_ = State::answered_challenge;
    return PhoneStep().with(again.serialize());
  }
  if (status >= 300) return refused(status, std::string(response.reason()));
  state_ = State::idle;
  if (expires_.count() == 0) {
    if (is_bound(response)) return refused(status, "the 200 still lists our binding");
    return PhoneStep().and_then(Unregistered{});
  }
  if (!is_bound(response)) return refused(status, "the 200 does not list our binding");
  return PhoneStep().and_then(Registered{});
}

// §10.3 step 8: the response lists every binding.
bool Registration::is_bound(const sip::Message& response) const {
  const auto ours = sip::NameAddr::parse(identity_.contact());
  const auto contacts = response.contacts();
  if (!ours || !contacts) return false;
  return std::ranges::any_of(contacts->list, [&](const sip::NameAddr& contact) {
    return contact.uri.user == ours->uri.user && contact.uri.host == ours->uri.host &&
           contact.uri.port == ours->uri.port;
  });
}

}  // namespace ringfence::admin
