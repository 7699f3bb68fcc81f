#include "sip-core/shell/status_translation.hpp"

#include <chrono>

#include "sip-core/shell/hep_export.hpp"
#include "sip-core/trace/message_summary.hpp"

namespace ringfence::sip_core {
namespace {

const char* name_of(CallState state) {
  switch (state) {
    case CallState::calling:
      return "calling";
    case CallState::early:
      return "early";
    case CallState::answered:
      return "answered";
    case CallState::ending:
      return "ending";
  }
  return "ending";
}

std::string text_of(const std::optional<SocketAddress>& address) {
  return address ? address->to_string() : std::string();
}

void write_leg(const LegView& leg, proto::CallLegRow& row) {
  row.set_call_id(leg.call_id);
  row.set_transport(std::string(leg_token(leg.transport)));
  row.set_remote(text_of(leg.remote));
  row.set_extension(leg.extension);
  row.set_trunk(leg.trunk);
  row.set_srtp_suite(leg.srtp_suite);
}

}  // namespace

void write_row(const CallView& call, proto::CallRow& row) {
  row.set_tenant(call.tenant);
  row.set_from(call.from);
  row.set_to(call.to);
  row.set_state(name_of(call.state));
  row.set_begun_unix_ms(
      std::chrono::duration_cast<std::chrono::milliseconds>(call.begun.time_since_epoch()).count());
  write_leg(call.a, *row.mutable_a());
  if (call.b) write_leg(*call.b, *row.mutable_b());
}

void write_row(const RegistrationView& registration, proto::RegistrationRow& row) {
  row.set_tenant(registration.tenant);
  row.set_extension(registration.extension);
  row.set_contact(registration.contact);
  row.set_transport(std::string(leg_token(registration.transport)));
  row.set_remote(text_of(registration.remote));
  row.set_expires_s(registration.expires_in.count());
  row.set_user_agent(registration.user_agent);
}

void write_traced(const trace::TraceMessage& message, const trace::CallIndex::Leg* leg,
                  std::uint64_t epoch, proto::TracedMessage& traced) {
  traced.set_time_unix_ns(
      std::chrono::duration_cast<std::chrono::nanoseconds>(message.time.time_since_epoch())
          .count());
  traced.set_sent(message.direction == trace::Direction::sent);
  traced.set_transport(std::string(leg_token(message.transport)));
  traced.set_local(message.local.to_string());
  traced.set_remote(message.remote.to_string());
  if (leg != nullptr) {
    traced.set_leg(leg->side == CallSide::a ? "a" : "b");
    traced.set_call(call_label(epoch, leg->call));
  }
  traced.set_label(trace::label_of(trace::summarise(message.octets)));
  traced.set_call_id(message.call_id.data(), message.call_id.size());
  traced.set_message(message.octets.data(), message.octets.size());
}

}  // namespace ringfence::sip_core
