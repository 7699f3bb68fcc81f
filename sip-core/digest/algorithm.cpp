#include "sip-core/digest/algorithm.hpp"

#include <algorithm>

#include "sip-core/digest/hasher.hpp"

namespace ringfence::sip_core::digest {

namespace {

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Hexadecimal letters in lower case, without a branch; of other octets it changes only one bit, and
// both sides of a comparison are digits and letters of hexadecimal by then.
constexpr unsigned int folded(unsigned char octet) {
  return octet | ((octet & 0x40U) >> 1U);
}

}  // namespace

std::string_view to_text(Algorithm algorithm) {
  return algorithm == Algorithm::md5 ? "MD5" : "SHA-256";
}

std::optional<Algorithm> algorithm_from(std::string_view name) {
  const auto is = [name](std::string_view known) {
    return std::ranges::equal(name, known, {}, to_lower, to_lower);
  };
  if (name.empty() || is("md5")) return Algorithm::md5;
  if (is("sha-256")) return Algorithm::sha256;
  return std::nullopt;
}

std::string_view to_text(Qop qop) {
  switch (qop) {
    case Qop::none:
      return "";
    case Qop::auth:
      return "auth";
    case Qop::auth_int:
      return "auth-int";
  }
  return "";
}

std::size_t hex_length(Algorithm algorithm) {
  return algorithm == Algorithm::md5 ? 32 : 64;
}

std::string make_ha1(Algorithm algorithm, std::string_view username, std::string_view realm,
                     std::string_view password) {
  return std::string(Hasher().joined(algorithm, {username, realm, password}).view());
}

bool equal_hex_in_constant_time(std::string_view expected, std::string_view given) {
  if (expected.size() != given.size()) return false;
  // The digits come from whoever asks to be let in: neither their case nor where they first differ
  // may show in the time.
  unsigned int difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const auto a = static_cast<unsigned char>(expected[i]);
    const auto b = static_cast<unsigned char>(given[i]);
    difference |= folded(a) ^ folded(b);
  }
  return difference == 0;
}

}  // namespace ringfence::sip_core::digest
