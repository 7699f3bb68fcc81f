#include "sip-core/engine/inbound.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/engine/orphaned_invite.hpp"
#include "sip-core/message/response.hpp"
#include "sip-core/message/salvage.hpp"
#include "sip-core/message/validate_request.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/stun/binding_response.hpp"
#include "sip-core/trunk/identify_trunk.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;
using sip::Method;

// CRLFs, empty datagrams and the zero octets that some phones send to keep a NAT open.
bool is_keep_alive(std::string_view octets) {
  return std::ranges::all_of(octets, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

struct Fault {
  std::string_view counter;
  int status = 400;
};

Fault fault_of(FramingFault fault) {
  switch (fault) {
    case FramingFault::none:
      return {"sip_framing_none_total", 400};
    case FramingFault::length_missing:
      return {"sip_framing_length_missing_total", 400};
    case FramingFault::length_invalid:
      return {"sip_framing_length_invalid_total", 400};
    case FramingFault::length_repeated:
      return {"sip_framing_length_repeated_total", 400};
    case FramingFault::body_too_large:
      return {"sip_framing_body_too_large_total", 413};
    case FramingFault::start_line_too_long:
      return {"sip_framing_start_line_too_long_total", 513};
    case FramingFault::header_too_large:
      return {"sip_framing_header_too_large_total", 513};
    case FramingFault::not_sip:
      return {"sip_framing_not_sip_total", 400};
  }
  return {"sip_framing_not_sip_total", 400};
}

std::string address_text(const sip::Message& request, HeaderName name) {
  const auto text = request.header(name);
  if (!text) return "-";
  const auto address = sip::NameAddrView::parse(*text);
  return address ? address->uri.to_string() : std::string(*text);
}

void log_arrival(const Context& context, const MessageSource& source, const sip::Message& request) {
  const auto* id = std::get_if<ConnectionId>(&source.flow);
  const Connection* connection = id == nullptr ? nullptr : context.connections.find(*id);
  context.log(LogLevel::info, "sips-arrival", "request received over TLS",
              {{"call-id", std::string(request.call_id())},
               {"method", std::string(request.method_text())},
               {"from", address_text(request, HeaderName::from)},
               {"to", address_text(request, HeaderName::to)},
               {"remote", source.remote.to_string()},
               {"local", connection == nullptr ? "-" : connection->local.to_string()}});
}

// F008: whoever sent it has given up long since (RFC 3261 Timer B).
constexpr std::chrono::seconds kLongestAge{32};
// As long as an INVITE of the process before us may still be answered: Timer C, and a while.
constexpr std::chrono::minutes kOrphanAge{4};
constexpr std::string_view kStale = "sip_stale_dropped_total";

bool is_stale(const Context& context, TimePoint received_at) {
  return received_at != TimePoint{} && context.now - received_at > kLongestAge;
}

}  // namespace

bool may_be_answered(const Context& context, const MessageSource& source) {
  if (source.transport != TransportKind::udp) return true;
  const Listener* listener = context.config.listener(source.listener);
  if (listener == nullptr) return false;
  if (listener->side == Side::publik) return true;
  const TrunkEvidence evidence{source.listener, source.remote, std::nullopt, {}, {}};
  return identify_trunk(context.config, context.trunk_facts, evidence).has_value();
}

void Inbound::done(Context& context, const MessageSource& source) {
  const auto* connection = std::get_if<ConnectionId>(&source.flow);
  if (connection != nullptr && source.number != 0) {
    context.actions.push_back(MessageDone{*connection, source.number});
  }
}

void Inbound::drop(Context& context, const MessageSource& source, std::string_view counter) {
  context.counters.get(counter).add();
  done(context, source);
}

void Inbound::penalise(Context& context, const MessageSource& source, std::string_view reason) {
  const auto* connection = std::get_if<ConnectionId>(&source.flow);
  if (connection == nullptr || context.connections.trunk_of(*connection)) return;
  const TrunkEvidence evidence{source.listener, source.remote, std::nullopt, {}, {}};
  const Listener* listener = context.config.listener(source.listener);
  const bool trunk = listener != nullptr && listener->side == Side::trunk &&
                     identify_trunk(context.config, context.trunk_facts, evidence).has_value();
  if (!trunk) context.actions.push_back(PenaliseSource{source.remote.ip, std::string(reason)});
}

void Inbound::on_datagram(Context& context, DatagramReceived event) {
  if (is_keep_alive(event.octets)) return;
  if (stun::is_message(event.octets)) return on_stun(context, event);
  Arrival arrival;
  arrival.source = {UdpFlow{event.listener, event.remote}, TransportKind::udp, event.listener,
                    event.remote, 0};
  arrival.size = event.octets.size();
  transactions_.note_received(event.remote.ip, arrival.size);
  if (is_stale(context, event.received_at)) return drop(context, arrival.source, kStale);
  take(context, arrival, std::move(event.octets), sip::Framing::datagram);
}

// RFC 5626 §8: the keep-alive of a registered flow. Nobody else is answered: the response is longer
// than the request, and the source of a datagram is easily made up (F059).
void Inbound::on_stun(Context& context, const DatagramReceived& event) {
  const UdpFlow flow{event.listener, event.remote};
  if (!context.registrar.has_flow(flow)) return;
  if (auto response = stun::binding_response(event.octets, event.remote)) {
    context.actions.push_back(SendDatagram{flow, std::move(*response)});
  }
}

void Inbound::on_stream_message(Context& context, StreamMessageReceived event) {
  const Connection* connection = context.connections.find(event.connection);
  if (connection == nullptr) {
    context.counters.get("sip_unknown_connection_total").add();
    return;
  }
  const Arrival arrival{{event.connection, connection->transport, connection->listener,
                         connection->remote, event.number},
                        event.octets.size(),
                        event.offered_again};
  if (is_stale(context, event.received_at)) return drop(context, arrival.source, kStale);
  if (event.fault != FramingFault::none) return on_framing_fault(context, arrival, event);
  if (is_keep_alive(event.octets)) return done(context, arrival.source);
  take(context, arrival, std::move(event.octets), sip::Framing::stream);
}

void Inbound::take(Context& context, const Arrival& arrival, std::string octets,
                   sip::Framing framing) {
  auto parsed = sip::parse(std::move(octets), framing);
  if (!parsed) return on_parse_error(context, arrival, parsed.error());
  const auto message = std::make_shared<const sip::Message>(std::move(*parsed));
  if (message->is_request()) {
    on_request(context, arrival, message);
  } else {
    on_response(context, arrival, message);
  }
}

void Inbound::on_request(Context& context, const Arrival& arrival, const MessagePtr& request) {
  const MessageSource& source = arrival.source;
  context.counters.get("sip_requests_total").add();
  const TransactionKey key = transactions_.key_of(*request, source);
  const bool repeated = request->method() != Method::ack && transactions_.has_server(key);
  if (source.transport == TransportKind::tls && !repeated) log_arrival(context, source, *request);
  const auto reply = [&](int status, std::string_view reason) {
    return sip::make_response(*request, status, reason, context.random.token(8), source.remote);
  };
  if (const auto rejection = sip::validate_request(*request)) {
    if (request->method() == Method::ack || !may_be_answered(context, source)) {
      return drop(context, source, "sip_requests_invalid_total");
    }
    context.counters.get("sip_requests_invalid_total").add();
    auto response = reply(rejection->status, rejection->reason);
    if (!rejection->warning.empty()) response.add(HeaderName::warning, rejection->warning);
    return transactions_.respond_to(*request, source, response);
  }
  if (arrival.offered_again && request->method() == Method::invite) {
    // The last process died with this in hand; the caller tries again a little later.
    auto response = reply(503, {});
    response.add_number(HeaderName::retry_after, 5);
    return transactions_.respond_to(*request, source, response);
  }
  if (!repeated && !admission_.admits(context, *request, source)) {
    if (!may_be_answered(context, source)) return drop(context, source, "sip_unknown_trunk_total");
    return transactions_.respond_to(*request, source,
                                    admission_.refusal(context, *request, source));
  }
  transactions_.on_request(request, source, key);
}

void Inbound::on_response(Context& context, const Arrival& arrival, const MessagePtr& response) {
  context.counters.get("sip_responses_total").add();
  if (sip::validate_response(*response)) {
    return drop(context, arrival.source, "sip_responses_invalid_total");
  }
  if (transactions_.on_response(response, arrival.source) != ResponseFate::unknown) return;
  const TimePoint now = context.now;
  if (now - began_ > kOrphanAge || calls_.has_dialog(response->call_id(), response->from_tag())) {
    return;
  }
  const auto invite = orphaned_invite(context, *response, arrival.source);
  if (!invite) return;
  context.counters.get("orphaned_invites_total").add();
  calls_.on_restored(context, {}, {*invite});
  transactions_.on_response(response, arrival.source);
}

void Inbound::on_parse_error(Context& context, const Arrival& arrival,
                             const sip::ParseError& error) {
  const MessageSource& source = arrival.source;
  penalise(context, source, sip::describe(error.code));
  auto response = sip::make_error_response(error, context.random.token(8), source.remote);
  if (!response || !may_be_answered(context, source)) {
    drop(context, source, "sip_unparsable_dropped_total");
  } else {
    context.counters.get("sip_unparsable_answered_total").add();
    if (const auto* connection = std::get_if<ConnectionId>(&source.flow)) {
      // Whoever frames like this cannot be trusted with the next message's beginning (R034).
      context.actions.push_back(SendStream{*connection, response->serialize(), true});
      return done(context, source);
    }
    return transactions_.respond_to_unparsed(arrival.size, source, *response);
  }
  if (const auto* connection = std::get_if<ConnectionId>(&source.flow)) {
    context.actions.push_back(CloseConnection{*connection, std::string(sip::describe(error.code))});
  }
}

// R028, R030-R032, R037: answered where the header is whole enough, and closed in any case.
void Inbound::on_framing_fault(Context& context, const Arrival& arrival,
                               const StreamMessageReceived& event) {
  const Fault fault = fault_of(event.fault);
  context.counters.get(fault.counter).add();
  penalise(context, arrival.source, "framing fault");
  sip::ParseError error;
  error.code = fault.status == 413   ? sip::ParseErrorCode::body_too_long
               : fault.status == 513 ? sip::ParseErrorCode::headers_too_long
                                     : sip::ParseErrorCode::content_length;
  error.suggested_status = fault.status;
  error.salvage = sip::salvage(event.octets);
  const auto response =
      sip::make_error_response(error, context.random.token(8), arrival.source.remote);
  if (response) {
    context.actions.push_back(SendStream{event.connection, response->serialize(), true});
  } else {
    context.actions.push_back(CloseConnection{event.connection, "framing fault"});
  }
  done(context, arrival.source);
}

}  // namespace ringfence::sip_core
