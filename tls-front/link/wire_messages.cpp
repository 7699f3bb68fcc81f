#include "tls-front/link/wire_messages.hpp"

#include "tls-front/tls/server_name.hpp"

namespace ringfence::tls_front {
namespace {

constexpr int kMaxAddresses = 32;

proto::FramingError wire_error(const std::optional<FramingError>& error) {
  if (!error) return proto::FRAMING_OK;
  switch (*error) {
    case FramingError::content_length_missing:
      return proto::CONTENT_LENGTH_MISSING;
    case FramingError::content_length_invalid:
      return proto::CONTENT_LENGTH_INVALID;
    case FramingError::content_length_repeated:
      return proto::CONTENT_LENGTH_REPEATED;
    case FramingError::body_too_large:
      return proto::BODY_TOO_LARGE;
    case FramingError::start_line_too_long:
      return proto::START_LINE_TOO_LONG;
    case FramingError::header_too_large:
      return proto::HEADER_TOO_LARGE;
    case FramingError::not_sip:
      return proto::NOT_SIP;
  }
  return proto::NOT_SIP;
}

}  // namespace

void write_opened(const Connection& connection, std::uint64_t epoch, proto::ConnectionOpened& out) {
  const ConnectionFacts& facts = connection.facts();
  out.mutable_connection()->set_epoch(epoch);
  out.mutable_connection()->set_number(connection.number().value);
  out.set_transport(facts.transport == StreamTransport::tls ? proto::TLS : proto::TCP);
  out.set_listener_id(facts.listener.value);
  out.set_dial_id(facts.dial.value);
  out.set_remote_address(facts.remote.ip.to_string());
  out.set_remote_port(facts.remote.port);
  out.set_local_address(facts.local.ip.to_string());
  out.set_local_port(facts.local.port);
  out.set_sni(facts.tls.server_name);
  out.set_tls_version(facts.tls.version);
  out.set_cipher(facts.tls.cipher);
  for (const std::string& name : facts.tls.verified_names)
    out.add_verified_names(name);
}

void lend_message(KeptMessage& message, ConnectionNumber connection, std::uint64_t epoch,
                  proto::MessageReceived& out) {
  out.mutable_connection()->set_epoch(epoch);
  out.mutable_connection()->set_number(connection.value);
  out.set_message_number(message.number);
  out.mutable_bytes()->swap(message.octets);
  out.set_framing_error(wire_error(message.error));
  out.set_offered_again(message.offers > 1);
  const auto since_boot =
      std::chrono::duration_cast<std::chrono::microseconds>(message.received_at.time_since_epoch());
  out.set_received_us(static_cast<std::uint64_t>(since_boot.count()));
}

void take_octets_back(KeptMessage& message, proto::MessageReceived& out) {
  out.mutable_bytes()->swap(message.octets);
}

std::optional<DialRequest> read_dial(const proto::Dial& dial) {
  if (dial.dial_id() == 0 || dial.port() == 0 || dial.port() > UINT16_MAX ||
      dial.addresses_size() > kMaxAddresses) {
    return std::nullopt;
  }
  DialRequest request;
  request.id = DialId(dial.dial_id());
  if (dial.transport() == proto::TCP) {
    request.transport = StreamTransport::tcp;
  } else if (dial.transport() != proto::TLS) {
    return std::nullopt;
  }
  for (const std::string& text : dial.addresses()) {
    const auto address = IpAddress::parse(text);
    if (!address) return std::nullopt;
    request.addresses.push_back(*address);
  }
  request.port = static_cast<Port>(dial.port());
  request.listener = ListenerId(dial.listener_id());
  request.policy = {dial.server_name(), parse_verify_mode(dial.verify()),
                    normalised_name(dial.client_certificate())};
  request.timeout = std::chrono::milliseconds(dial.timeout_ms());
  return request;
}

PeerClass read_class(proto::ClassOfConnection value) {
  if (value == proto::REGISTERED) return PeerClass::registered;
  if (value == proto::TRUNK_PEER) return PeerClass::trunk;
  return PeerClass::unknown;
}

}  // namespace ringfence::tls_front
