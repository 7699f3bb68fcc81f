#include "sip-core/digest/nonce.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <functional>
#include <span>
#include <utility>

#include "runtime/hex.hpp"

namespace ringfence::sip_core::digest {

namespace {

// Hexadecimal digits: 10 of seconds since 1970, 16 of salt, 8 of the source's mark, 32 of the tag.
constexpr std::size_t kStampDigits = 10;
constexpr std::size_t kSaltDigits = 16;
constexpr std::size_t kMarkDigits = 8;
constexpr std::size_t kTagOctets = 16;
constexpr std::size_t kMarkBegin = kStampDigits + kSaltDigits;
constexpr std::size_t kSignedDigits = kMarkBegin + kMarkDigits;
constexpr std::size_t kNonceDigits = kSignedDigits + kTagOctets * 2;
// The last so many digits; gives their end.
char* write_number(std::uint64_t number, std::size_t digits, char* out) {
  std::array<std::uint8_t, sizeof number> octets{};
  for (std::size_t i = octets.size(); i-- > 0; number >>= 8)
    octets[i] = static_cast<std::uint8_t>(number);
  return write_hex(std::span(octets).last(digits / 2), out);
}

std::uint64_t number_in(std::string_view digits) {
  std::uint64_t number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
  return number;
}

// Which source asked; it proves nothing by itself, the tag covers it.
std::uint64_t mark_of(const IpAddress& source) {
  std::uint64_t mixed = 0;
  for (const std::uint8_t octet : source.octets())
    mixed = (mixed ^ octet) * 0x100'0000'01b3ULL + 0x9e37'79b9ULL;
  return (mixed ^ (mixed >> 32)) & 0xffff'ffffULL;
}

std::uint64_t seconds_of(WallTime time) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count());
}

std::array<char, kTagOctets * 2> tag_of(KeyedHash& hash, std::string_view covered,
                                        std::string_view realm) {
  const KeyedHash::Tag tag = hash.of({covered, realm});
  std::array<char, kTagOctets * 2> digits{};
  write_hex(std::span(tag).first(kTagOctets), digits.data());
  return digits;
}

KeyedHash keyed(const SecretBytes& secret) {
  constexpr std::size_t kLeastSecret = 32;
  if (secret.size() < kLeastSecret) std::abort();
  return KeyedHash(secret);
}

}  // namespace

NonceMint::NonceMint(const SecretBytes& secret, std::chrono::seconds lifetime)
    : current_(keyed(secret)), lifetime_(lifetime) {}

void NonceMint::change_secret(const SecretBytes& secret) {
  previous_ = std::exchange(current_, keyed(secret));
}

std::string NonceMint::mint(std::string_view realm, const IpAddress& source, WallTime now,
                            Random& random) {
  std::string nonce(kNonceDigits, '0');
  char* out = write_number(seconds_of(now), kStampDigits, nonce.data());
  out = write_number(random.number(), kSaltDigits, out);
  out = write_number(mark_of(source), kMarkDigits, out);
  std::ranges::copy(tag_of(current_, std::string_view(nonce).substr(0, kSignedDigits), realm), out);
  return nonce;
}

bool NonceMint::is_ours(std::string_view nonce, std::string_view realm) {
  if (nonce.size() != kNonceDigits) return false;
  const std::string_view covered = nonce.substr(0, kSignedDigits);
  const std::string_view given = nonce.substr(kSignedDigits);
  const auto fits = [&](KeyedHash& hash) {
    return CRYPTO_memcmp(tag_of(hash, covered, realm).data(), given.data(), given.size()) == 0;
  };
  return fits(current_) || (previous_ && fits(*previous_));
}

NonceCheck NonceMint::check(std::string_view nonce, std::string_view realm, const IpAddress& source,
                            WallTime now) {
  if (!is_ours(nonce, realm)) return {};
  NonceCheck check;
  check.issued = WallTime(std::chrono::seconds(number_in(nonce.substr(0, kStampDigits))));
  check.salt = number_in(nonce.substr(kStampDigits, kSaltDigits));
  check.same_source = number_in(nonce.substr(kMarkBegin, kMarkDigits)) == mark_of(source);
  const bool valid = check.issued <= now && now - check.issued <= lifetime_;
  check.state = valid ? NonceState::valid : NonceState::expired;
  return check;
}

}  // namespace ringfence::sip_core::digest
