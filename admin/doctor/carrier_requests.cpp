#include "admin/doctor/carrier_requests.hpp"

#include <vector>

#include "sip-core/digest/credentials.hpp"
#include "sip-core/message/cseq.hpp"
#include "sip-core/trunk/trunk_uris.hpp"

namespace ringfence::admin {

namespace sip = sip_core::sip;
namespace digest = sip_core::digest;
using sip::HeaderName;

CarrierRequests::CarrierRequests(const sip_core::Trunk& trunk, const SocketAddress& local,
                                 Random& random)
    : trunk_(trunk),
      local_(local),
      random_(random),
      call_id_(random.token(16)),
      from_tag_(random.token(8)) {}

sip::OutgoingMessage CarrierRequests::compose(sip::Method method) {
  const std::string uri = sip_core::registrar_uri(trunk_);
  const std::string identity =
      "<" + (trunk_.username.empty() ? uri : sip_core::registered_identity(trunk_)) + ">";
  auto request = sip::OutgoingMessage::request(method, uri);
  request
      .add(HeaderName::via, "SIP/2.0/" + std::string(sip_core::via_token(trunk_.transport())) +
                                " " + local_.to_string() + ";branch=z9hG4bK" + random_.token(12) +
                                ";rport")
      .add_number(HeaderName::max_forwards, 70)
      .add(HeaderName::from, identity + ";tag=" + from_tag_)
      .add(HeaderName::to, identity)
      .add(HeaderName::call_id, call_id_)
      .add(HeaderName::cseq, sip::make_cseq(++cseq_, request.method()));
  if (trunk_.outbound_proxy) request.add(HeaderName::route, sip_core::proxy_route(trunk_));
  return request;
}

sip::OutgoingMessage CarrierRequests::options() {
  auto request = compose(sip::Method::options);
  request.add(HeaderName::contact,
              "<" + std::string(sip_core::trunk_scheme(trunk_)) + ":" + local_.to_string() + ">");
  return request;
}

sip::OutgoingMessage CarrierRequests::bindings() {
  auto request = compose(sip::Method::register_);
  sip_core::add_media_security(trunk_, media_security_.mechanisms(), sip_core::OurMechanisms::said,
                               request);
  return request;
}

std::optional<sip::OutgoingMessage> CarrierRequests::answer(const sip::Message& challenge) {
  const bool by_proxy = challenge.status_code() == 407;
  std::vector<std::string_view> values;
  for (const std::string_view value :
       challenge.values(by_proxy ? HeaderName::proxy_authenticate : HeaderName::www_authenticate)) {
    values.push_back(value);
  }
  const auto chosen = digest::select_challenge(values);
  if (!chosen) return std::nullopt;
  media_security_.learn(challenge);
  auto request = bindings();
  const std::string& user = trunk_.auth_username.empty() ? trunk_.username : trunk_.auth_username;
  request.add(by_proxy ? HeaderName::proxy_authorization : HeaderName::authorization,
              digest::answer(*chosen, {user, trunk_.password}, {request.method(), {}},
                             request.uri(), 1, random_.token(8)));
  return request;
}

bool CarrierRequests::is_answer(const sip::Message& response) const {
  const auto cseq = response.cseq();
  return !response.is_request() && response.status_code() >= 200 && cseq && cseq->number == cseq_ &&
         response.call_id() == call_id_;
}

}  // namespace ringfence::admin
