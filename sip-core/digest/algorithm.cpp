#include "sip-core/digest/algorithm.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace ringfence::sip_core::digest {

namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using ContextPtr = std::unique_ptr<EVP_MD_CTX, FreeContext>;

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), to_lower);
  return out;
}

// libcrypto refuses only when it is out of memory or was built without the hash: no request can be
// judged then.
void require(int result) {
  if (result != 1) std::abort();
}

}  // namespace

std::string_view to_text(Algorithm algorithm) {
  return algorithm == Algorithm::md5 ? "MD5" : "SHA-256";
}

std::optional<Algorithm> algorithm_from(std::string_view name) {
  const std::string lower = lower_case(name);
  if (lower.empty() || lower == "md5") return Algorithm::md5;
  if (lower == "sha-256") return Algorithm::sha256;
  return std::nullopt;
}

std::size_t hex_length(Algorithm algorithm) {
  return algorithm == Algorithm::md5 ? 32 : 64;
}

std::string hash_joined(Algorithm algorithm, std::initializer_list<std::string_view> parts) {
  const ContextPtr context(EVP_MD_CTX_new());
  const EVP_MD* kind = algorithm == Algorithm::md5 ? EVP_md5() : EVP_sha256();
  require(context ? EVP_DigestInit_ex(context.get(), kind, nullptr) : 0);
  bool first = true;
  for (const std::string_view part : parts) {
    if (!first) require(EVP_DigestUpdate(context.get(), ":", 1));
    first = false;
    require(EVP_DigestUpdate(context.get(), part.data(), part.size()));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> octets{};
  unsigned int size = 0;
  require(EVP_DigestFinal_ex(context.get(), octets.data(), &size));
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(std::size_t{size} * 2);
  for (std::size_t i = 0; i < size; ++i) {
    out += kDigits[octets[i] >> 4];
    out += kDigits[octets[i] & 15];
  }
  return out;
}

std::string make_ha1(Algorithm algorithm, std::string_view username, std::string_view realm,
                     std::string_view password) {
  return hash_joined(algorithm, {username, realm, password});
}

bool equal_hex_in_constant_time(std::string_view expected, std::string_view given) {
  const std::string a = lower_case(expected);
  const std::string b = lower_case(given);
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace ringfence::sip_core::digest
