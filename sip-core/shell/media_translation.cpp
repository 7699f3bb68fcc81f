#include "sip-core/shell/media_translation.hpp"

#include <string>
#include <utility>

namespace ringfence::sip_core {
namespace {

std::optional<Event> hello_event(const proto::MediaWorkerHello& hello, WorkerIndex worker) {
  if (hello.index() != worker.value) return std::nullopt;
  MediaWorkerUp up{worker, hello.epoch(), {}};
  for (const std::uint64_t session : hello.sessions())
    up.sessions.emplace_back(session);
  return up;
}

std::optional<Event> leased_event(const proto::Leased& leased, WorkerIndex worker) {
  const auto address = IpAddress::parse(leased.address());
  if (!address) return std::nullopt;
  MediaLeased event{worker, *address, {}};
  for (const proto::Lease& lease : leased.leases()) {
    if (lease.rtp_port() == 0 || lease.rtp_port() > 65535) return std::nullopt;
    event.leases.push_back({LeaseId(lease.lease_id()), static_cast<Port>(lease.rtp_port())});
  }
  return event;
}

MediaLegCounters counters_of(const proto::LegCounters& leg) {
  MediaLegCounters counters{
      leg.packets_received(), leg.packets_sent(), leg.packets_lost(), 0, {}, {}};
  if (leg.has_jitter_us()) counters.jitter = std::chrono::microseconds(leg.jitter_us());
  if (leg.has_round_trip_us()) {
    counters.round_trip = std::chrono::microseconds(leg.round_trip_us());
  }
  for (const auto& [reason, count] : leg.dropped())
    counters.packets_dropped += count;
  return counters;
}

void set_protection(proto::MediaLeg* out, const MediaProtection& protection) {
  const auto* srtp = std::get_if<SdesSrtp>(&protection);
  if (srtp == nullptr) {
    out->mutable_plain();
    return;
  }
  proto::SdesSrtp* keys = out->mutable_sdes_srtp();
  keys->set_suite(srtp->suite);
  const auto send = srtp->send_key_salt.bytes();
  keys->set_send_key_salt(send.data(), send.size());
  const auto receive = srtp->receive_key_salt.bytes();
  keys->set_receive_key_salt(receive.data(), receive.size());
  keys->set_send_mki(srtp->send_mki);
  keys->set_receive_mki(srtp->receive_mki);
}

void set_leg(proto::MediaLeg* out, const MediaLeg& leg) {
  out->set_lease_id(leg.lease.value);
  if (leg.remote_address) out->set_remote_address(leg.remote_address->to_string());
  out->set_remote_rtp_port(leg.remote_rtp_port);
  out->set_remote_rtcp_port(leg.remote_rtcp_port);
  set_protection(out, leg.protection);
  out->set_send_to_peer(leg.send_to_peer);
  out->set_receive_from_peer(leg.receive_from_peer);
  out->set_latch_address(leg.latch_address);
  out->set_telephone_event_type(leg.telephone_event_type);
  out->set_telephone_event_hertz(leg.telephone_event_hertz);
  for (const ClockRate& rate : leg.clock_rates) {
    proto::ClockRate* to = out->add_clock_rates();
    to->set_payload_type(rate.payload_type);
    to->set_hertz(rate.hertz);
  }
}

}  // namespace

std::optional<Event> event_of(const proto::FromMediaWorker& message, WorkerIndex worker) {
  switch (message.kind_case()) {
    case proto::FromMediaWorker::kHello:
      return hello_event(message.hello(), worker);
    case proto::FromMediaWorker::kLeased:
      return leased_event(message.leased(), worker);
    case proto::FromMediaWorker::kLeaseFailed: {
      const auto address = IpAddress::parse(message.lease_failed().address());
      if (!address) return std::nullopt;
      return MediaLeaseFailed{worker, *address, message.lease_failed().reason()};
    }
    case proto::FromMediaWorker::kSessionEnded:
      return MediaSessionEnded{SessionId(message.session_ended().session_id()),
                               counters_of(message.session_ended().a()),
                               counters_of(message.session_ended().b())};
    case proto::FromMediaWorker::kSessionRefused:
      return MediaSessionRefused{worker, SessionId(message.session_refused().session_id()),
                                 message.session_refused().reason()};
    case proto::FromMediaWorker::kSessionSilent:
      return MediaSessionSilent{SessionId(message.session_silent().session_id())};
    case proto::FromMediaWorker::KIND_NOT_SET:
      return std::nullopt;
  }
  return std::nullopt;
}

proto::ToMediaWorker message_of(const RequestLeases& action) {
  proto::ToMediaWorker message;
  message.mutable_lease_request()->set_address(action.address.to_string());
  message.mutable_lease_request()->set_count(action.count);
  return message;
}

proto::ToMediaWorker message_of(const ReturnLeases& action) {
  proto::ToMediaWorker message;
  for (const LeaseId lease : action.leases)
    message.mutable_lease_return()->add_lease_ids(lease.value);
  return message;
}

proto::ToMediaWorker message_of(const SetMediaSession& action) {
  proto::ToMediaWorker message;
  message.mutable_session_set()->set_session_id(action.session.value);
  set_leg(message.mutable_session_set()->mutable_a(), action.a);
  set_leg(message.mutable_session_set()->mutable_b(), action.b);
  message.mutable_session_set()->set_silence_timeout_s(
      static_cast<std::uint32_t>(action.silence_timeout.count()));
  return message;
}

proto::ToMediaWorker message_of(const EndMediaSession& action) {
  proto::ToMediaWorker message;
  message.mutable_session_end()->set_session_id(action.session.value);
  return message;
}

proto::ToMediaWorker message_of(const SendTelephoneEvent& action) {
  proto::ToMediaWorker message;
  proto::TelephoneEvent* event = message.mutable_telephone_event();
  event->set_session_id(action.session.value);
  event->set_to(action.to == MediaSide::a ? proto::TelephoneEvent::A : proto::TelephoneEvent::B);
  event->set_event(action.event);
  event->set_duration_ms(static_cast<std::uint32_t>(action.duration.count()));
  return message;
}

}  // namespace ringfence::sip_core
