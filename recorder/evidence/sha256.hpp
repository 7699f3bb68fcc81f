// Sha256: SHA-256 (FIPS 180-4) of octets that come in parts, as 64 lower-case hexadecimal digits,
// the form that sha256sum prints. It aborts when libcrypto cannot hash at all.
#pragma once

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace ringfence::recorder {

inline constexpr std::size_t kSha256Digits = 64;

class Sha256 {
 public:
  Sha256();

  void add(std::span<const std::uint8_t> octets);
  void add(std::string_view text);
  // Of all that was added so far; more may follow.
  std::string hex() const;

 private:
  struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
};

std::string sha256_hex(std::string_view text);
bool is_sha256_hex(std::string_view text);

}  // namespace ringfence::recorder
