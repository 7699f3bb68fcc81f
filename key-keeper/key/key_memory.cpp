#include "key-keeper/key/key_memory.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <sys/resource.h>

#include <algorithm>
#include <bit>
#include <cstddef>

namespace ringfence::key_keeper {
namespace {

// An RSA-4096 key takes some 4 KiB of it: room for ten thousand. Only what is used is made real.
constexpr std::size_t kHeap = std::size_t{64} << 20;
constexpr std::size_t kSmallestPiece = 32;
constexpr int kLocked = 1;  // CRYPTO_secure_malloc_init's word for it; 2: not locked

Result<KeyMemory> set_up_heap() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_MEMLOCK, &limit) == 0) {
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_MEMLOCK, &limit);
  }
  const int made = CRYPTO_secure_malloc_init(kHeap, kSmallestPiece);
  if (made == 0) return fail("no memory for keys");
  return made == kLocked ? KeyMemory::locked : KeyMemory::swappable;
}

}  // namespace

Result<KeyMemory> prepare_cryptography(Cryptography cryptography) {
  OPENSSL_init_crypto(OPENSSL_INIT_LOAD_CONFIG | OPENSSL_INIT_LOAD_CRYPTO_STRINGS, nullptr);
  if (cryptography == Cryptography::fips &&
      (OSSL_PROVIDER_load(nullptr, "fips") == nullptr ||
       OSSL_PROVIDER_load(nullptr, "base") == nullptr ||
       EVP_set_default_properties(nullptr, "fips=yes") != 1)) {
    return fail("--fips: this OpenSSL has no FIPS provider that can be used");
  }
  return set_up_heap();
}

}  // namespace ringfence::key_keeper
