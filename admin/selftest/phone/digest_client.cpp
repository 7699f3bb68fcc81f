#include "admin/selftest/phone/digest_client.hpp"

#include <vector>

#include "sip-core/digest/credentials.hpp"

namespace ringfence::admin {

Result<void> answer_challenge(const sip_core::sip::Message& response, const PhoneIdentity& identity,
                              sip_core::sip::OutgoingMessage& request, Random& random) {
  namespace digest = sip_core::digest;
  using sip_core::sip::HeaderName;
  const bool by_proxy = response.status_code() == 407;
  std::vector<std::string_view> values;
  for (const std::string_view value :
       response.values(by_proxy ? HeaderName::proxy_authenticate : HeaderName::www_authenticate)) {
    values.push_back(value);
  }
  const auto challenge = digest::select_challenge(values, digest::Algorithm::sha256);
  if (!challenge) return fail("the challenge offers no digest with SHA-256");
  if (challenge->realm != identity.domain) {
    return fail("the challenge is for the realm '" + challenge->realm + "' instead of '" +
                identity.domain + "'");
  }
  request.add(
      by_proxy ? HeaderName::proxy_authorization : HeaderName::authorization,
      digest::answer(*challenge, {identity.username, identity.password},
                     {request.method(), request.body()}, request.uri(), 1, random.token(8)));
  return {};
}

}  // namespace ringfence::admin
