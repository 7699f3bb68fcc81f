// Hasher: MD5 and SHA-256 as digest authentication uses them, fetched from libcrypto once and
// computed in contexts that are kept. Whoever verifies owns one; one thread. It aborts when
// libcrypto cannot hash at all: no request can be judged then.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

#include "sip-core/digest/algorithm.hpp"

namespace ringfence::sip_core::digest {

// A hash in lower-case hexadecimal.
class HexDigest {
 public:
  std::string_view view() const { return {digits_.data(), size_}; }
  operator std::string_view() const { return view(); }  // NOLINT(google-explicit-constructor)

 private:
  friend class Hasher;
  std::array<char, 64> digits_{};
  std::size_t size_ = 0;
};

class Hasher {
 public:
  Hasher();

  // H of the parts joined by ':'.
  HexDigest joined(Algorithm algorithm, std::initializer_list<std::string_view> parts);
  // How many hashes were computed: equal work shows in it (R146).
  std::uint64_t count() const { return count_; }

 private:
  struct FreeHash {
    void operator()(EVP_MD* hash) const { EVP_MD_free(hash); }
  };
  struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  struct Kind {
    std::unique_ptr<EVP_MD, FreeHash> hash;
    std::unique_ptr<EVP_MD_CTX, FreeContext> context;
  };
  static Kind make(const char* name);

  Kind md5_;
  Kind sha256_;
  std::uint64_t count_ = 0;
};

}  // namespace ringfence::sip_core::digest
