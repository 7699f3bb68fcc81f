// ClockRates: how fast the RTP timestamp runs, by payload type, as the SDP says (RFC 8866 §6.6, RFC
// 3551 §6). Part of a leg's description and of what is saved of it: plain memory, with room for as
// many types as calls use. What finds no room is relayed like the rest, and not measured.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace ringfence::media_worker {

class ClockRates {
 public:
  static constexpr std::size_t kMost = 12;

  // In hertz. The first one that is said of a type stands.
  void add(std::uint8_t payload_type, std::uint32_t rate) noexcept {
    if (rate == 0 || count_ == kMost || of(payload_type) != 0) return;
    types_[count_] = payload_type;
    rates_[count_++] = rate;
  }
  // 0: not known.
  std::uint32_t of(std::uint8_t payload_type) const noexcept {
    for (std::size_t i = 0; i < count_; ++i) {
      if (types_[i] == payload_type) return rates_[i];
    }
    return 0;
  }
  bool operator==(const ClockRates&) const = default;

 private:
  std::array<std::uint32_t, kMost> rates_{};
  std::array<std::uint8_t, kMost> types_{};
  std::uint8_t count_ = 0;
};

}  // namespace ringfence::media_worker
