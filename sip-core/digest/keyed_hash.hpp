// KeyedHash: HMAC-SHA256 (RFC 2104) under one key that is set up once. The key stays inside
// libcrypto's context, which wipes it. One thread; it aborts when libcrypto cannot compute at all.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "runtime/secret.hpp"

namespace ringfence::sip_core::digest {

class KeyedHash {
 public:
  using Tag = std::array<std::uint8_t, 32>;

  explicit KeyedHash(const SecretBytes& key);

  // Of the parts one after the other: their borders are not covered.
  Tag of(std::initializer_list<std::string_view> parts);

 private:
  struct FreeContext {
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  std::unique_ptr<EVP_MAC_CTX, FreeContext> context_;
};

}  // namespace ringfence::sip_core::digest
