#include "tests/simulation/box/front.hpp"

#include <algorithm>

namespace ringfence::simulation {

namespace {

using namespace sip_core;
using std::chrono::milliseconds;

constexpr milliseconds kHandshake{3};

FramingFault fault_of(tls_front::FramingError error) {
  switch (error) {
    case tls_front::FramingError::content_length_missing:
      return FramingFault::length_missing;
    case tls_front::FramingError::content_length_invalid:
      return FramingFault::length_invalid;
    case tls_front::FramingError::content_length_repeated:
      return FramingFault::length_repeated;
    case tls_front::FramingError::body_too_large:
      return FramingFault::body_too_large;
    case tls_front::FramingError::start_line_too_long:
      return FramingFault::start_line_too_long;
    case tls_front::FramingError::header_too_large:
      return FramingFault::header_too_large;
    case tls_front::FramingError::not_sip:
      return FramingFault::not_sip;
  }
  return FramingFault::not_sip;
}

tls_front::ListenerId front_id(ListenerId id) {
  return tls_front::ListenerId(id.value);
}

}  // namespace

Front::Front(Schedule& schedule, Network& network, const Config& config, SipCoreLink& sip_core,
             BorderWatch& watch, Ladder& ladder)
    : schedule_(schedule),
      network_(network),
      config_(config),
      sip_core_(sip_core),
      watch_(watch),
      ladder_(ladder) {
  for (const Listener& row : config_.listeners) {
    if (row.transport == TransportKind::udp) continue;
    doors_.push_back(std::make_unique<Door>(*this, row));
    // The supervisor holds the listening socket: a dead tls-front refuses nobody, it delays them.
    network_.listen({row.address, row.port}, *doors_.back());
  }
}

Front::~Front() = default;

void Front::start() {
  up_ = true;
  ++epoch_;
  governor_ = std::make_unique<tls_front::HandshakeGovernor>(settings_, blocklist_, trunks_);
  if (sip_core_.is_up()) sip_core_.post(TlsFrontUp{epoch_, {}});
}

void Front::kill() {
  up_ = false;
  for (const auto& [stream, number] : by_stream_)
    network_.abandon(stream);
  for (const auto& [number, held] : connections_)
    watch_.on_connection_lost(held->facts.remote);
  by_stream_.clear();
  connections_.clear();
  if (sip_core_.is_up()) sip_core_.post(TlsFrontDown{});
}

void Front::on_core_up() {
  if (!up_) return;
  TlsFrontUp hello{epoch_, {}};
  for (const auto& [number, held] : connections_)
    if (held->established) hello.held.push_back(held->facts);
  sip_core_.post(std::move(hello));
  for (const auto& [number, held] : connections_) {
    held->kept.start_again();
    offer(*held);
  }
}

void Front::on_core_down() {
  std::vector<std::uint64_t> dials;
  for (const auto& [number, held] : connections_)
    if (!held->established && held->facts.dial.value != 0) dials.push_back(number);
  for (const std::uint64_t number : dials) {
    Held& held = *connections_.at(number);
    network_.close(held.stream);
    drop(held);
  }
}

std::size_t Front::dialled_connections() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      connections_, [](const auto& entry) { return entry.second->facts.dial.value != 0; }));
}

std::size_t Front::connections_with_kept_messages() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      connections_, [](const auto& entry) { return !entry.second->kept.empty(); }));
}

std::uint32_t Front::handshakes_in_flight() const {
  std::uint32_t all = 0;
  for (const auto& door : doors_)
    all += governor_->in_flight(front_id(door->listener.id));
  return all;
}

Front::Held& Front::hold(StreamId stream, Connection facts) {
  const std::uint64_t number = ++last_number_;
  facts.id = {epoch_, number};
  auto held = std::make_unique<Held>();
  held->facts = std::move(facts);
  held->stream = stream;
  by_stream_[stream] = number;
  return *connections_.emplace(number, std::move(held)).first->second;
}

StreamOwner* Front::accept(const Door& door, StreamId stream, const SocketAddress& from) {
  if (!up_) return nullptr;
  const auto side =
      door.listener.side == Side::trunk ? tls_front::Side::trunk : tls_front::Side::public_side;
  const auto admitted =
      governor_->admit({front_id(door.listener.id), side, from.ip}, schedule_.now());
  if (!admitted) return nullptr;
  Connection facts;
  facts.transport = door.listener.transport;
  facts.listener = door.listener.id;
  facts.remote = from;
  facts.local = {door.listener.address, door.listener.port};
  if (facts.transport == TransportKind::tls) {
    facts.sni = config_.tenants.front().domain;
    facts.tls_version = "TLSv1.3";
    facts.cipher = "TLS_AES_128_GCM_SHA256";
  }
  Held& held = hold(stream, std::move(facts));
  held.counted = *admitted;
  schedule_.after(kHandshake, [this, epoch = epoch_, number = held.facts.id.number] {
    if (up_ && epoch == epoch_) establish(number);
  });
  return this;
}

