#include "sip-core/sdp/crypto_attribute.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "sip-core/sdp/base64.hpp"
#include "sip-core/sdp/text.hpp"

namespace ringfence::sip_core::sdp {

namespace {

constexpr std::string_view kKeyMethod = "inline:";
constexpr std::uint64_t kMaxLifetime = 1ULL << 48;  // RFC 3711 §9.2
constexpr std::uint64_t kLeastWindow = 64;

using Fault = std::optional<CryptoError>;

// RFC 4568 §9.1: 1 to 9 digits (R104).
std::optional<std::uint32_t> parse_tag(std::string_view text) {
  if (text.size() > 9) return std::nullopt;
  const auto number = parse_decimal(text, 999'999'999);
  if (!number) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

// RFC 4568 §6.1: a decimal number or "2^n", no leading zero, 1 to 2^48 (R110).
std::optional<std::uint64_t> parse_lifetime(std::string_view text) {
  if (text.starts_with("2^")) {
    const std::string_view exponent = text.substr(2);
    const auto number = parse_decimal(exponent, 48);
    if (!number || exponent.size() > 2 || (exponent.size() > 1 && exponent.front() == '0')) {
      return std::nullopt;
    }
    return 1ULL << *number;
  }
  const auto number = parse_decimal(text, kMaxLifetime);
  if (!number || *number == 0 || text.front() == '0') return std::nullopt;
  return number;
}

Fault read_key(CryptoAttribute& crypto, std::string_view text) {
  // Keys of an unusable length are not decoded beyond what any suite needs.
  constexpr std::size_t kLongestKey = 128;
  if (text.size() > kLongestKey) return CryptoError::key_length;
  auto key = base64_decode(text);
  if (!key) return CryptoError::base64;
  if (key->size() != info(crypto.suite).key_and_salt_octets()) return CryptoError::key_length;
  crypto.key_and_salt = std::move(*key);
  return std::nullopt;
}

bool has_leading_zero(std::string_view number) {
  return number.size() > 1 && number.front() == '0';
}

// "value:length": a number, and the octets that it takes in a packet (R111).
std::optional<KeyIdentifier> parse_mki(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view value = text.substr(0, colon);
  const std::string_view length = text.substr(colon + 1);
  const auto number = parse_decimal(value, UINT64_MAX);
  const auto octets = parse_decimal(length, KeyIdentifier::kMostOctets);
  if (!number || !octets || *octets == 0) return std::nullopt;
  if (has_leading_zero(value) || has_leading_zero(length)) return std::nullopt;
  if (*octets < sizeof *number && *number >> (8 * *octets) != 0) return std::nullopt;
  return KeyIdentifier{*number, static_cast<std::uint8_t>(*octets)};
}

// What stands behind the key: "|lifetime" and "|mki:length", in this order (R111).
Fault read_key_options(CryptoAttribute& crypto, std::string_view options) {
  while (!options.empty()) {
    options.remove_prefix(1);  // '|'
    const std::string_view option = options.substr(0, options.find('|'));
    options.remove_prefix(option.size());
    if (crypto.mki) return CryptoError::syntax;
    if (option.contains(':')) {
      crypto.mki = parse_mki(option);
      if (!crypto.mki) return CryptoError::mki;
      continue;
    }
    if (crypto.lifetime) return CryptoError::syntax;
    crypto.lifetime = parse_lifetime(option);
    if (!crypto.lifetime) return CryptoError::lifetime;
  }
  return std::nullopt;
}

Fault read_key_parameters(CryptoAttribute& crypto, std::string_view text) {
  if (!text.starts_with(kKeyMethod)) return CryptoError::key_method;
  // Several keys, told apart by their MKI (R113): we hold one at a time.
  if (text.contains(';')) return CryptoError::several_keys;
  text.remove_prefix(kKeyMethod.size());
  const std::string_view key = text.substr(0, text.find('|'));
  if (const Fault fault = read_key(crypto, key)) return fault;
  return read_key_options(crypto, text.substr(key.size()));
}

// RFC 4568 §6.3: a parameter that changes the session and is not known makes the line invalid,
// unless it begins with "-" (R114). UNENCRYPTED_SRTP and its kin are refused by policy, KDR and
// FEC_* because nothing here does them (R115).
bool is_acceptable_parameter(std::string_view text) {
  constexpr std::string_view kWindow = "WSH=";
  if (text.starts_with(kWindow)) {
    const auto window = parse_decimal(text.substr(kWindow.size()), 1U << 30);
    return window && *window >= kLeastWindow;
  }
  return text.size() > 1 && text.front() == '-';
}

Fault read_session_parameters(std::string_view rest) {
  while (!rest.empty()) {
    const std::string_view parameter = take_word(rest);
    if (!parameter.empty() && !is_acceptable_parameter(parameter)) {
      return CryptoError::session_parameter;
    }
  }
  return std::nullopt;
}

}  // namespace

std::string_view reason(CryptoError error) {
  switch (error) {
    case CryptoError::syntax:
      return "syntax";
    case CryptoError::tag:
      return "tag";
    case CryptoError::unknown_suite:
    case CryptoError::unusable_suite:
      return "suite";
    case CryptoError::key_method:
      return "keymethod";
    case CryptoError::base64:
      return "base64";
    case CryptoError::key_length:
      return "keylen";
    case CryptoError::lifetime:
      return "lifetime";
    case CryptoError::mki:
      return "mki";
    case CryptoError::several_keys:
      return "keys";
    case CryptoError::session_parameter:
      return "parameter";
  }
  return "syntax";
}

std::expected<CryptoAttribute, CryptoError> parse_crypto(std::string_view value,
                                                         std::span<const CryptoSuite> allowed) {
  std::string_view rest = trim_spaces(value);
  CryptoAttribute crypto;
  const auto tag = parse_tag(take_word(rest));
  if (!tag) return std::unexpected(CryptoError::tag);
  crypto.tag = *tag;
  std::string_view name = take_word(rest);
  if (const auto other = other_spelling(name)) {
    crypto.spelling = other->spelling;
    name = other->registered;
  }
  const auto suite = crypto_suite_from(name);
  if (!suite) return std::unexpected(CryptoError::unknown_suite);
  if (!info(*suite).usable || std::ranges::find(allowed, *suite) == allowed.end()) {
    return std::unexpected(CryptoError::unusable_suite);
  }
  crypto.suite = *suite;
  const std::string_view key_parameters = take_word(rest);
  if (key_parameters.empty()) return std::unexpected(CryptoError::syntax);
  if (const Fault fault = read_key_parameters(crypto, key_parameters)) {
    return std::unexpected(*fault);
  }
  if (const Fault fault = read_session_parameters(rest)) return std::unexpected(*fault);
  return crypto;
}

std::string KeyIdentifier::octets() const {
  std::string out(size, '\0');
  std::uint64_t rest = value;
  for (auto octet = out.rbegin(); octet != out.rend(); ++octet, rest >>= 8)
    *octet = static_cast<char>(rest & 0xff);
  return out;
}

std::string write_crypto(const CryptoAttribute& crypto) {
  std::string out = std::to_string(crypto.tag);
  out += ' ';
  out += crypto.spelling.empty() ? info(crypto.suite).name : crypto.spelling;
  out += ' ';
  out += kKeyMethod;
  out +=
      base64_encode(crypto.key_and_salt.bytes(), crypto.padded ? Padding::with : Padding::without);
  if (crypto.lifetime) {
    out += std::has_single_bit(*crypto.lifetime)
               ? "|2^" + std::to_string(std::countr_zero(*crypto.lifetime))
               : "|" + std::to_string(*crypto.lifetime);
  }
  if (crypto.mki) {
    out += "|" + std::to_string(crypto.mki->value) + ":" + std::to_string(crypto.mki->size);
  }
  return out;
}

std::optional<CryptoAttribute> make_crypto(std::uint32_t tag, CryptoSuite suite, SecretBytes key) {
  if (key.size() != info(suite).key_and_salt_octets() || tag > 999'999'999) return std::nullopt;
  CryptoAttribute crypto;
  crypto.tag = tag;
  crypto.suite = suite;
  crypto.key_and_salt = std::move(key);
  return crypto;
}

CryptoLines crypto_lines(const MediaDescription& media, std::span<const CryptoSuite> allowed) {
  std::vector<std::string_view> values;
  std::vector<std::uint32_t> tags;
  for (const Attribute& attribute : media.attributes) {
    if (attribute.name != "crypto") continue;
    values.push_back(attribute.value.value_or(""));
    std::string_view rest = trim_spaces(values.back());
    if (const auto tag = parse_tag(take_word(rest))) tags.push_back(*tag);
  }
  CryptoLines lines;
  for (const std::string_view value : values) {
    auto crypto = parse_crypto(value, allowed);
    if (!crypto) {
      lines.refused.push_back(crypto.error());
    } else if (std::ranges::count(tags, crypto->tag) > 1) {
      lines.refused.push_back(CryptoError::tag);
    } else {
      lines.acceptable.push_back(std::move(*crypto));
    }
  }
  return lines;
}

}  // namespace ringfence::sip_core::sdp
