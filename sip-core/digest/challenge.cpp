#include "sip-core/digest/challenge.hpp"

#include <algorithm>

namespace ringfence::sip_core::digest {

namespace {

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  });
  return out;
}

// Of qop="auth,auth-int" what we take; nullopt: nothing that we know.
std::optional<Qop> choose_qop(std::string_view offered) {
  std::string list = lower_case(offered);
  std::erase_if(list, [](char c) { return c == ' ' || c == '\t'; });
  list = ',' + list + ',';
  if (list.contains(",auth,")) return Qop::auth;
  if (list.contains(",auth-int,")) return Qop::auth_int;
  return std::nullopt;
}

}  // namespace

std::expected<Challenge, DigestError> Challenge::parse(std::string_view header_value) {
  const auto parameters = AuthParameters::parse(header_value);
  if (!parameters) return std::unexpected(parameters.error());
  const auto realm = parameters->get("realm");
  const auto nonce = parameters->get("nonce");
  if (!realm || !nonce) return std::unexpected(DigestError::missing);
  const auto algorithm_name = parameters->get("algorithm");
  const auto algorithm = algorithm_from(algorithm_name.value_or(""));
  if (!algorithm) return std::unexpected(DigestError::algorithm);
  const auto offered = parameters->get("qop");
  const auto qop = offered ? choose_qop(*offered) : Qop::none;
  if (!qop) return std::unexpected(DigestError::qop);
  Challenge challenge;
  challenge.realm = *realm;
  challenge.nonce = *nonce;
  if (const auto opaque = parameters->get("opaque")) challenge.opaque.emplace(*opaque);
  challenge.algorithm = *algorithm;
  challenge.algorithm_given = algorithm_name.has_value();
  challenge.qop = *qop;
  challenge.stale = lower_case(parameters->get("stale").value_or("")) == "true";
  return challenge;
}

std::string Challenge::to_string() const {
  constexpr std::size_t kAround = 96;  // names, algorithm and signs
  std::string out;
  out.reserve(realm.size() + nonce.size() + kAround);
  append_quoted(out, "Digest realm=", realm);
  append_quoted(out, ", nonce=", nonce);
  if (opaque) append_quoted(out, ", opaque=", *opaque);
  if (qop != Qop::none) append_quoted(out, ", qop=", to_text(qop));
  if (stale) out += ", stale=true";
  if (algorithm_given) {
    out += ", algorithm=";
    out += to_text(algorithm);
  }
  return out;
}

std::vector<std::string> write_challenges(std::string_view realm, std::string_view nonce,
                                          Stale stale, Algorithm strongest) {
  Challenge challenge;
  challenge.realm = realm;
  challenge.nonce = nonce;
  challenge.algorithm_given = true;
  challenge.qop = Qop::auth;
  challenge.stale = stale == Stale::yes;
  std::vector<std::string> values;
  for (const Algorithm algorithm : {Algorithm::sha256, Algorithm::md5}) {
    if (algorithm > strongest) continue;
    challenge.algorithm = algorithm;
    values.push_back(challenge.to_string());
  }
  return values;
}

std::optional<Challenge> select_challenge(std::span<const std::string_view> header_values,
                                          Algorithm weakest) {
  for (const std::string_view value : header_values) {
    auto challenge = Challenge::parse(value);
    if (challenge && challenge->algorithm >= weakest) return std::move(*challenge);
  }
  return std::nullopt;
}

}  // namespace ringfence::sip_core::digest
