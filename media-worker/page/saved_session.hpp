// SavedSession: what the next worker must know to go on where this one was killed: the description
// with its keys, the addresses that were latched, and how far each SRTP stream is. Plain memory in
// a page that outlives the process (SessionPage): no pointer, nothing with a destructor. A kill may
// come between any two stores, so each word says something true on its own: an index is stored
// before its packet leaves, a description is valid only once it is whole.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "media-worker/session/leg_description.hpp"
#include "media-worker/srtp/mki.hpp"
#include "media-worker/srtp/ssrc_table.hpp"

namespace ringfence::media_worker {

struct SavedAddress {
  std::uint32_t family = 0;  // 0: none; else 4 or 6
  std::uint16_t port = 0;
  std::array<std::uint8_t, 16> octets{};

  void set(const std::optional<SocketAddress>& address) noexcept;
  std::optional<SocketAddress> get() const;
};

// One direction of a leg's SRTP.
struct SavedStreams {
  struct Stream {
    std::uint32_t ssrc = 0;
    std::uint32_t rtcp_next = 0;  // the highest SRTCP index and one; 0: none
    std::uint64_t rtp_next = 0;   // the highest SRTP index and one; 0: none
  };
  std::uint32_t count = 0;
  std::array<Stream, kMaxSsrcs> streams{};

  std::span<const Stream> used() const noexcept {
    return std::span(streams).first(std::min<std::size_t>(count, streams.size()));
  }
  void note_rtp(Ssrc ssrc, std::uint64_t highest) noexcept;
  void note_rtcp(Ssrc ssrc, std::uint32_t highest) noexcept;
  void clear() noexcept;

 private:
  Stream* place_of(Ssrc ssrc) noexcept;
};

struct SavedLeg {
  static constexpr std::size_t kLongestKey = 46;
  struct Key {
    std::uint32_t size = 0;
    std::array<std::uint8_t, kLongestKey> octets{};
  };

  std::uint64_t lease = 0;
  SavedAddress local;  // of the lease's RTP port
  SavedAddress remote_rtp;
  SavedAddress remote_rtcp;
  std::array<char, 32> suite{};  // its name; empty: plain RTP
  Key send_key;
  Key receive_key;
  Mki send_mki;
  Mki receive_mki;
  std::uint8_t to_peer_held = 0;
  std::uint8_t from_peer_held = 0;
  std::uint8_t follows_source = 0;
  EventFormat events;
  ClockRates clock_rates;
  SavedAddress latched_rtp;
  SavedAddress latched_rtcp;
  SavedStreams sent;
  SavedStreams heard;

  void describe(const LegDescription& leg, const SocketAddress& rtp_port) noexcept;
  // nullopt: of a suite that this program does not know.
  std::optional<LegDescription> description() const;
};

struct SavedSession {
  std::uint32_t valid = 0;
  std::uint64_t id = 0;
  std::uint64_t silence_timeout_s = 0;
  SavedLeg a;
  SavedLeg b;

  bool is_valid() const noexcept;
  void set_valid(bool is) noexcept;
  void describe(const SessionDescription& session, const SocketAddress& a_port,
                const SocketAddress& b_port) noexcept;
  std::optional<SessionDescription> description() const;
};
static_assert(std::is_trivially_copyable_v<SavedSession>);

}  // namespace ringfence::media_worker
