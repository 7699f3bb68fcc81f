#include "tls-front/link/sip_core_link.hpp"

#include <algorithm>

#include "tls-front/link/wire_messages.hpp"

namespace ringfence::tls_front {
namespace {

// A frame has a maximum: what is held beyond this follows the Hello as if it had just opened.
constexpr std::size_t kHeldInHello = 1000;

}  // namespace

void SipCoreLink::connect(Fd socket) {
  if (peer_) lost("replaced by a new one");
  // A link that was replaced may still notice its own end in this turn.
  const std::uint64_t life = ++life_;
  peer_ = std::make_unique<Peer>(
      loop_, std::move(socket),
      [this, life](proto::FromSipCore& message, std::vector<Fd>&) {
        return life == life_ && receive(message);
      },
      [this, life](const std::string& reason) {
        if (life == life_) lost(reason);
      });
  peer_->stream().on_drained([this] {
    if (greeted_) take_again();
  });
  say_hello();
}

void SipCoreLink::say_hello() {
  proto::FromTlsFront hello;
  hello.mutable_hello()->set_epoch(epoch_);
  std::vector<const Connection*> later;
  connections_.for_each([&](Connection& connection) {
    if (!connection.is_announced()) return;
    if (static_cast<std::size_t>(hello.hello().held_size()) < kHeldInHello) {
      write_opened(connection, epoch_, *hello.mutable_hello()->add_held());
    } else {
      later.push_back(&connection);
    }
  });
  peer_->send(hello);
  for (const Connection* connection : later)
    opened(*connection);
}

// Its own deferred call leads here, so the link lives until the turn is over.
void SipCoreLink::lost(const std::string& reason) {
  log_.warning("the link to sip-core is lost", {{"reason", reason}});
  ++life_;
  loop_.defer([gone = std::shared_ptr<Peer>(std::move(peer_))] {});
  greeted_ = false;
  takes_messages_ = false;
  let_all_read();
  in_line_.clear();
  std::size_t given_up = 0;
  connections_.for_each([&](Connection& connection) {
    given_up += connection.kept().start_again();
    if (connection.kept().has_unoffered()) in_line_.push_back(connection.number());
  });
  if (given_up > 0) {
    counters_.get("messages_given_up_total").add(given_up);
    log_.warning("messages given up: two sip-cores died with them", {{"count", given_up}});
  }
  orders_.on_sip_core_gone();
}

void SipCoreLink::take_again() {
  takes_messages_ = true;
  for (auto waiting = in_line_.size(); waiting > 0 && takes_messages_; --waiting) {
    Connection* connection = connections_.find(in_line_.front());
    in_line_.pop_front();
    if (connection != nullptr) offer(*connection);
  }
  if (takes_messages_) let_all_read();
}

// At the end of the turn, so that whoever has something to say now is heard once before the pause:
// otherwise the same one would come first after each.
void SipCoreLink::stop_taking() {
  takes_messages_ = false;
  loop_.defer([this] { let_all_read(); });
}

void SipCoreLink::let_all_read() {
  connections_.for_each([this](Connection& connection) { connection.let_read(takes_messages_); });
}

void SipCoreLink::opened(const Connection& connection) {
  if (!peer_ || !connection.is_announced()) return;
  message_.Clear();
  write_opened(connection, epoch_, *message_.mutable_opened());
  peer_->send(message_);
}

void SipCoreLink::over(const Connection& connection, const std::string& reason) {
  if (!peer_ || !connection.is_announced()) return;
  message_.Clear();
  auto& closed = *message_.mutable_closed();
  closed.mutable_connection()->set_epoch(epoch_);
  closed.mutable_connection()->set_number(connection.number().value);
  closed.set_reason(reason);
  peer_->send(message_);
}

void SipCoreLink::dial_failed(DialId id, const std::string& reason) {
  if (!peer_) return;
  message_.Clear();
  message_.mutable_dial_failed()->set_dial_id(id.value);
  message_.mutable_dial_failed()->set_reason(reason);
  peer_->send(message_);
}

void SipCoreLink::offer(Connection& connection) {
  while (takes_messages_ && peer_) {
    KeptMessage* kept = connection.kept().offer_next();
    if (kept == nullptr) return;
    if (!connection.is_announced()) {
      connection.announce();
      opened(connection);
    }
    counters_.get(kept->offers > 1 ? "messages_offered_again_total" : "messages_received_total")
        .add();
    proto::MessageReceived& received = *message_.mutable_message();
    lend_message(*kept, connection.number(), epoch_, received);
    peer_->send(message_);
    take_octets_back(*kept, received);
    if (peer_->stream().over_high_water()) {
      counters_.get("link_high_water_total").add();
      stop_taking();
    }
  }
  if (connection.kept().has_unoffered()) stand_in_line(connection);
}

void SipCoreLink::stand_in_line(const Connection& connection) {
  if (std::ranges::find(in_line_, connection.number()) == in_line_.end()) {
    in_line_.push_back(connection.number());
  }
}

bool SipCoreLink::receive(proto::FromSipCore& message) {
  if (message.has_hello()) {
    if (greeted_) return false;
    greeted_ = true;
    take_again();
    return true;
  }
  return greeted_ && carry_out(message);
}

bool SipCoreLink::carry_out(proto::FromSipCore& message) {
  switch (message.kind_case()) {
    case proto::FromSipCore::kSend:
      send_to(message.send());
      return true;
    case proto::FromSipCore::kDone:
      if (Connection* connection = find(message.done().connection())) {
        connection->kept().done(message.done().message_number());
        connection->let_read(takes_messages_);
      }
      return true;
    case proto::FromSipCore::kClose:
      if (Connection* connection = find(message.close().connection())) {
        connections_.close(*connection, message.close().reason());
      }
      return true;
    case proto::FromSipCore::kConnectionClass:
      if (Connection* connection = find(message.connection_class().connection())) {
        orders_.on_class(*connection, read_class(message.connection_class().class_of_connection()));
      }
      return true;
    case proto::FromSipCore::kDial: {
      auto request = read_dial(message.dial());
      if (request) orders_.on_dial(std::move(*request));
      return request.has_value();
    }
    case proto::FromSipCore::kPenalise:
      return penalise(message.penalise());
    case proto::FromSipCore::kTrunkSources:
      return take_trunk_sources(message.trunk_sources());
    case proto::FromSipCore::kHello:
    case proto::FromSipCore::KIND_NOT_SET:
      return false;
  }
  return false;
}

void SipCoreLink::send_to(const proto::Send& order) {
  Connection* connection = find(order.connection());
  if (connection == nullptr) return;
  connection->send(order.bytes());
  if (order.close_after()) connections_.close(*connection, "closed after the last message");
}

bool SipCoreLink::penalise(const proto::PenaliseSource& order) {
  const auto address = IpAddress::parse(order.address());
  if (address) orders_.on_penalise(*address, order.reason());
  return address.has_value();
}

bool SipCoreLink::take_trunk_sources(const proto::TrunkSources& order) {
  std::vector<IpNetwork> networks;
  for (const std::string& text : order.networks()) {
    const auto network = IpNetwork::parse(text);
    if (!network) return false;
    networks.push_back(*network);
  }
  orders_.on_trunk_sources(networks);
  return true;
}

// RFC 5626 flows and R092: an order for a connection of another life finds nothing.
Connection* SipCoreLink::find(const proto::ConnectionId& id) {
  Connection* connection =
      id.epoch() == epoch_ ? connections_.find(ConnectionNumber(id.number())) : nullptr;
  if (connection == nullptr) counters_.get("orders_for_unknown_connections_total").add();
  return connection;
}

}  // namespace ringfence::tls_front