void Front::establish(std::uint64_t number) {
  const auto found = connections_.find(number);
  if (found == connections_.end()) return;
  Held& held = *found->second;
  if (held.facts.dial.value == 0) {
    governor_->handshake_over(front_id(held.facts.listener), held.counted);
  }
  held.established = true;
  if (sip_core_.is_up()) sip_core_.post(ConnectionOpened{held.facts});
  take_frames(held);
}

void Front::carry_out(const DialConnection& order) {
  if (!up_ || order.addresses.empty()) {
    return sip_core_.post(DialFailed{order.dial, "tls-front is not there"});
  }
  const Listener* row = config_.listener(order.listener);
  Connection facts;
  facts.transport = order.transport;
  facts.listener = order.listener;
  facts.dial = order.dial;
  facts.remote = {order.addresses.front(), order.port};
  facts.local = {row->address, static_cast<Port>(32768 + last_number_ % 28000)};
  facts.verified_names = {order.server_name};
  const SocketAddress local = facts.local;
  const SocketAddress remote = facts.remote;
  hold(network_.connect(local, remote, *this), std::move(facts));
}

// One that was accepted stands once its handshake is over.
void Front::on_connected(StreamId stream) {
  const std::uint64_t number = by_stream_.at(stream);
  if (connections_.at(number)->facts.dial.value != 0) establish(number);
}

void Front::on_octets(StreamId stream, std::string_view octets) {
  const auto number = by_stream_.find(stream);
  if (number == by_stream_.end()) return;
  Held& held = *connections_.at(number->second);
  held.framer.feed(octets);
  if (held.established) take_frames(held);
}

void Front::take_frames(Held& held) {
  while (const auto frame = held.framer.next()) {
    switch (frame->kind) {
      case tls_front::Frame::Kind::ping:
        network_.write(held.stream, "\r\n");
        break;
      case tls_front::Frame::Kind::pong:
        break;  // nobody here pings
      case tls_front::Frame::Kind::message:
        held.kept.add(frame->octets, std::nullopt);
        break;
      case tls_front::Frame::Kind::error:
        held.kept.add(frame->octets, frame->error);
        break;
    }
  }
  offer(held);
}

void Front::offer(Held& held) {
  if (!sip_core_.is_up() || !held.established) return;
  while (tls_front::KeptMessage* kept = held.kept.offer_next()) {
    StreamMessageReceived event;
    event.connection = held.facts.id;
    event.number = kept->number;
    event.octets = kept->octets;
    event.offered_again = kept->offers > 1;
    if (kept->error) event.fault = fault_of(*kept->error);
    sip_core_.post(std::move(event));
  }
}

Front::Held* Front::find(const ConnectionId& id) {
  if (!up_ || id.epoch != epoch_) return nullptr;
  const auto found = connections_.find(id.number);
  return found == connections_.end() ? nullptr : found->second.get();
}

std::optional<SocketAddress> Front::remote_of(const ConnectionId& id) const {
  const auto found = connections_.find(id.number);
  if (id.epoch != epoch_ || found == connections_.end()) return std::nullopt;
  return found->second->facts.remote;
}

void Front::carry_out(SendStream& order) {
  Held* held = find(order.connection);
  if (held == nullptr) return;
  ladder_.note(Way::out, held->facts.remote, order.octets);
  watch_.on_sent(held->facts.remote, order.octets);
  network_.write(held->stream, order.octets);
  if (order.close_after) carry_out(CloseConnection{order.connection, "closed after the last"});
}

void Front::carry_out(const MessageDone& order) {
  if (Held* held = find(order.connection)) held->kept.done(order.number);
}

void Front::carry_out(const CloseConnection& order) {
  Held* held = find(order.connection);
  if (held == nullptr) return;
  network_.close(held->stream);
  drop(*held);
}

void Front::on_closed(StreamId stream) {
  const auto number = by_stream_.find(stream);
  if (number != by_stream_.end()) drop(*connections_.at(number->second));
}

void Front::drop(Held& held) {
  if (held.facts.dial.value == 0) {
    if (!held.established) {
      governor_->handshake_over(front_id(held.facts.listener), held.counted);
    }
    governor_->connection_over(held.counted);
  }
  if (sip_core_.is_up()) {
    if (held.established) {
      sip_core_.post(ConnectionClosed{held.facts.id, "closed by the peer"});
    } else if (held.facts.dial.value != 0) {
      sip_core_.post(DialFailed{held.facts.dial, "connection refused"});
    }
  }
  watch_.on_connection_lost(held.facts.remote);
  by_stream_.erase(held.stream);
  connections_.erase(held.facts.id.number);
}

}  // namespace ringfence::simulation
