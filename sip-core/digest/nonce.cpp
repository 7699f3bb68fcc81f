#include "sip-core/digest/nonce.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <utility>
#include <vector>

namespace ringfence::sip_core::digest {

namespace {

// Hexadecimal digits: 10 of seconds since 1970, 16 of salt, 32 of the tag.
constexpr std::size_t kStampDigits = 10;
constexpr std::size_t kSaltOctets = 8;
constexpr std::size_t kTagOctets = 16;
constexpr std::size_t kSignedDigits = kStampDigits + kSaltOctets * 2;
constexpr std::size_t kNonceDigits = kSignedDigits + kTagOctets * 2;

std::string to_hex(std::span<const std::uint8_t> octets) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(octets.size() * 2);
  for (const std::uint8_t octet : octets) {
    out += kDigits[octet >> 4];
    out += kDigits[octet & 15];
  }
  return out;
}

std::string stamp_of(WallTime now) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch());
  std::array<std::uint8_t, kStampDigits / 2> octets{};
  auto value = static_cast<std::uint64_t>(seconds.count());
  for (std::size_t i = octets.size(); i-- > 0; value >>= 8) {
    octets[i] = static_cast<std::uint8_t>(value & 0xff);
  }
  return to_hex(octets);
}

WallTime time_of(std::string_view stamp) {
  std::int64_t seconds = 0;
  std::from_chars(stamp.data(), stamp.data() + stamp.size(), seconds, 16);
  return WallTime(std::chrono::seconds(seconds));
}

}  // namespace

NonceMint::NonceMint(SecretBytes secret, std::chrono::seconds lifetime)
    : secret_(std::move(secret)), lifetime_(lifetime) {
  constexpr std::size_t kLeastSecret = 32;
  if (secret_.size() < kLeastSecret) std::abort();
}

std::string NonceMint::tag(std::string_view stamp_and_salt, std::string_view realm) const {
  std::vector<std::uint8_t> input(stamp_and_salt.begin(), stamp_and_salt.end());
  input.insert(input.end(), realm.begin(), realm.end());
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> octets{};
  unsigned int size = 0;
  const auto key = secret_.bytes();
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), input.data(), input.size(),
           octets.data(), &size) == nullptr) {
    std::abort();
  }
  return to_hex(std::span(octets).first(kTagOctets));
}

std::string NonceMint::mint(std::string_view realm, WallTime now, Random& random) const {
  std::string nonce = stamp_of(now) + random.token(kSaltOctets);
  nonce += tag(nonce, realm);
  return nonce;
}

NonceCheck NonceMint::check(std::string_view nonce, std::string_view realm, WallTime now) const {
  if (nonce.size() != kNonceDigits) return {};
  const std::string expected = tag(nonce.substr(0, kSignedDigits), realm);
  const std::string_view given = nonce.substr(kSignedDigits);
  if (CRYPTO_memcmp(expected.data(), given.data(), expected.size()) != 0) return {};
  const WallTime issued = time_of(nonce.substr(0, kStampDigits));
  const bool valid = issued <= now && now - issued <= lifetime_;
  return {valid ? NonceState::valid : NonceState::expired, issued};
}

}  // namespace ringfence::sip_core::digest
