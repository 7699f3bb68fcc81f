// Latch: which source address a leg listens to, and where it sends (RFC 7362 §4, R172). The
// negotiated address wins. A leg that may follow takes another source once, before it heard the
// negotiated one, and then keeps to it; a stream that authenticates itself may move again. A new
// negotiated address forgets what was latched. Pure.
#pragma once

#include <optional>

#include "media-worker/session/leg_description.hpp"

namespace ringfence::media_worker {

// Whether the packets that reach confirm() have been authenticated.
enum class SourceProof : std::uint8_t { none, authenticated };

class Latch {
 public:
  void negotiate(std::optional<SocketAddress> address, LatchPolicy policy) noexcept;

  enum class Verdict : std::uint8_t { expected, candidate, foreign };
  Verdict judge(const SocketAddress& source, SourceProof proof) const noexcept;
  // A packet from a source that was not foreign has been accepted, and it is the newest.
  void confirm(const SocketAddress& source) noexcept { latched_ = source; }

  // Nowhere without a negotiated address.
  std::optional<SocketAddress> destination() const noexcept {
    return negotiated_ && latched_ ? latched_ : negotiated_;
  }
  const std::optional<SocketAddress>& latched() const noexcept { return latched_; }

 private:
  std::optional<SocketAddress> negotiated_;
  std::optional<SocketAddress> latched_;
  LatchPolicy policy_ = LatchPolicy::negotiated_only;
};

}  // namespace ringfence::media_worker
