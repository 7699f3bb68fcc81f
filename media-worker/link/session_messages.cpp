#include "media-worker/link/session_messages.hpp"

#include <utility>

namespace ringfence::media_worker {
namespace {

SecretBytes take_secret(std::string& text) {
  SecretBytes secret = SecretBytes::from(text);
  wipe(text.data(), text.size());
  text.clear();
  return secret;
}

std::optional<Mki> read_mki(const std::string& octets) {
  return Mki::of({reinterpret_cast<const std::uint8_t*>(octets.data()), octets.size()});
}

Result<Protection> read_srtp(proto::SdesSrtp& message) {
  SdesSrtp sdes;
  // Taken before anything is checked, so that they are wiped whatever comes of it.
  sdes.send_key_salt = take_secret(*message.mutable_send_key_salt());
  sdes.receive_key_salt = take_secret(*message.mutable_receive_key_salt());
  sdes.suite = find_crypto_suite(message.suite());
  if (sdes.suite == nullptr) return fail("unknown crypto-suite");
  if (sdes.send_key_salt.size() != sdes.suite->key_salt_size()) {
    return fail("a send key of the wrong length");
  }
  if (!sdes.receive_key_salt.empty() &&
      sdes.receive_key_salt.size() != sdes.suite->key_salt_size()) {
    return fail("a receive key of the wrong length");
  }
  const auto send_mki = read_mki(message.send_mki());
  const auto receive_mki = read_mki(message.receive_mki());
  if (!send_mki || !receive_mki) return fail("a key identifier that is too long");
  sdes.send_mki = *send_mki;
  sdes.receive_mki = *receive_mki;
  return Protection(std::move(sdes));
}

Result<Protection> read_protection(proto::MediaLeg& message) {
  switch (message.protection_case()) {
    case proto::MediaLeg::kPlain:
      return Protection(PlainRtp{});
    case proto::MediaLeg::kSdesSrtp:
      return read_srtp(*message.mutable_sdes_srtp());
    case proto::MediaLeg::PROTECTION_NOT_SET:
      break;
  }
  return fail("a leg without a protection");
}

Result<void> read_addresses(const proto::MediaLeg& message, LegDescription& leg) {
  if (message.remote_rtp_port() > 65535 || message.remote_rtcp_port() > 65535) {
    return fail("a port above 65535");
  }
  if (message.remote_address().empty()) return {};
  const auto ip = IpAddress::parse(message.remote_address());
  if (!ip) return fail("a remote address that is none");
  // RFC 3264 §8.4: 0.0.0.0 is an old way to say hold.
  if (ip->is_unspecified()) return {};
  const auto at = [&ip](std::uint32_t port) {
    return port == 0 ? std::nullopt : std::optional(SocketAddress{*ip, static_cast<Port>(port)});
  };
  leg.remote_rtp = at(message.remote_rtp_port());
  leg.remote_rtcp = at(message.remote_rtcp_port());
  return {};
}

Result<LegDescription> read_leg(proto::MediaLeg& message) {
  LegDescription leg;
  auto protection = read_protection(message);
  if (!protection) return std::unexpected(protection.error());
  leg.protection = std::move(*protection);
  if (auto read = read_addresses(message, leg); !read) return std::unexpected(read.error());
  if (message.telephone_event_type() > 127) return fail("a payload type above 127");
  leg.events = {static_cast<std::uint8_t>(message.telephone_event_type()),
                message.telephone_event_hertz()};
  for (const proto::ClockRate& rate : message.clock_rates()) {
    if (rate.payload_type() > 127) return fail("a payload type above 127");
    leg.clock_rates.add(static_cast<std::uint8_t>(rate.payload_type()), rate.hertz());
  }
  leg.lease = LeaseId(message.lease_id());
  leg.to_peer = message.send_to_peer() ? Flow::open : Flow::held;
  leg.from_peer = message.receive_from_peer() ? Flow::open : Flow::held;
  leg.latch = message.latch_address() ? LatchPolicy::follow_source : LatchPolicy::negotiated_only;
  return leg;
}

std::uint32_t microseconds(Duration time) {
  return static_cast<std::uint32_t>(std::chrono::round<std::chrono::microseconds>(time).count());
}

void write_counters(const Leg& leg, proto::LegCounters& message) {
  message.set_packets_received(leg.counters.packets_received);
  message.set_octets_received(leg.counters.octets_received);
  message.set_packets_sent(leg.counters.packets_sent);
  message.set_packets_lost(leg.lost());
  if (const auto jitter = leg.jitter()) message.set_jitter_us(microseconds(*jitter));
  if (const auto trip = leg.round_trip()) message.set_round_trip_us(microseconds(*trip));
  message.set_rtcp_received(leg.counters.rtcp_received);
  message.set_rtcp_sent(leg.counters.rtcp_sent);
  for (std::size_t i = 0; i < kDropReasons; ++i) {
    if (leg.counters.dropped[i] == 0) continue;
    (*message.mutable_dropped())[std::string(kDropReasonNames[i].name)] = leg.counters.dropped[i];
  }
  if (const auto latched = leg.latched()) message.set_latched_address(latched->to_string());
}

}  // namespace

Result<SessionDescription> read_session_set(proto::SessionSet& message) {
  SessionDescription description;
  description.id = SessionId(message.session_id());
  auto a = read_leg(*message.mutable_a());
  auto b = read_leg(*message.mutable_b());
  if (!a) return std::unexpected(a.error());
  if (!b) return std::unexpected(b.error());
  description.a = std::move(*a);
  description.b = std::move(*b);
  description.silence_timeout = std::chrono::seconds(message.silence_timeout_s());
  return description;
}

std::optional<TelephoneEvent> read_telephone_event(const proto::TelephoneEvent& message) {
  constexpr std::uint32_t kShortest = 40;
  constexpr std::uint32_t kLongest = 5000;
  const bool sound = message.event() <= TelephoneEvent::kHighest &&
                     message.duration_ms() >= kShortest && message.duration_ms() <= kLongest;
  if (!sound) return std::nullopt;
  return TelephoneEvent{static_cast<std::uint8_t>(message.event()),
                        std::chrono::milliseconds(message.duration_ms())};
}

proto::SessionSummary summary_of(const Session& session) {
  proto::SessionSummary summary;
  summary.set_session_id(session.id().value);
  write_counters(session.leg(LegName::a), *summary.mutable_a());
  write_counters(session.leg(LegName::b), *summary.mutable_b());
  return summary;
}

}  // namespace ringfence::media_worker
