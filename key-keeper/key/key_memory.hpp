// The memory in which OpenSSL keeps private keys: apart from everything else, between guard pages,
// locked where the limits allow it, not in core dumps, wiped when freed.
#pragma once

#include <cstdint>

#include "runtime/result.hpp"

namespace ringfence::key_keeper {

enum class KeyMemory : std::uint8_t { locked, swappable };
enum class Cryptography : std::uint8_t { any, fips };

// Once, before confinement and before the first key; afterwards OpenSSL opens no file.
Result<KeyMemory> prepare_cryptography(Cryptography cryptography);

}  // namespace ringfence::key_keeper
