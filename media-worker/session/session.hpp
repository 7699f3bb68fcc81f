// Session: two legs and the packet path between them. Pure: bytes, their source and the time in;
// bytes and their destination out, in the same storage. Owned by its io/running_session; opens no
// socket, allocates nothing per packet, counts every packet once. RTCP passes through relay_rtcp,
// so that what names the inside of one network does not reach the other.
#pragma once

#include <expected>
#include <span>

#include "media-worker/rtp/rtcp_relay.hpp"
#include "media-worker/session/leg.hpp"
#include "runtime/random.hpp"

namespace ringfence::media_worker {

enum class LegName : std::uint8_t { a, b };

inline LegName other_leg(LegName name) {
  return name == LegName::a ? LegName::b : LegName::a;
}

class Session {
 public:
  // `totals` and `keys` are the process's.
  Session(SessionId id, MediaCounters& totals, SendKeyRegister& keys, Random& random);

  // All of it or nothing; between two packets.
  Result<void> apply(const SessionDescription& description, TimePoint now);

  // As Leg's, for both.
  void save_to(SavedSession* saved) noexcept;
  void resume(const SavedSession& saved) noexcept;

  struct Forward {
    LegName to = LegName::a;
    Component component = Component::rtp;
    SocketAddress destination;
    std::span<const std::uint8_t> octets;
    PacketKind kind = PacketKind::rtp;
  };
  // `storage` begins with the datagram of `size` octets and has kSrtpTrailerRoom after it. A drop
  // has been counted when this returns.
  std::expected<Forward, DropReason> on_packet(LegName from, Component component,
                                               const SocketAddress& source,
                                               std::span<std::uint8_t> storage, std::size_t size,
                                               TimePoint now) noexcept;
  // What became of a Forward.
  void on_sent(LegName to, PacketKind kind) noexcept;
  void on_send_failed(LegName to) noexcept;

  // A key for that leg's peer.
  void press(LegName to, const TelephoneEvent& event, TimePoint now) noexcept {
    leg(to).press(event, now);
  }

  // R169: whether neither peer has proved to be there, by RTP or RTCP, for as long as the session
  // may be silent.
  bool is_silent(TimePoint now) const {
    return silence_timeout_ > Duration::zero() && now - last_received_ >= silence_timeout_;
  }
  TimePoint last_received() const { return last_received_; }

  SessionId id() const { return id_; }
  const Leg& leg(LegName name) const { return name == LegName::a ? a_ : b_; }

 private:
  Leg& leg(LegName name) { return name == LegName::a ? a_ : b_; }
  void drop(LegName from, DropReason reason) noexcept;
  std::expected<std::size_t, DropReason> rewrite_rtcp(LegName from, std::span<std::uint8_t> storage,
                                                      std::size_t size) noexcept;

  SessionId id_;
  MediaCounters& totals_;
  SendKeyRegister& keys_;
  Leg a_;
  Leg b_;
  Duration silence_timeout_{};
  TimePoint last_received_;        // or the moment that it was last set
  std::array<Cname, 2> cnames_{};  // by the leg that the RTCP came from
};

}  // namespace ringfence::media_worker
