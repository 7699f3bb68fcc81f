#include "media-worker/rtp/telephone_events.hpp"

#include <algorithm>
#include <chrono>

namespace ringfence::media_worker {
namespace {

constexpr std::uint32_t kFramesPerSecond = 50;
constexpr std::uint8_t kVolume = 10;  // -10 dBm0
constexpr std::uint8_t kEndBit = 0x80;
constexpr std::uint8_t kMarkerBit = 0x80;
constexpr std::uint8_t kEndPackets = 3;  // RFC 4733 §2.5.1.4

// RFC 4733 §2.3.5: 16 bits of timestamp units.
std::uint16_t ticks(Duration time, std::uint32_t clock_rate) {
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
  const std::int64_t all = milliseconds * clock_rate / 1000;
  return static_cast<std::uint16_t>(std::clamp<std::int64_t>(all, 1, 0xffff));
}

}  // namespace

void TelephoneEvents::press(const TelephoneEvent& event, TimePoint now) noexcept {
  if (count_ == kMost) return;
  pressed_[(first_ + count_++) % kMost] = {event, now};
}

void TelephoneEvents::next() noexcept {
  first_ = (first_ + 1) % kMost;
  --count_;
  told_ = {};
}

void TelephoneEvents::forget_old(TimePoint now) noexcept {
  while (waiting() && !told_.begun && now - pressed_[first_].at > kPatience)
    next();
}

std::size_t TelephoneEvents::replace(std::span<std::uint8_t> packet, std::size_t size,
                                     const EventFormat& format, TimePoint now) noexcept {
  forget_old(now);
  const auto header = read_rtp_header(packet.first(size));
  if (!waiting() || format.clock_rate == 0 || !header) return size;
  if (!told_.begun || told_.ssrc != header->ssrc) {
    told_ = {};
    told_.ssrc = header->ssrc;
    told_.timestamp = header->timestamp;
  }
  const std::uint16_t whole = ticks(pressed_[first_].event.duration, format.clock_rate);
  const std::int64_t passed = static_cast<std::int32_t>(header->timestamp - told_.timestamp);
  const std::int64_t so_far = passed + format.clock_rate / kFramesPerSecond;
  // A packet that was overtaken on its way to us takes nothing back.
  told_.duration =
      static_cast<std::uint16_t>(std::clamp<std::int64_t>(so_far, told_.duration, whole));
  const bool last = told_.duration == whole;
  write(packet, *header, format, last);
  told_.begun = true;
  if (last && ++told_.ends == kEndPackets) next();
  return kPacketSize;
}

void TelephoneEvents::write(std::span<std::uint8_t> packet, const RtpHeader& header,
                            const EventFormat& format, bool last) const noexcept {
  packet[0] = 0x80;  // version 2, no padding, no extension, no CSRC
  packet[1] = static_cast<std::uint8_t>(format.payload_type | (told_.begun ? 0 : kMarkerBit));
  write_rtp_sequence(packet, header.sequence);
  write_32(packet, 4, told_.timestamp);
  packet[12] = pressed_[first_].event.code;
  packet[13] = static_cast<std::uint8_t>(kVolume | (last ? kEndBit : 0));
  write_16(packet, 14, told_.duration);
}

}  // namespace ringfence::media_worker
