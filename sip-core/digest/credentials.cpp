#include "sip-core/digest/credentials.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace ringfence::sip_core::digest {

namespace {

using Fault = std::optional<DigestError>;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  });
}

std::string eight_digits(std::uint32_t count) {
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), count, 16).ptr;
  const auto size = static_cast<std::size_t>(end - digits.data());
  return std::string(digits.size() - size, '0') + std::string(digits.data(), size);
}

Fault read_identity(Credentials& credentials, const AuthParameters& parameters) {
  if (parameters.get("username*")) return DigestError::username;
  const auto userhash = parameters.get("userhash");
  if (userhash && !equal_without_case(*userhash, "false")) return DigestError::username;
  constexpr std::array<std::pair<std::string_view, std::string_view Credentials::*>, 5> kMandatory =
      {{
          {"username", &Credentials::username},
          {"realm", &Credentials::realm},
          {"nonce", &Credentials::nonce},
          {"uri", &Credentials::uri},
          {"response", &Credentials::response},
      }};
  for (const auto& [name, member] : kMandatory) {
    const auto value = parameters.get(name);
    if (!value) return DigestError::missing;
    credentials.*member = *value;
  }
  if (const auto opaque = parameters.get("opaque")) credentials.opaque.emplace(*opaque);
  return std::nullopt;
}

Fault read_quality(Credentials& credentials, const AuthParameters& parameters) {
  const auto qop = parameters.get("qop");
  if (!qop) return std::nullopt;
  if (equal_without_case(*qop, "auth")) {
    credentials.qop = Qop::auth;
  } else if (equal_without_case(*qop, "auth-int")) {
    credentials.qop = Qop::auth_int;
  } else {
    return DigestError::qop;
  }
  const auto cnonce = parameters.get("cnonce");
  const auto count = parameters.get("nc");
  if (!cnonce || !count) return DigestError::missing;
  if (count->size() != 8 || !is_hex(*count)) return DigestError::nonce_count;
  credentials.cnonce = *cnonce;
  credentials.nonce_count_text = *count;
  std::from_chars(count->data(), count->data() + count->size(), credentials.nonce_count, 16);
  return std::nullopt;
}

Fault read_algorithm(Credentials& credentials, const AuthParameters& parameters) {
  const auto name = parameters.get("algorithm");
  const auto algorithm = algorithm_from(name.value_or(""));
  if (!algorithm) return DigestError::algorithm;
  credentials.algorithm = *algorithm;
  credentials.algorithm_given = name.has_value();
  if (credentials.response.size() != hex_length(*algorithm) || !is_hex(credentials.response)) {
    return DigestError::response_length;
  }
  return std::nullopt;
}

}  // namespace

std::expected<Credentials, DigestError> Credentials::parse(std::string_view header_value) {
  auto read = AuthParameters::parse(header_value);
  if (!read) return std::unexpected(read.error());
  Credentials credentials;
  credentials.parameters = std::move(*read);
  const AuthParameters& parameters = credentials.parameters;
  if (const Fault fault = read_identity(credentials, parameters)) return std::unexpected(*fault);
  if (const Fault fault = read_quality(credentials, parameters)) return std::unexpected(*fault);
  if (const Fault fault = read_algorithm(credentials, parameters)) return std::unexpected(*fault);
  return credentials;
}

std::string Credentials::to_string() const {
  std::string out;
  append_quoted(out, "Digest username=", username);
  append_quoted(out, ", realm=", realm);
  append_quoted(out, ", nonce=", nonce);
  append_quoted(out, ", uri=", uri);
  append_quoted(out, ", response=", response);
  if (algorithm_given) {
    out += ", algorithm=";
    out += digest::to_text(algorithm);
  }
  if (qop != Qop::none) {
    out.append(", qop=").append(digest::to_text(qop)).append(", nc=").append(nonce_count_text);
    append_quoted(out, ", cnonce=", cnonce);
  }
  if (opaque) append_quoted(out, ", opaque=", *opaque);
  return out;
}

HexDigest compute_response(Hasher& hasher, const Credentials& credentials, std::string_view ha1,
                           const Covered& covered) {
  const Algorithm algorithm = credentials.algorithm;
  if (credentials.qop == Qop::none) {
    const HexDigest ha2 = hasher.joined(algorithm, {covered.method, credentials.uri});
    return hasher.joined(algorithm, {ha1, credentials.nonce, ha2});
  }
  const HexDigest ha2 = credentials.qop == Qop::auth
                            ? hasher.joined(algorithm, {covered.method, credentials.uri})
                            : hasher.joined(algorithm, {covered.method, credentials.uri,
                                                        hasher.joined(algorithm, {covered.body})});
  return hasher.joined(algorithm, {ha1, credentials.nonce, credentials.nonce_count_text,
                                   credentials.cnonce, to_text(credentials.qop), ha2});
}

Verdict verify(Hasher& hasher, const Credentials& credentials, std::string_view ha1,
               const Covered& covered) {
  // Without a secret the same work is done on one that nobody may use.
  constexpr std::string_view kNobody =
      "0000000000000000000000000000000000000000000000000000000000000000";
  const std::string_view used =
      ha1.empty() ? kNobody.substr(0, hex_length(credentials.algorithm)) : ha1;
  const HexDigest expected = compute_response(hasher, credentials, used, covered);
  const bool equal = equal_hex_in_constant_time(expected, credentials.response);
  return equal && !ha1.empty() ? Verdict::right : Verdict::wrong;
}

Secrets Secrets::from_password(std::string_view username, std::string_view realm,
                               std::string_view password) {
  return {make_ha1(Algorithm::md5, username, realm, password),
          make_ha1(Algorithm::sha256, username, realm, password)};
}

Verdict verify(const Credentials& credentials, const Secrets& secrets, const Covered& covered) {
  Hasher hasher;
  return verify(hasher, credentials, secrets.ha1(credentials.algorithm), covered);
}

std::string answer(const Challenge& challenge, const Identity& identity, const Covered& covered,
                   std::string_view uri, std::uint32_t nonce_count, std::string_view cnonce) {
  const std::string count = eight_digits(nonce_count);
  Credentials credentials;
  credentials.username = identity.username;
  credentials.realm = challenge.realm;
  credentials.nonce = challenge.nonce;
  credentials.uri = uri;
  credentials.algorithm = challenge.algorithm;
  credentials.algorithm_given = challenge.algorithm_given;
  credentials.opaque = challenge.opaque;
  credentials.qop = challenge.qop;
  if (challenge.qop != Qop::none) {
    credentials.cnonce = cnonce;
    credentials.nonce_count = nonce_count;
    credentials.nonce_count_text = count;
  }
  Hasher hasher;
  const HexDigest ha1 =
      hasher.joined(challenge.algorithm, {identity.username, challenge.realm, identity.password});
  const HexDigest response = compute_response(hasher, credentials, ha1, covered);
  credentials.response = response;
  return credentials.to_string();
}

}  // namespace ringfence::sip_core::digest
