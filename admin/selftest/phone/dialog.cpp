#include "admin/selftest/phone/dialog.hpp"

#include <algorithm>

#include "sip-core/message/via.hpp"

namespace ringfence::admin {
namespace {

namespace sip = sip_core::sip;
using sip::HeaderName;
using sip::Method;

constexpr std::string_view kUserAgent = "ringfencectl selftest";
constexpr std::size_t kTagOctets = 8;

std::string target_of(const sip::Message& message) {
  const auto contact = message.contact();
  return contact ? contact->uri.to_string() : std::string();
}

std::vector<std::string> record_routes(const sip::Message& message) {
  std::vector<std::string> routes;
  for (const std::string_view route : message.values(HeaderName::record_route))
    routes.emplace_back(route);
  return routes;
}

}  // namespace

Dialog Dialog::outgoing(const PhoneIdentity& identity, std::string_view remote, Random& random) {
  Dialog dialog;
  dialog.call_id_ = random.token(16);
  dialog.local_ = "<" + identity.address_of_record() + ">;tag=" + random.token(kTagOctets);
  dialog.remote_ = "<" + std::string(remote) + ">";
  dialog.contact_ = identity.contact();
  dialog.sent_by_ = identity.local;
  return dialog;
}

sip::OutgoingMessage Dialog::compose(Method method, std::string_view uri, std::uint32_t cseq,
                                     Random& random) const {
  const std::string branch = std::string(sip::kBranchCookie) + random.token(kTagOctets);
  sip::OutgoingMessage message = sip::OutgoingMessage::request(method, uri);
  message
      .add(HeaderName::via,
           sip::make_via(sip::Transport::tls, sent_by_.ip.in_brackets(), sent_by_.port, branch))
      .add(HeaderName::max_forwards, "70");
  for (const std::string& route : routes_)
    message.add(HeaderName::route, route);
  message.add(HeaderName::from, local_)
      .add(HeaderName::to, remote_)
      .add(HeaderName::call_id, call_id_)
      .add(HeaderName::cseq, sip::make_cseq(cseq, sip::to_text(method)))
      .add(HeaderName::user_agent, kUserAgent);
  const bool has_contact = method == Method::invite || method == Method::register_;
  if (has_contact) message.add(HeaderName::contact, contact_);
  return message;
}

sip::OutgoingMessage Dialog::request(Method method, std::string_view uri, Random& random) {
  return compose(method, uri, ++cseq_, random);
}

sip::OutgoingMessage Dialog::acknowledge(Random& random) const {
  return compose(Method::ack, remote_target_, cseq_, random);
}

void Dialog::confirm(const sip::Message& response) {
  remote_ = response.header(HeaderName::to).value_or(remote_);
  remote_target_ = target_of(response);
  routes_ = record_routes(response);
  std::ranges::reverse(routes_);  // the caller sees them from the other end (§12.1.2)
}

bool Dialog::fits(const sip::Message& message) const {
  return message.call_id() == call_id_;
}

}  // namespace ringfence::admin
