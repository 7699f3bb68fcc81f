#include "admin/doctor/advice.hpp"

#include <fmt/format.h>

namespace ringfence::admin {
namespace {

using Kind = LinkFailure::Kind;
using sip_core::TransportKind;

std::string set_command(const TrunkName& name, std::string_view what) {
  return fmt::format("ringfencectl trunk set {} {}", name.full, what);
}

std::string_view port_column(const sip_core::Trunk& trunk) {
  return trunk.tls ? "tls_port" : "port";
}

std::string named_names(const std::optional<CertificateFacts>& certificate) {
  return certificate && !certificate->names.empty() ? "for " + certificate->names
                                                    : "for no name at all";
}

std::string wrong_name(const sip_core::Trunk& trunk, const TrunkName& name,
                       const std::optional<CertificateFacts>& certificate) {
  return fmt::format(
      "the carrier's certificate is {}, not for {}: put the right name into host, or, where the "
      "carrier says that this is meant, '{}' (a trusted certificate of any name)",
      named_names(certificate), trunk.host, set_command(name, "tls_verify=ca"));
}

}  // namespace

std::string advice_on_link(const sip_core::Trunk& trunk, const TrunkName& name,
                           const SocketAddress& target, const LinkFailure& failure,
                           const std::optional<CertificateFacts>& certificate) {
  const std::string place = target.to_string();
  switch (failure.kind) {
    case Kind::refused:
      return fmt::format(
          "nothing listens at {} over {} (connection refused): ask the carrier for its port, then "
          "'{}'",
          place, sip_core::leg_token(trunk.transport()),
          set_command(name, fmt::format("{}=PORT", port_column(trunk))));
    case Kind::no_answer:
      return fmt::format(
          "no answer from {} ({}): a firewall on the way, the wrong port, or a carrier that does "
          "not know our address",
          place, failure.reason);
    case Kind::unreachable:
      return fmt::format("{} cannot be reached: {}", place, failure.reason);
    case Kind::closed:
      return fmt::format(
          "{} closes the connection: the carrier may know only certain addresses, or ask for a "
          "client certificate (column client_certificate)",
          place);
    case Kind::not_tls:
      return fmt::format(
          "{} answers, but not with TLS: the wrong port ('{}'), or a carrier without TLS ('{}')",
          place, set_command(name, "tls_port=PORT"), set_command(name, "tls=0"));
    case Kind::not_sip:
      return fmt::format("{} answers, but not in SIP ({}): is it the carrier's port for SIP? '{}'",
                         place, failure.reason,
                         set_command(name, fmt::format("{}=PORT", port_column(trunk))));
    case Kind::certificate_expired:
      return fmt::format(
          "the carrier's certificate expired on {}: the carrier must renew it; until then no call "
          "goes out over TLS",
          certificate ? certificate->not_after : "an earlier day");
    case Kind::certificate_not_yet:
      return fmt::format(
          "the carrier's certificate is valid from {} on: is this machine's clock right?",
          certificate ? certificate->not_before : "a later day");
    case Kind::certificate_untrusted:
      return fmt::format(
          "the carrier's certificate is not trusted ({}): put its issuer's certificate as PEM "
          "into the folder trust below --certs",
          failure.reason);
    case Kind::certificate_name:
      return wrong_name(trunk, name, certificate);
    case Kind::tls:
      return fmt::format(
          "the TLS handshake with {} failed ({}): the carrier must speak TLS 1.2 or 1.3 with "
          "ECDHE and AEAD",
          place, failure.reason);
  }
  return failure.reason;
}

Finding finding_on_options(int status, const std::string& reason) {
  const std::string answer = fmt::format("OPTIONS is answered with {} {}", status, reason);
  // Any answer shows that SIP is spoken there; many carriers answer 403, 404 or 405 to strangers.
  if (status < 300 || status == 401 || status == 407) return {Severity::good, {}, answer};
  if (status == 403) {
    return {Severity::warning, {}, answer + ": the carrier may not know our address"};
  }
  if (status >= 500) return {Severity::warning, {}, answer + ": the carrier has trouble"};
  return {Severity::good, {}, answer};
}

Finding finding_on_register(const sip_core::Trunk& trunk, const TrunkName& name, int status,
                            const std::string& reason, Answered answered) {
  const std::string answer = fmt::format("{} {}", status, reason);
  const std::string& user = trunk.auth_username.empty() ? trunk.username : trunk.auth_username;
  const bool refused = status == 401 || status == 403 || status == 407;
  if (answered == Answered::yes && refused) {
    return {Severity::bad,
            {},
            fmt::format("the carrier refuses the password of user {} ({}): '{}', or another "
                        "auth_username if the carrier gave you one",
                        user, answer, set_command(name, "--password-stdin"))};
  }
  if (answered == Answered::yes && status == 404) {
    return {Severity::bad,
            {},
            fmt::format("the carrier knows no user {} ({}): '{}'", trunk.username, answer,
                        set_command(name, "username=USER"))};
  }
  if (answered == Answered::yes) {
    return {Severity::good, {}, fmt::format("the password of user {} is right", user)};
  }
  if (status == 403 || status == 404) {
    return {Severity::bad,
            {},
            fmt::format("the carrier refuses user {} before it asks for a password ({}): is "
                        "username right, and does the carrier know our address?",
                        trunk.username, answer)};
  }
  if (status < 300) return {Severity::good, {}, "the carrier asks for no password"};
  return {Severity::warning, {}, fmt::format("REGISTER is answered with {}", answer)};
}

}  // namespace ringfence::admin
