// SequenceMap: the sequence numbers that we give to one relayed stream. SRTP counts wraps of the
// sequence number on both sides without saying so: a stream that begins high, or that jumps, may
// leave the two at different counts for good. So what we protect begins below 2^15 (RFC 4568 §6.4)
// and a jump of the source is closed up; ordinary loss and reordering pass through as they are.
// One per SSRC, owned by the sender of a leg; pure.
#pragma once

#include <cstdint>
#include <optional>

namespace ringfence::media_worker {

class SequenceMap {
 public:
  // The number under which the packet with `incoming` leaves; none: it is too late to leave.
  std::optional<std::uint16_t> outgoing(std::uint16_t incoming) noexcept;
  // Another process sent up to `last`, extended: the next packet, whatever its number, follows it.
  void resume(std::uint32_t last) noexcept {
    started_ = true;
    resuming_ = true;
    floor_ = last;
  }
  // From here on only numbers above all that have left: the key changes.
  void seal() noexcept { floor_ = highest_ + offset_; }
  // Receiver reports count our numbers; the source wants its own (RFC 3550 §6.4.1, extended
  // highest sequence number received).
  std::uint32_t to_source(std::uint32_t extended_highest) const noexcept {
    return extended_highest - offset_;
  }

 private:
  bool started_ = false;
  bool resuming_ = false;
  std::uint32_t highest_ = 0;  // of the source, extended
  std::uint32_t offset_ = 0;   // ours minus the source's, modulo 2^32
  std::optional<std::uint32_t> floor_;
};

}  // namespace ringfence::media_worker
