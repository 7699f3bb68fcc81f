// CryptoAttribute: one a=crypto line (RFC 4568 §9.1): tag, suite and the key that its sender will
// encrypt with. parse_crypto() is strict: what we could not honour to the letter is refused
// (several keys, unencrypted or unauthenticated sessions: R110 to R115). Keys live in SecretBytes,
// and no error carries any of the line's text.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/secret.hpp"
#include "sip-core/sdp/crypto_suite.hpp"
#include "sip-core/sdp/media_description.hpp"

namespace ringfence::sip_core::sdp {

enum class CryptoError : std::uint8_t {
  syntax,
  tag,  // not 1 to 9 digits, or twice in one media description
  unknown_suite,
  unusable_suite,  // known, and not among those allowed
  key_method,      // not inline
  base64,
  key_length,
  lifetime,
  mki,
  several_keys,
  session_parameter,  // unknown, or one that policy refuses
};
std::string_view reason(CryptoError error);  // one word, for [srtp-reject] reason=

// The master key identifier that each packet under the key carries (RFC 4568 §6.1).
struct KeyIdentifier {
  // Of the 128 that a peer may ask for: as many as media workers take (media-worker/srtp/mki.hpp).
  static constexpr std::size_t kMostOctets = 16;

  std::uint64_t value = 0;
  std::uint8_t size = 0;  // octets in the packet

  bool operator==(const KeyIdentifier&) const = default;
  std::string octets() const;  // in network order
};

struct CryptoAttribute {
  std::uint32_t tag = 1;
  CryptoSuite suite = CryptoSuite::aes_cm_128_hmac_sha1_80;
  SecretBytes key_and_salt;
  std::optional<std::uint64_t> lifetime;  // packets
  std::optional<KeyIdentifier> mki{};
  bool padded = true;           // where the key's length asks for it (RFC 3548 §2.2)
  std::string_view spelling{};  // of the suite, where the peer has another name for it; static
};

// `value` is what follows "a=crypto:".
std::expected<CryptoAttribute, CryptoError> parse_crypto(
    std::string_view value, std::span<const CryptoSuite> allowed = kCommonSuites);
// The attribute's value; the common suite's key needs no "=" (R102); a lifetime that is a
// power of two as 2^n.
std::string write_crypto(const CryptoAttribute& crypto);
// A line of our own; nullopt when the key's length does not fit the suite.
std::optional<CryptoAttribute> make_crypto(std::uint32_t tag, CryptoSuite suite, SecretBytes key);

// The crypto lines of a media description: the acceptable ones in the order of the peer's
// preference (R105: take the first), and why others are not. A tag used twice makes both lines
// invalid (R104).
struct CryptoLines {
  std::vector<CryptoAttribute> acceptable;
  std::vector<CryptoError> refused;

  bool present() const { return !acceptable.empty() || !refused.empty(); }
};
CryptoLines crypto_lines(const MediaDescription& media,
                         std::span<const CryptoSuite> allowed = kCommonSuites);

}  // namespace ringfence::sip_core::sdp
