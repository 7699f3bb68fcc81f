#include "sip-core/b2bua/leg.hpp"

#include "sip-core/message/characters.hpp"
#include "sip-core/registrar/registrar.hpp"

namespace ringfence::sip_core {

namespace {

// CSeq numbers that were used after the record was written are passed over, by the clock: RFC 3261
// §12.2.1.1 wants them higher and lets them jump, and several deaths may come after one record.
// In 2^31 there is room for eight months.
constexpr std::uint32_t kSequenceJump = 1000;
constexpr std::chrono::milliseconds kSequenceTick{10};

std::uint32_t passed_over(WallTime answered, WallTime now) {
  if (now <= answered) return kSequenceJump;
  return kSequenceJump + static_cast<std::uint32_t>((now - answered) / kSequenceTick);
}

constexpr bool sends(sdp::Direction d) {
  return d == sdp::Direction::sendrecv || d == sdp::Direction::sendonly;
}
constexpr bool receives(sdp::Direction d) {
  return d == sdp::Direction::sendrecv || d == sdp::Direction::recvonly;
}

// With SRTP the source is followed once it proved itself. Without, only where the address in the
// SDP cannot be the true one: behind a NAT it is not the one that signalling comes from.
bool follows_source(const Leg& leg) {
  if (leg.own->secured) return true;
  if (leg.party.trunk || !leg.remote) return false;
  return !leg.peer->address || *leg.peer->address != leg.remote->ip;
}

}  // namespace

LegPolicy Leg::policy_in_force() const {
  if (!agreed || !own) return policy;
  if (own->secured) return policy_of_secured_leg(form_of(*own), policy.terms);
  return {policy.inbound_offer, SrtpDemand::off, OfferForm::plain, policy.terms};
}

Target Leg::target_of(const Dialog& of) const {
  if (!party.trunk) return flow;
  ToTrunk to{*party.trunk, of.next_hop(), std::nullopt};
  if (const auto* connection = std::get_if<ConnectionId>(&flow)) to.connection = *connection;
  to.last_remote = remote;
  return to;
}

Target Leg::first_target() const {
  if (!party.trunk) return flow;
  return ToTrunk{*party.trunk, std::nullopt, std::nullopt, remote, via};
}

std::optional<MediaLeg> media_leg(const Leg& leg, SrtpDemand demand) {
  if (!leg.own || !leg.peer || !leg.lease) return std::nullopt;
  auto protection = protect(demand, *leg.own, *leg.peer);
  if (!protection) return std::nullopt;
  MediaLeg media;
  media.lease = leg.lease->lease.id;
  media.remote_address = leg.peer->address;
  media.remote_rtp_port = leg.peer->rtp_port;
  media.remote_rtcp_port = leg.peer->rtcp_mux ? leg.peer->rtp_port : leg.peer->rtcp_port;
  media.protection = std::move(*protection);
  media.send_to_peer = sends(leg.own->direction) && receives(leg.peer->direction);
  media.receive_from_peer = receives(leg.own->direction) && sends(leg.peer->direction);
  media.latch_address = follows_source(leg);
  media.telephone_event_type = leg.peer->telephone_event_type;
  media.telephone_event_hertz = telephone_event_hertz(*leg.peer);
  return media;
}

std::uint32_t telephone_event_hertz(const PeerDescription& peer) {
  if (peer.telephone_event_type == 0) return 0;
  const auto events = peer.audio.rtpmap(peer.telephone_event_type);
  if (!events) return 0;
  const auto codecs = clock_rates(peer.audio);
  const bool same = !codecs.empty() && codecs.front().hertz == events->clock_rate;
  return same ? events->clock_rate : 0;
}

std::vector<ClockRate> clock_rates(const sdp::MediaDescription& audio) {
  std::vector<ClockRate> rates;
  for (const std::uint8_t payload_type : audio.payload_types()) {
    auto map = audio.rtpmap(payload_type);
    if (!map) map = sdp::static_rtpmap(payload_type);
    if (!map || sip::equal_without_case(map->encoding, "telephone-event")) continue;
    rates.push_back({payload_type, map->clock_rate});
  }
  return rates;
}

void store(const Leg& leg, const Context& context, DialogRecord& record) {
  leg.dialog.store(record);
  record.flow = leg.flow;
  record.transport = leg.transport;
  record.tenant = leg.party.tenant;
  record.trunk = leg.party.trunk.value_or(TrunkId{});
  record.extension = leg.party.extension;
  // R158: what is left is kept as UTC, since the monotonic clock does not outlive a reboot.
  record.session_interval_s = static_cast<std::uint32_t>(leg.session.interval().count());
  record.we_refresh = leg.session.refresher() == Refresher::us;
  record.session_expires = context.wall + std::chrono::duration_cast<WallTime::duration>(
                                              leg.session.expires() - context.now);
  record.peer_takes_update = leg.abilities.update;
  if (leg.lease) {
    record.lease = leg.lease->lease.id;
    record.rtp_port = leg.lease->lease.rtp_port;
  }
  if (leg.own && leg.agreed) {
    record.local_sdp_without_keys = without_keys(*leg.own);
    record.sdp_session_id = leg.own->session_id;
    record.sdp_version = leg.own->version;
  }
}

Leg restore_leg(const DialogRecord& record, WallTime answered, WorkerIndex worker,
                const Context& context) {
  Leg leg;
  leg.party.tenant = record.tenant;
  if (record.trunk.value != 0) leg.party.trunk = record.trunk;
  leg.party.extension = record.extension;
  leg.flow = record.flow;
  leg.transport = record.transport;
  if (const auto listener = context.connections.listener_of(record.flow)) leg.listener = *listener;
  leg.remote = context.connections.remote_of(record.flow);
  DialogRecord ahead = record;
  ahead.local_cseq += passed_over(answered, context.wall);
  leg.dialog = Dialog::restore(ahead);
  leg.abilities.update = record.peer_takes_update;
  leg.session = SessionTimer::restore(
      std::chrono::seconds(record.session_interval_s),
      record.we_refresh ? Refresher::us : Refresher::peer,
      context.now + std::chrono::duration_cast<Duration>(record.session_expires - context.wall),
      context.now);
  leg.own = restore_own(record.local_sdp_without_keys, record.sdp_session_id, record.sdp_version);
  const auto description = sdp::SessionDescription::parse(record.local_sdp_without_keys);
  if (description && description->connection) {
    leg.port.advertised = IpAddress::parse(description->connection->address).value_or(IpAddress{});
  }
  leg.port.rtp_port = record.rtp_port;
  leg.agreed = leg.own.has_value();
  // How it was configured is not known any more: without an agreement nothing goes in the clear.
  if (!leg.agreed) leg.policy = policy_of_secured_leg(OfferForm::savp);
  leg.lease = TakenLease{worker, leg.port.advertised, Lease{record.lease, record.rtp_port}};
  return leg;
}

void recall_codecs(Leg& leg, const Leg& told) {
  if (!told.own) return;
  if (auto peer = recall_peer(*told.own)) leg.recalled = std::move(*peer);
}

ListenerId listener_of(const Leg& leg, const Context& context) {
  return context.connections.listener_of(leg.flow).value_or(leg.listener);
}

// Another device of the same user has no part in the call: the one that has is known by the host of
// its Contact, which a new connection does not change.
void follow_registration(Leg& leg, const Context& context) {
  if (leg.party.trunk || context.connections.usable(leg.flow)) return;
  const auto target = sip::Uri::parse(leg.dialog.remote_target());
  if (!target) return;
  for (const Binding* binding :
       context.registrar.bindings(context, leg.party.tenant, leg.party.extension)) {
    if (!context.connections.usable(binding->record.flow)) continue;
    const auto contact = sip::Uri::parse(binding->record.contact);
    if (!contact || contact->host != target->host) continue;
    leg.flow = binding->record.flow;
    leg.transport = binding->record.transport;
    return;
  }
}

}  // namespace ringfence::sip_core
