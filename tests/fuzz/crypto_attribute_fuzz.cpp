// One a=crypto value (RFC 4568 §9.1): what is accepted has a key of its suite's length, and is
// written in a form that reads the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sip-core/sdp/crypto_attribute.hpp"

using namespace ringfence::sip_core::sdp;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto crypto = parse_crypto(std::string(data, data + size));
  if (!crypto) return reason(crypto.error()).empty() ? std::abort(), 0 : 0;
  if (crypto->key_and_salt.size() != info(crypto->suite).key_and_salt_octets()) std::abort();
  const std::string text = write_crypto(*crypto);
  const auto again = parse_crypto(text);
  if (!again || write_crypto(*again) != text) std::abort();
  return 0;
}
