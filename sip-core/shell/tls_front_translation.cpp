#include "sip-core/shell/tls_front_translation.hpp"

#include <utility>

namespace ringfence::sip_core {
namespace {

ConnectionId id_of(const proto::ConnectionId& id) {
  return {id.epoch(), id.number()};
}

void set_id(proto::ConnectionId* out, const ConnectionId& id) {
  out->set_epoch(id.epoch);
  out->set_number(id.number);
}

std::optional<SocketAddress> address_of(const std::string& ip, std::uint32_t port) {
  const auto parsed = IpAddress::parse(ip);
  if (!parsed || port > 65535) return std::nullopt;
  return SocketAddress{*parsed, static_cast<Port>(port)};
}

std::optional<Connection> connection_of(proto::ConnectionOpened& opened) {
  const auto remote = address_of(opened.remote_address(), opened.remote_port());
  const auto local = address_of(opened.local_address(), opened.local_port());
  if (!remote || !local || !opened.has_connection()) return std::nullopt;
  if (opened.transport() != proto::TCP && opened.transport() != proto::TLS) return std::nullopt;
  Connection connection;
  connection.id = id_of(opened.connection());
  connection.transport = opened.transport() == proto::TLS ? TransportKind::tls : TransportKind::tcp;
  connection.listener = ListenerId(opened.listener_id());
  connection.dial = DialId(opened.dial_id());
  connection.remote = *remote;
  connection.local = *local;
  connection.sni = std::move(*opened.mutable_sni());
  connection.tls_version = std::move(*opened.mutable_tls_version());
  connection.cipher = std::move(*opened.mutable_cipher());
  for (std::string& name : *opened.mutable_verified_names())
    connection.verified_names.push_back(std::move(name));
  return connection;
}

std::optional<FramingFault> fault_of(proto::FramingError error) {
  switch (error) {
    case proto::FRAMING_OK:
      return FramingFault::none;
    case proto::CONTENT_LENGTH_MISSING:
      return FramingFault::length_missing;
    case proto::CONTENT_LENGTH_INVALID:
      return FramingFault::length_invalid;
    case proto::CONTENT_LENGTH_REPEATED:
      return FramingFault::length_repeated;
    case proto::BODY_TOO_LARGE:
      return FramingFault::body_too_large;
    case proto::START_LINE_TOO_LONG:
      return FramingFault::start_line_too_long;
    case proto::HEADER_TOO_LARGE:
      return FramingFault::header_too_large;
    case proto::NOT_SIP:
      return FramingFault::not_sip;
    default:
      return std::nullopt;
  }
}

std::optional<Event> hello_event(proto::TlsFrontHello& hello) {
  TlsFrontUp up{hello.epoch(), {}};
  for (proto::ConnectionOpened& held : *hello.mutable_held()) {
    auto connection = connection_of(held);
    if (!connection) return std::nullopt;
    up.held.push_back(std::move(*connection));
  }
  return up;
}

// A claim like any other: what no clock can say counts as unknown.
TimePoint time_of(std::uint64_t microseconds) {
  constexpr std::uint64_t kCenturies = 1ULL << 52;
  if (microseconds > kCenturies) return {};
  return TimePoint(std::chrono::microseconds(microseconds));
}

std::optional<Event> message_event(proto::MessageReceived& message) {
  const auto fault = fault_of(message.framing_error());
  if (!fault || !message.has_connection()) return std::nullopt;
  return StreamMessageReceived{id_of(message.connection()),
                               message.message_number(),
                               std::move(*message.mutable_bytes()),
                               *fault,
                               message.offered_again(),
                               time_of(message.received_us())};
}

std::string_view check_name(CertificateCheck check) {
  switch (check) {
    case CertificateCheck::full:
      return "full";
    case CertificateCheck::wildcard:
      return "wildcard";
    case CertificateCheck::ca:
      return "ca";
    case CertificateCheck::none:
      return "none";
  }
  return "full";
}

proto::ClassOfConnection class_of(ConnectionClass connection_class) {
  switch (connection_class) {
    case ConnectionClass::fresh:
      return proto::NEW;
    case ConnectionClass::registered:
      return proto::REGISTERED;
    case ConnectionClass::trunk:
      return proto::TRUNK_PEER;
  }
  return proto::NEW;
}

}  // namespace

std::optional<Event> event_of(proto::FromTlsFront& message) {
  switch (message.kind_case()) {
    case proto::FromTlsFront::kHello:
      return hello_event(*message.mutable_hello());
    case proto::FromTlsFront::kOpened: {
      auto connection = connection_of(*message.mutable_opened());
      if (!connection) return std::nullopt;
      return ConnectionOpened{std::move(*connection)};
    }
    case proto::FromTlsFront::kClosed:
      return ConnectionClosed{id_of(message.closed().connection()),
                              std::move(*message.mutable_closed()->mutable_reason())};
    case proto::FromTlsFront::kDialFailed:
      return DialFailed{DialId(message.dial_failed().dial_id()),
                        std::move(*message.mutable_dial_failed()->mutable_reason())};
    case proto::FromTlsFront::kMessage:
      return message_event(*message.mutable_message());
    case proto::FromTlsFront::KIND_NOT_SET:
      return std::nullopt;
  }
  return std::nullopt;
}

proto::FromSipCore message_of(SendStream& action) {
  proto::FromSipCore message;
  proto::Send* send = message.mutable_send();
  set_id(send->mutable_connection(), action.connection);
  *send->mutable_bytes() = std::move(action.octets);
  send->set_close_after(action.close_after);
  return message;
}

proto::FromSipCore message_of(const MessageDone& action) {
  proto::FromSipCore message;
  set_id(message.mutable_done()->mutable_connection(), action.connection);
  message.mutable_done()->set_message_number(action.number);
  return message;
}

proto::FromSipCore message_of(const CloseConnection& action) {
  proto::FromSipCore message;
  set_id(message.mutable_close()->mutable_connection(), action.connection);
  message.mutable_close()->set_reason(action.reason);
  return message;
}

proto::FromSipCore message_of(const SetConnectionClass& action) {
  proto::FromSipCore message;
  set_id(message.mutable_connection_class()->mutable_connection(), action.connection);
  message.mutable_connection_class()->set_class_of_connection(class_of(action.connection_class));
  return message;
}

proto::FromSipCore message_of(const PenaliseSource& action) {
  proto::FromSipCore message;
  message.mutable_penalise()->set_address(action.address.to_string());
  message.mutable_penalise()->set_reason(action.reason);
  return message;
}

proto::FromSipCore message_of(const TellTrunkSources& action) {
  proto::FromSipCore message;
  message.mutable_trunk_sources();
  for (const IpNetwork& network : action.networks)
    message.mutable_trunk_sources()->add_networks(network.to_string());
  return message;
}

proto::FromSipCore message_of(const DialConnection& action) {
  proto::FromSipCore message;
  proto::Dial* dial = message.mutable_dial();
  dial->set_dial_id(action.dial.value);
  dial->set_transport(action.transport == TransportKind::tls ? proto::TLS : proto::TCP);
  for (const IpAddress& address : action.addresses)
    dial->add_addresses(address.to_string());
  dial->set_port(action.port);
  dial->set_listener_id(action.listener.value);
  dial->set_server_name(action.server_name);
  dial->set_verify(std::string(check_name(action.check)));
  dial->set_client_certificate(action.client_certificate);
  dial->set_timeout_ms(static_cast<std::uint32_t>(action.timeout.count()));
  return message;
}

}  // namespace ringfence::sip_core
