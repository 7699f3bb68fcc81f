#include "media-worker/session/leg.hpp"

#include "media-worker/rtp/packet_storage.hpp"
#include "media-worker/rtp/rtcp_packet.hpp"

namespace ringfence::media_worker {
namespace {

DropReason reason_of(SrtpError error) noexcept {
  switch (error) {
    case SrtpError::malformed:
      return DropReason::malformed;
    case SrtpError::auth_failure:
      return DropReason::auth_failure;
    case SrtpError::replay:
      return DropReason::replay;
    case SrtpError::ssrc_limit:
      return DropReason::ssrc_limit;
    case SrtpError::key_expired:
      return DropReason::key_expired;
    case SrtpError::failed:
      return DropReason::srtp_failed;
  }
  return DropReason::srtp_failed;
}

}  // namespace

Result<void> Leg::check(const LegDescription& description, const SendKeyRegister& keys) const {
  const SrtpProtection* now_srtp = srtp();
  const auto* sdes = std::get_if<SdesSrtp>(&description.protection);
  if (sdes == nullptr) {
    // Until the peer's key came, its answer may still be a plain one.
    const bool keyed = now_srtp != nullptr && now_srtp->receiver.had_key();
    if (keyed && lease_ == description.lease)
      return fail("a leg that has SRTP cannot become plain");
    return {};
  }
  const auto send_key = sdes->send_key_salt.bytes();
  const bool worn =
      now_srtp != nullptr ? now_srtp->sender.is_worn(send_key, keys) : keys.knows(send_key);
  if (worn) return fail("a send key that was used before");
  return {};
}

Result<void> Leg::apply(const LegDescription& description, SendKeyRegister& keys, TimePoint now) {
  const bool moved = remote_rtp_ && description.remote_rtp && remote_rtp_ != description.remote_rtp;
  const PeerAddress address = moved || (lease_ != LeaseId() && lease_ != description.lease)
                                  ? PeerAddress::changed
                                  : PeerAddress::unchanged;
  if (const auto* sdes = std::get_if<SdesSrtp>(&description.protection)) {
    if (auto applied = apply_srtp(*sdes, address, keys, now); !applied) return applied;
  } else {
    state_ = PlainProtection{};
  }
  lease_ = description.lease;
  if (description.remote_rtp) remote_rtp_ = description.remote_rtp;
  multiplexed_ = description.multiplexed();
  rtp_latch_.negotiate(description.remote_rtp, description.latch);
  rtcp_latch_.negotiate(multiplexed_ ? std::nullopt : description.remote_rtcp, description.latch);
  to_peer_ = description.to_peer;
  from_peer_ = description.from_peer;
  clock_rates_ = description.clock_rates;
  event_format_ = description.events;
  save_latches();
  return {};
}

Result<void> Leg::apply_srtp(const SdesSrtp& sdes, PeerAddress address, SendKeyRegister& keys,
                             TimePoint now) {
  const auto send_key = sdes.send_key_salt.bytes();
  const auto receive_key = sdes.receive_key_salt.bytes();
  if (SrtpProtection* now_srtp = srtp()) {
    // The receiver first: a receiver that is ahead is harmless, a sender could not be taken back.
    if (auto used =
            now_srtp->receiver.use(*sdes.suite, receive_key, address, now, sdes.receive_mki);
        !used)
      return used;
    return now_srtp->sender.use(*sdes.suite, send_key, address, keys, sdes.send_mki);
  }
  auto fresh = std::make_unique<SrtpProtection>();
  if (saved_ != nullptr) {
    saved_->sent.clear();
    saved_->heard.clear();
    fresh->sender.save_to(&saved_->sent);
    fresh->receiver.save_to(&saved_->heard);
  }
  if (auto used = fresh->receiver.use(*sdes.suite, receive_key, address, now, sdes.receive_mki);
      !used)
    return used;
  if (auto used = fresh->sender.use(*sdes.suite, send_key, address, keys, sdes.send_mki); !used)
    return used;
  state_ = std::move(fresh);
  return {};
}

void Leg::save_to(SavedLeg* saved) noexcept {
  saved_ = saved;
  if (SrtpProtection* keyed = srtp()) {
    keyed->sender.save_to(saved == nullptr ? nullptr : &saved->sent);
    keyed->receiver.save_to(saved == nullptr ? nullptr : &saved->heard);
  }
  save_latches();
}

void Leg::save_latches() noexcept {
  if (saved_ == nullptr) return;
  saved_->latched_rtp.set(rtp_latch_.latched());
  saved_->latched_rtcp.set(rtcp_latch_.latched());
}

void Leg::resume(const SavedLeg& saved) noexcept {
  if (SrtpProtection* keyed = srtp()) {
    keyed->sender.resume(saved.sent);
    keyed->receiver.resume(saved.heard);
  }
  if (const auto latched = saved.latched_rtp.get()) rtp_latch_.confirm(*latched);
  if (const auto latched = saved.latched_rtcp.get()) rtcp_latch_.confirm(*latched);
}

void Leg::confirm(Latch& latch, const SocketAddress& source) noexcept {
  if (latch.latched() == source) return;
  latch.confirm(source);
  save_latches();
}

const StreamNumbers* Leg::numbers() const noexcept {
  const SrtpProtection* keyed = srtp();
  return keyed == nullptr ? nullptr : &keyed->sender;
}

std::expected<PacketKind, DropReason> Leg::classify(Component component,
                                                    Octets packet) const noexcept {
  if (packet.size() > kMaxPacket) return std::unexpected(DropReason::too_long);
  const PacketKind kind = packet_kind(packet);
  // RFC 5761 §4: what was not agreed to share a port does not; and R136, once agreed, RTCP's own
  // port is dead.
  const bool fits = component == Component::rtp
                        ? kind == PacketKind::rtp || (kind == PacketKind::rtcp && multiplexed_)
                        : kind == PacketKind::rtcp && !multiplexed_;
  if (!fits) return std::unexpected(DropReason::not_rtp);
  const bool sound = kind == PacketKind::rtp ? read_rtp_header(packet).has_value()
                                             : packet.size() >= kRtcpClearPart;
  if (!sound) return std::unexpected(DropReason::malformed);
  return kind;
}

std::expected<Latch::Verdict, DropReason> Leg::admit(PacketKind kind, const SocketAddress& source,
                                                     TimePoint now) noexcept {
  const bool secure = srtp() != nullptr;
  const auto proof = secure ? SourceProof::authenticated : SourceProof::none;
  if (!secure && !rtp_latch_.destination()) return std::unexpected(DropReason::no_peer_address);
  Latch::Verdict verdict = latch_of(kind).judge(source, proof);
  // RTCP proves nothing of its own: it may come from another port of RTP's address, not elsewhere.
  if (!secure && kind == PacketKind::rtcp && verdict == Latch::Verdict::candidate &&
      source.ip != rtp_latch_.destination()->ip) {
    verdict = Latch::Verdict::foreign;
  }
  if (verdict == Latch::Verdict::foreign) {
    foreign_source_ = source;
    return std::unexpected(DropReason::wrong_source);
  }
  if (verdict == Latch::Verdict::candidate && !candidates_.take(now)) {
    foreign_source_ = source;
    return std::unexpected(DropReason::rate_limit);
  }
  return verdict;
}

std::expected<std::size_t, DropReason> Leg::unprotect(PacketKind kind,
                                                      std::span<std::uint8_t> storage,
                                                      std::size_t size, TimePoint now) noexcept {
  SrtpProtection* keyed = srtp();
  if (keyed == nullptr) return size;
  if (!keyed->receiver.has_key()) return std::unexpected(DropReason::no_key);
  const auto sized = kind == PacketKind::rtp ? keyed->receiver.unprotect_rtp(storage, size, now)
                                             : keyed->receiver.unprotect_rtcp(storage, size, now);
  if (!sized) return std::unexpected(reason_of(sized.error()));
  return *sized;
}

std::expected<void, DropReason> Leg::accept_rtp(const SocketAddress& source, Octets packet,
                                                TimePoint now) noexcept {
  const auto header = read_rtp_packet(packet);
  if (!header) return std::unexpected(DropReason::malformed);
  if (!accepted_.take(now)) return std::unexpected(DropReason::rate_limit);
  // Only the newest packet moves the latch: one that was held back on the way does not.
  if (statistics_.received(header->ssrc, header->sequence) == PacketOrder::newest) {
    confirm(rtp_latch_, source);
  }
  const std::uint32_t clock_rate = clock_rates_.of(header->payload_type);
  if (clock_rate != 0) jitter_.arrived(*header, clock_rate, now);
  ++counters.packets_received;
  counters.octets_received += packet.size();
  return {};
}

std::expected<void, DropReason> Leg::accept_rtcp(const SocketAddress& source, Octets packet,
                                                 TimePoint now) noexcept {
  if (!is_well_formed_rtcp(packet)) return std::unexpected(DropReason::malformed);
  if (!accepted_.take(now)) return std::unexpected(DropReason::rate_limit);
  if (!multiplexed_) confirm(rtcp_latch_, source);
  round_trip_.arrived(packet, now);
  ++counters.rtcp_received;
  return {};
}

std::expected<Leg::Received, DropReason> Leg::receive(Component component,
                                                      const SocketAddress& source,
                                                      std::span<std::uint8_t> storage,
                                                      std::size_t size, TimePoint now) noexcept {
  const auto kind = classify(component, storage.first(size));
  if (!kind) return std::unexpected(kind.error());
  if (const auto verdict = admit(*kind, source, now); !verdict) {
    return std::unexpected(verdict.error());
  }
  const auto plain_size = unprotect(*kind, storage, size, now);
  if (!plain_size) return std::unexpected(plain_size.error());
  const Octets packet = storage.first(*plain_size);
  const auto accepted =
      *kind == PacketKind::rtp ? accept_rtp(source, packet, now) : accept_rtcp(source, packet, now);
  if (!accepted) return std::unexpected(accepted.error());
  return Received{*kind, *plain_size};
}

void Leg::press(const TelephoneEvent& event, TimePoint now) noexcept {
  if (event_format_.clock_rate != 0) events_.press(event, now);
}

std::expected<Outgoing, DropReason> Leg::send(PacketKind kind, std::span<std::uint8_t> storage,
                                              std::size_t size, TimePoint now) noexcept {
  if (kind == PacketKind::rtp && to_peer_ == Flow::held) return std::unexpected(DropReason::hold);
  const auto destination = latch_of(kind).destination();
  if (!destination) return std::unexpected(DropReason::no_peer_address);
  if (kind == PacketKind::rtp && events_.waiting()) {
    size = events_.replace(storage, size, event_format_, now);
  }
  Outgoing out{kind == PacketKind::rtp || multiplexed_ ? Component::rtp : Component::rtcp,
               *destination, size};
  if (kind == PacketKind::rtcp) round_trip_.left(storage.first(size), now);
  if (SrtpProtection* keyed = srtp()) {
    const auto sized = kind == PacketKind::rtp ? keyed->sender.protect_rtp(storage, size)
                                               : keyed->sender.protect_rtcp(storage, size);
    if (!sized) return std::unexpected(reason_of(sized.error()));
    out.size = *sized;
  }
  // Counted when it leaves: the caller knows.
  return out;
}

}  // namespace ringfence::media_worker
