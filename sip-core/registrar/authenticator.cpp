#include "sip-core/registrar/authenticator.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/message/characters.hpp"
#include "sip-core/message/response.hpp"
#include "sip-core/registrar/md5_only_user_agents.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/routing/tenant_of.hpp"

namespace ringfence::sip_core {
namespace {

// Costs a stranger as much as an extension does; it opens nothing, for there is nobody to be.
constexpr std::string_view kNobodysPassword = "nobody";
constexpr std::chrono::hours kSecretLasts(7 * 24);
// A request that the process before had challenged is repeated with credentials within this time.
constexpr std::chrono::seconds kHandover(32);
constexpr std::chrono::seconds kBetweenLines(1);
constexpr int kMostCredentials = 2;  // one for each algorithm that we offer

NonceSecretRecord fresh_secret(Random& random, WallTime wall) {
  std::array<std::uint8_t, 32> octets{};
  random.fill(octets);
  NonceSecretRecord record{wall, std::make_shared<const SecretBytes>(std::span(octets))};
  wipe(octets.data(), octets.size());
  return record;
}

// RFC 8760 §2.6: the digest's URI may differ from the Request-URI, but it must name us (R140).
bool names_us(const Config& config, const digest::Credentials& credentials,
              const sip::Message& request, const Tenant& tenant) {
  if (credentials.uri == request.request_uri_text()) return true;
  const auto uri = sip::UriView::parse(credentials.uri);
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
  const std::string_view host = claims->uri.host;
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

bool is_power_of_ten(std::uint32_t n) {
  while (n >= 10 && n % 10 == 0)
    n /= 10;
  return n == 1;
}

Refused refuse(Context& context, const RequestReceived& request, std::string_view reason) {
  return {answer(request, 403, reason, context.random.token(8))};
}

}  // namespace

Authenticator::Authenticator(Random& random, WallTime wall)
    : secret_(fresh_secret(random, wall)),
      mint_(*secret_.secret),
      nonce_counts_(mint_.lifetime()),
      limiter_(random.number()) {}

void Authenticator::on_restored(Context& context, std::vector<NonceSecretRecord> secrets) {
  if (secrets.empty()) return keep(context);
  for (NonceSecretRecord& one : secrets) {
    mint_.change_secret(*one.secret);
    secret_ = std::move(one);
  }
  predecessor_until_ = context.unset_wall;
}

void Authenticator::on_housekeeping(Context& context) {
  if (context.unset_wall - secret_.made < kSecretLasts) return;
  secret_ = fresh_secret(context.random, context.unset_wall);
  mint_.change_secret(*secret_.secret);
  keep(context);
}

// Nobody waits for this commit: without it the next process challenges everybody anew.
void Authenticator::keep(Context& context) {
  context.persist({secret_});
}

AuthResult Authenticator::authenticate(Context& context, const RequestReceived& request,
                                       const Tenant& tenant) {
  const Verified verified = verify(context, request, tenant);
  switch (verified.outcome) {
    case Outcome::right:
      if (identity_fits(context.config, *request.message, tenant, *verified.extension)) {
        return Authenticated{verified.extension->id};
      }
      return refuse(context, request, "Identity Not Yours");
    case Outcome::forbidden:
      return refuse(context, request, {});
    case Outcome::too_often: {
      context.counters.get("auth_refused_unseen_total").add();
      return refuse(context, request, "Too Many Failed Attempts");
    }
    case Outcome::stale:
      return challenge(context, request, tenant, digest::Stale::yes);
    case Outcome::wrong:
    case Outcome::absent:
      break;
  }
  Refused refused = challenge(context, request, tenant, digest::Stale::no);
  refused.penalise = verified.penalise;
  return refused;
}

Refused Authenticator::challenge(Context& context, const RequestReceived& request,
                                 const Tenant& tenant, digest::Stale stale) {
  const sip::Message& message = *request.message;
  const Header header = header_for(message);
  Refused refused{answer(request, header.status, {}, context.random.token(8))};
  const std::string nonce =
      mint_.mint(tenant.domain, request.source.remote.ip, context.unset_wall, context.random);
  const auto strongest =
      gives_up_on_sha256(message) ? digest::Algorithm::md5 : digest::Algorithm::sha256;
  for (const std::string& value : digest::write_challenges(tenant.domain, nonce, stale, strongest))
    refused.response.add(header.challenge, value);
  return refused;
}

Authenticator::Verified Authenticator::verify(Context& context, const RequestReceived& request,
                                              const Tenant& tenant) {
  Verified best;
  int looked_at = 0;
  for (const std::string_view value :
       request.message->values(header_for(*request.message).credentials)) {
    const auto credentials = digest::Credentials::parse(value);
    // RFC 3261 §22.3: credentials of other realms are for others. Without qop there is no
    // protection against replay: asked for again (R139).
    if (!credentials || credentials->realm != tenant.domain ||
        credentials->qop == digest::Qop::none) {
      continue;
    }
    if (++looked_at > kMostCredentials) break;
    best = verify_one(context, *credentials, request, tenant);
    if (best.outcome == Outcome::right) break;
  }
  return best;
}

Authenticator::Verified Authenticator::verify_one(Context& context,
                                                  const digest::Credentials& credentials,
                                                  const RequestReceived& request,
                                                  const Tenant& tenant) {
  const IpAddress& source = request.source.remote.ip;
  const Flow& flow = request.source.flow;
  AuthLimiter::Attempt attempt{tenant.id, credentials.username, flow, source};
  if (context.registrar.is_registered_over(tenant.id, credentials.username, flow)) {
    attempt.via = AuthLimiter::Via::registered_flow;
  }
  if (!limiter_.may_try(attempt, context.now)) return {Outcome::too_often};
  const Extension* extension = context.config.extension(tenant.id, credentials.username);
  const auto verdict = compare(extension, credentials, *request.message);
  if (extension == nullptr || verdict == digest::Verdict::wrong) return wrong(context, attempt);
  limiter_.note_right(attempt, context.now);
  // Only who knows the password is told that the nonce is old (R144).
  const Outcome nonce = judge_nonce(context, credentials, source);
  if (nonce != Outcome::right) return {nonce, extension};
  if (!names_us(context.config, credentials, *request.message, tenant)) {
    return {Outcome::forbidden, extension};
  }
  return {Outcome::right, extension};
}

// For whomever, one HA1 is computed and compared: nobody tells from the work who exists (R146).
digest::Verdict Authenticator::compare(const Extension* extension,
                                       const digest::Credentials& credentials,
                                       const sip::Message& request) {
  const bool has_password = extension != nullptr && !extension->password.empty();
  const digest::HexDigest from_password = hasher_.joined(
      credentials.algorithm, {credentials.username, credentials.realm,
                              has_password ? extension->password : kNobodysPassword});
  std::string_view ha1;
  if (has_password) {
    ha1 = from_password;
  } else if (extension != nullptr) {
    ha1 = credentials.algorithm == digest::Algorithm::md5 ? extension->ha1_md5
                                                          : extension->ha1_sha256;
  }
  return digest::verify(hasher_, credentials, ha1, {request.method_text(), request.body()});
}

Authenticator::Outcome Authenticator::judge_nonce(const Context& context,
                                                  const digest::Credentials& credentials,
                                                  const IpAddress& source) {
  const auto nonce = mint_.check(credentials.nonce, credentials.realm, source, context.unset_wall);
  if (nonce.state != digest::NonceState::valid) return Outcome::stale;
  if (nonce.issued <= predecessor_until_) {
    // Its counts died with the process that knew them: only a challenge that was on its way is
    // taken up, for its first use, by the one who got it (R143).
    const bool fits = credentials.nonce_count == 1 && nonce.same_source &&
                      predecessor_until_ - nonce.issued <= kHandover;
    if (!fits) return Outcome::stale;
  }
  const auto count =
      nonce_counts_.use(nonce.salt, credentials.nonce_count, nonce.issued, context.unset_wall);
  return count == digest::NonceCount::fresh ? Outcome::right : Outcome::stale;
}

Authenticator::Verified Authenticator::wrong(Context& context,
                                             const AuthLimiter::Attempt& attempt) {
  context.counters.get("auth_failures_total").add();
  const AuthLimiter::Failures failures = limiter_.note_wrong(attempt, context.now);
  const std::uint32_t most = std::max(failures.of_source, failures.of_user);
  if (is_power_of_ten(most) && context.now >= next_line_) {
    next_line_ = context.now + kBetweenLines;
    constexpr std::size_t kShown = 64;
    context.log(LogLevel::warning, "auth-fail", "credentials were wrong",
                {{"user", std::string(attempt.username.substr(0, kShown))},
                 {"ip", attempt.source.to_string()},
                 {"n", std::to_string(most)}});
  }
  Verified verified{Outcome::wrong};
  verified.penalise = failures.of_source > AuthLimiter::kPerSource;
  return verified;
}

}  // namespace ringfence::sip_core
