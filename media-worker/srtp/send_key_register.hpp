// SendKeyRegister: every key that this process has sent under. A counter-mode key whose index
// starts again is broken in silence (a two-time pad), so a key is claimed once, and a second claim,
// by whatever leg or session, is refused. Keeps digests, never keys; bounded, oldest forgotten
// first. One per process.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <set>
#include <span>

namespace ringfence::media_worker {

enum class KeyClaim : std::uint8_t { fresh, used_before };

class SendKeyRegister {
 public:
  using Digest = std::array<std::uint8_t, 32>;

  bool knows(std::span<const std::uint8_t> key_salt) const {
    return known_.contains(digest_of(key_salt));
  }
  KeyClaim claim(std::span<const std::uint8_t> key_salt);
  static Digest digest_of(std::span<const std::uint8_t> key_salt);

  static constexpr std::size_t kRemembered = 1 << 16;

 private:
  std::set<Digest> known_;
  std::deque<std::set<Digest>::iterator> by_age_;
};

}  // namespace ringfence::media_worker
