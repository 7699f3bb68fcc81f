// TelephoneEvents: keys that were pressed elsewhere (a SIP INFO), said in a stream as RFC 4733
// events. While a key is told, each packet of the stream that goes to the peer becomes a packet of
// the event: the stream keeps its SSRC, its sequence numbers and with them its SRTP index, and
// needs no timer. Where no packets come nothing can be told, and keys that wait too long are
// forgotten. One per leg; pure, allocates nothing.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "media-worker/rtp/rtp_packet.hpp"
#include "runtime/clock.hpp"

namespace ringfence::media_worker {

struct TelephoneEvent {
  static constexpr std::uint8_t kHighest = 16;  // RFC 4733 §3.2: 0 to 9, *, #, A to D, flash
  std::uint8_t code = 0;
  Duration duration{};
};

// What the peer has named for events in its SDP.
struct EventFormat {
  std::uint8_t payload_type = 0;
  std::uint32_t clock_rate = 0;  // of the stream too; 0: the peer takes no events
};

class TelephoneEvents {
 public:
  static constexpr std::size_t kMost = 16;
  static constexpr std::size_t kPacketSize = kRtpFixedHeader + 4;
  static constexpr std::chrono::seconds kPatience{5};

  // What finds no room is forgotten.
  void press(const TelephoneEvent& event, TimePoint now) noexcept;
  bool waiting() const noexcept { return count_ > 0; }
  // Makes the packet of `size` octets one of the first event that waits; its size from then on.
  std::size_t replace(std::span<std::uint8_t> packet, std::size_t size, const EventFormat& format,
                      TimePoint now) noexcept;

 private:
  struct Pressed {
    TelephoneEvent event;
    TimePoint at;
  };
  // The event that is being told.
  struct Told {
    bool begun = false;
    Ssrc ssrc;
    std::uint32_t timestamp = 0;  // of its beginning
    std::uint16_t duration = 0;   // so far
    std::uint8_t ends = 0;        // packets with the E bit
  };
  void next() noexcept;
  void forget_old(TimePoint now) noexcept;
  void write(std::span<std::uint8_t> packet, const RtpHeader& header, const EventFormat& format,
             bool last) const noexcept;

  std::size_t first_ = 0;
  std::size_t count_ = 0;
  Told told_;
  std::array<Pressed, kMost> pressed_{};
};

}  // namespace ringfence::media_worker
