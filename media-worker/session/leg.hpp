// Leg: one side of a session: its protection, its addresses, its counters. Pure: it is given
// packets and the time, and hands back packets or the reason why not; it owns no socket. receive()
// checks the form, then the source, then authenticates, and only then lets anything move: the
// latch, the statistics, the roll-over counter (R125). send() protects; an SRTP leg has no way to
// send plain.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <variant>

#include "media-worker/rtp/interarrival_jitter.hpp"
#include "media-worker/rtp/packet_kind.hpp"
#include "media-worker/rtp/reception_statistics.hpp"
#include "media-worker/rtp/round_trip.hpp"
#include "media-worker/rtp/telephone_events.hpp"
#include "media-worker/session/latch.hpp"
#include "media-worker/session/leg_description.hpp"
#include "media-worker/session/media_counters.hpp"
#include "media-worker/session/token_bucket.hpp"
#include "media-worker/srtp/srtp_receiver.hpp"
#include "media-worker/srtp/srtp_sender.hpp"

namespace ringfence::media_worker {

// The two sockets of a leg.
enum class Component : std::uint8_t { rtp, rtcp };

struct Outgoing {
  Component component = Component::rtp;
  SocketAddress destination;
  std::size_t size = 0;
};

class Leg {
 public:
  // What of `description` this leg cannot do; changes nothing.
  Result<void> check(const LegDescription& description, const SendKeyRegister& keys) const;
  // After check(); fails only where OpenSSL does.
  Result<void> apply(const LegDescription& description, SendKeyRegister& keys, TimePoint now);

  // From here on the leg notes there how far it is; nullptr: no longer.
  void save_to(SavedLeg* saved) noexcept;
  // After apply(): goes on where another process was, which noted it there.
  void resume(const SavedLeg& saved) noexcept;

  struct Received {
    PacketKind kind = PacketKind::rtp;
    std::size_t size = 0;
  };
  std::expected<Received, DropReason> receive(Component component, const SocketAddress& source,
                                              std::span<std::uint8_t> storage, std::size_t size,
                                              TimePoint now) noexcept;
  std::expected<Outgoing, DropReason> send(PacketKind kind, std::span<std::uint8_t> storage,
                                           std::size_t size, TimePoint now) noexcept;

  // Told to the peer in the stream that goes to it, if it takes events.
  void press(const TelephoneEvent& event, TimePoint now) noexcept;

  // Undoes our own numbering in what this leg's peer reports; null for a plain leg.
  const StreamNumbers* numbers() const noexcept;
  Flow from_peer() const noexcept { return from_peer_; }
  std::optional<SocketAddress> latched() const noexcept { return rtp_latch_.latched(); }
  std::uint64_t lost() const noexcept { return statistics_.lost(); }
  // Of what this peer sends; and of the way to it and back. Absent: nothing could be measured.
  std::optional<Duration> jitter() const noexcept { return jitter_.value(); }
  std::optional<Duration> round_trip() const noexcept { return round_trip_.mean(); }
  // An address that a dropped packet came from, for the log.
  const std::optional<SocketAddress>& foreign_source() const noexcept { return foreign_source_; }
  LeaseId lease() const noexcept { return lease_; }

  MediaCounters counters;

 private:
  struct PlainProtection {};
  struct SrtpProtection {
    SrtpSender sender;
    SrtpReceiver receiver;
  };
  using State = std::variant<PlainProtection, std::unique_ptr<SrtpProtection>>;

  Result<void> apply_srtp(const SdesSrtp& sdes, PeerAddress address, SendKeyRegister& keys,
                          TimePoint now);
  // Null: the leg is plain.
  SrtpProtection* srtp() noexcept {
    auto* keyed = std::get_if<std::unique_ptr<SrtpProtection>>(&state_);
    return keyed == nullptr ? nullptr : keyed->get();
  }
  const SrtpProtection* srtp() const noexcept {
    const auto* keyed = std::get_if<std::unique_ptr<SrtpProtection>>(&state_);
    return keyed == nullptr ? nullptr : keyed->get();
  }
  Latch& latch_of(PacketKind kind) noexcept {
    return kind == PacketKind::rtcp && !multiplexed_ ? rtcp_latch_ : rtp_latch_;
  }
  void confirm(Latch& latch, const SocketAddress& source) noexcept;
  void save_latches() noexcept;
  std::expected<PacketKind, DropReason> classify(Component component, Octets packet) const noexcept;
  std::expected<Latch::Verdict, DropReason> admit(PacketKind kind, const SocketAddress& source,
                                                  TimePoint now) noexcept;
  std::expected<std::size_t, DropReason> unprotect(PacketKind kind, std::span<std::uint8_t> storage,
                                                   std::size_t size, TimePoint now) noexcept;
  std::expected<void, DropReason> accept_rtp(const SocketAddress& source, Octets packet,
                                             TimePoint now) noexcept;
  std::expected<void, DropReason> accept_rtcp(const SocketAddress& source, Octets packet,
                                              TimePoint now) noexcept;

  // What each packet reads or moves stands together, in the first few cache lines: with many
  // sessions in turn every further one is fetched from far.
  State state_;
  Latch rtp_latch_;
  bool multiplexed_ = false;
  Flow to_peer_ = Flow::open;
  Flow from_peer_ = Flow::open;
  ReceptionStatistics statistics_;
  // R-F099: a leg's own stream at many times a codec's rate is shaped; a stranger may ask for
  // little work.
  TokenBucket accepted_{400, 400};
  InterarrivalJitter jitter_;
  ClockRates clock_rates_;
  TelephoneEvents events_;

  LeaseId lease_;
  Latch rtcp_latch_;
  std::optional<SocketAddress> remote_rtp_;
  RoundTrip round_trip_;
  EventFormat event_format_;
  TokenBucket candidates_{50, 50};
  std::optional<SocketAddress> foreign_source_;
  SavedLeg* saved_ = nullptr;
};

}  // namespace ringfence::media_worker
