#include "sip-core/registrar/authenticator.hpp"

#include <utility>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/message/characters.hpp"
#include "sip-core/message/response.hpp"
#include "sip-core/registrar/md5_only_user_agents.hpp"
#include "sip-core/routing/tenant_of.hpp"

namespace ringfence::sip_core {
namespace {

// Costs a stranger as much as an extension does; it opens nothing, for there is nobody to be.
constexpr std::string_view kNobodysPassword = "nobody";

digest::Secrets secrets_of(const Extension* extension, const digest::Credentials& credentials) {
  const bool has_password = extension != nullptr && !extension->password.empty();
  auto secrets =
      digest::Secrets::from_password(credentials.username, credentials.realm,
                                     has_password ? extension->password : kNobodysPassword);
  if (has_password) return secrets;
  if (extension == nullptr) return digest::Secrets::unknown_user();
  return {extension->ha1_md5, extension->ha1_sha256};
}

// RFC 8760 §2.6: the digest's URI may differ from the Request-URI, but it must name us (R140).
bool names_us(const Config& config, const digest::Credentials& credentials,
              const sip::Message& request, const Tenant& tenant) {
  if (credentials.uri == request.request_uri_text()) return true;
  const auto uri = sip::Uri::parse(credentials.uri);
  if (!uri || !uri->is_sip()) return false;
  const auto requested = request.request_uri();
  if (requested && sip::equal_without_case(requested->host, uri->host)) return true;
  return sip::equal_without_case(uri->host, tenant.domain) || is_own_address(config, uri->host);
}

// The identity that a request claims must be the one that proved itself: To of a REGISTER, From of
// everything else. A host other than the tenant's domain must at least be an address of ours.
bool identity_fits(const Config& config, const sip::Message& request, const Tenant& tenant,
                   const Extension& extension) {
  const auto claims = request.method() == sip::Method::register_ ? request.to() : request.from();
  if (!claims || !claims->uri.is_sip()) return false;
  const std::string& host = claims->uri.host;
  return claims->uri.decoded_user() == extension.username &&
         (sip::equal_without_case(host, tenant.domain) || is_own_address(config, host));
}

struct Header {
  sip::HeaderName challenge;
  sip::HeaderName credentials;
  int status;
};

Header header_for(const sip::Message& request) {
  if (request.method() == sip::Method::register_) {
    return {sip::HeaderName::www_authenticate, sip::HeaderName::authorization, 401};
  }
  return {sip::HeaderName::proxy_authenticate, sip::HeaderName::proxy_authorization, 407};
}

}  // namespace

Authenticator::Authenticator(SecretBytes secret)
    : mint_(std::move(secret)), nonce_counts_(mint_.lifetime()) {}

AuthResult Authenticator::authenticate(const Config& config, const sip::Message& request,
                                       const Tenant& tenant, const SocketAddress& source,
                                       WallTime wall, Random& random) {
  const Verified verified = verify(config, request, tenant, wall);
  const std::string to_tag = random.token(8);
  switch (verified.outcome) {
    case Outcome::right:
      if (identity_fits(config, request, tenant, *verified.extension)) {
        return Authenticated{verified.extension->id};
      }
      return Refused{sip::make_response(request, 403, "Identity Not Yours", to_tag, source)};
    case Outcome::forbidden:
      return Refused{sip::make_response(request, 403, {}, to_tag, source)};
    case Outcome::stale:
    case Outcome::wrong:
    case Outcome::absent:
      break;
  }
  const Header header = header_for(request);
  Refused refused{sip::make_response(request, header.status, {}, to_tag, source),
                  verified.outcome == Outcome::wrong};
  const auto stale = verified.outcome == Outcome::stale ? digest::Stale::yes : digest::Stale::no;
  const std::string nonce = mint_.mint(tenant.domain, wall, random);
  const auto strongest =
      gives_up_on_sha256(request) ? digest::Algorithm::md5 : digest::Algorithm::sha256;
  for (const std::string& value : digest::write_challenges(tenant.domain, nonce, stale, strongest))
    refused.response.add(header.challenge, value);
  return refused;
}

Authenticator::Verified Authenticator::verify(const Config& config, const sip::Message& request,
                                              const Tenant& tenant, WallTime wall) {
  Verified best;
  for (const std::string_view value : request.values(header_for(request).credentials)) {
    const auto credentials = digest::Credentials::parse(value);
    // RFC 3261 §22.3: credentials of other realms are for others. Without qop there is no
    // protection against replay: asked for again (R139).
    if (!credentials || credentials->realm != tenant.domain || !credentials->qop_auth) continue;
    const Verified one = verify_one(config, *credentials, request, tenant, wall);
    if (one.outcome == Outcome::right) return one;
    best = one;
  }
  return best;
}

Authenticator::Verified Authenticator::verify_one(const Config& config,
                                                  const digest::Credentials& credentials,
                                                  const sip::Message& request, const Tenant& tenant,
                                                  WallTime wall) {
  const Extension* extension = config.extension(tenant.id, credentials.username);
  const auto secrets = secrets_of(extension, credentials);
  const auto verdict = digest::verify(credentials, secrets, request.method_text());
  if (extension == nullptr || verdict == digest::Verdict::wrong) return {Outcome::wrong, nullptr};
  // Only who knows the password is told that the nonce is old (R144).
  const auto nonce = mint_.check(credentials.nonce, tenant.domain, wall);
  if (nonce.state != digest::NonceState::valid) return {Outcome::stale, extension};
  if (nonce_counts_.use(credentials.nonce, credentials.nonce_count, nonce.issued, wall) ==
      digest::NonceCount::replayed) {
    return {Outcome::stale, extension};
  }
  if (!names_us(config, credentials, request, tenant)) return {Outcome::forbidden, extension};
  return {Outcome::right, extension};
}

}  // namespace ringfence::sip_core
