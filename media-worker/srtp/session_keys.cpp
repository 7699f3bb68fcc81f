#include "media-worker/srtp/session_keys.hpp"

#include <algorithm>

#include "media-worker/srtp/aes.hpp"
#include "runtime/secret.hpp"

namespace ringfence::media_worker {
namespace {

// RFC 3711 §4.3.2: SRTP's three labels, then SRTCP's.
constexpr std::uint8_t kSrtpLabels = 0;
constexpr std::uint8_t kSrtcpLabels = 3;
constexpr std::uint8_t kCipherLabel = 0;
constexpr std::uint8_t kAuthenticationLabel = 1;
constexpr std::uint8_t kSaltLabel = 2;
constexpr std::size_t kLabelAt = 7;
constexpr std::size_t kAuthenticationKey = 20;

struct Master {
  Octets key;
  CounterBlock salt{};  // RFC 7714 §11: the shorter salt of AES-GCM is filled up with zeros

  // RFC 3711 §4.3.3: the key stream of AES in counter mode is the derived key.
  bool derive(std::uint8_t label, std::span<std::uint8_t> out) const noexcept {
    CounterBlock counter = salt;
    counter[kLabelAt] ^= label;
    std::ranges::fill(out, std::uint8_t{0});
    return aes_counter_mode(key, counter, out);
  }
};

bool derive(const CryptoSuite& suite, const Master& master, std::uint8_t labels,
            TransformKeys& keys) noexcept {
  const auto label = [labels](std::uint8_t which) {
    return static_cast<std::uint8_t>(labels + which);
  };
  const bool made =
      master.derive(label(kCipherLabel), std::span(keys.cipher).first(suite.key_size)) &&
      master.derive(label(kSaltLabel), std::span(keys.salt).first(suite.salt_size));
  if (!made || suite.transform == SrtpTransform::aes_gcm) return made;
  std::array<std::uint8_t, kAuthenticationKey> key;
  const bool authenticates = master.derive(label(kAuthenticationLabel), key);
  keys.authentication = HmacSha1(key);
  wipe(key.data(), key.size());
  return authenticates;
}

}  // namespace

Result<SessionKeys> SessionKeys::derive(const CryptoSuite& suite, Octets key_salt) {
  Master master{key_salt.first(suite.key_size)};
  std::ranges::copy(key_salt.subspan(suite.key_size), master.salt.begin());
  SessionKeys keys;
  const bool derived = media_worker::derive(suite, master, kSrtpLabels, keys.rtp_) &&
                       media_worker::derive(suite, master, kSrtcpLabels, keys.rtcp_);
  wipe(master.salt.data(), master.salt.size());
  if (!derived) return fail("OpenSSL cannot derive SRTP session keys");
  return keys;
}

SessionKeys::~SessionKeys() {
  wipe(&rtp_, sizeof rtp_);
  wipe(&rtcp_, sizeof rtcp_);
}

}  // namespace ringfence::media_worker
