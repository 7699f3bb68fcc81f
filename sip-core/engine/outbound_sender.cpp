#include "sip-core/engine/outbound_sender.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core {

namespace {

CertificateCheck check_of(const Trunk& trunk) {
  if (trunk.tls_verify == "none") return CertificateCheck::none;
  if (trunk.tls_verify == "ca") return CertificateCheck::ca;
  return trunk.tls_verify == "wildcard" ? CertificateCheck::wildcard : CertificateCheck::full;
}

std::string host_of(const Trunk& trunk, const ToTrunk& target) {
  return target.next_hop && !target.next_hop->host.empty() ? target.next_hop->host : trunk.host;
}

bool is_stream(const Trunk& trunk) {
  return trunk.transport() != TransportKind::udp;
}

}  // namespace

void OutboundSender::begin_step(const Config& config, TimePoint now, Actions& actions) {
  config_ = &config;
  now_ = now;
  actions_ = &actions;
}

std::expected<ViaOrigin, std::string> OutboundSender::origin(const Target& target) const {
  std::optional<ListenerId> id;
  std::optional<TransportKind> transport;
  if (const auto* flow = std::get_if<Flow>(&target)) {
    id = connections_.listener_of(*flow);
    transport = connections_.transport_of(*flow);
    if (!id || !transport) return std::unexpected("the connection is closed");
  } else {
    const Trunk* trunk = trunk_of(std::get<ToTrunk>(target));
    if (trunk == nullptr) return std::unexpected("the trunk is gone");
    const Listener* listener = config_->listener_for(*trunk);
    if (listener == nullptr) return std::unexpected("the trunk has no listener");
    id = listener->id;
    transport = trunk->transport();
  }
  const Listener* listener = config_->listener(*id);
  if (listener == nullptr) return std::unexpected("the listener is gone");
  return ViaOrigin{*transport, listener->advertised_address, listener->port};
}

bool OutboundSender::send_now(const Flow& flow, std::string octets) {
  if (const auto* udp = std::get_if<UdpFlow>(&flow)) {
    actions_->push_back(SendDatagram{*udp, std::move(octets)});
    return true;
  }
  if (!connections_.usable(flow)) return false;
  actions_->push_back(SendStream{std::get<ConnectionId>(flow), std::move(octets), false});
  return true;
}

bool OutboundSender::send_response(const Flow& flow, std::string octets) {
  return send_now(flow, std::move(octets));
}

void OutboundSender::finished(const MessageSource& source) {
  const auto* connection = std::get_if<ConnectionId>(&source.flow);
  if (connection == nullptr || source.number == 0) return;
  actions_->push_back(MessageDone{*connection, source.number});
}

std::optional<Flow> OutboundSender::udp_flow_to(const Trunk& trunk, const ToTrunk& target) const {
  const Listener* listener = config_->listener_for(trunk);
  if (listener == nullptr) return std::nullopt;
  const Port port = target.next_hop ? target.next_hop->port_or_default() : trunk.port;
  for (const IpAddress& ip : names_.addresses(host_of(trunk, target))) {
    if (ip.family() == listener->address.family()) return UdpFlow{listener->id, {ip, port}};
  }
  return std::nullopt;
}

std::optional<Flow> OutboundSender::flow_to(const Trunk& trunk, const ToTrunk& target) const {
  if (!is_stream(trunk)) return udp_flow_to(trunk, target);
  if (target.connection && connections_.find(*target.connection) != nullptr) {
    return *target.connection;
  }
  if (const auto own = connections_.connection_of(trunk.id)) return *own;
  return std::nullopt;
}

SendOutcome OutboundSender::send(std::string octets, const Target& target,
                                 ClientTransactionId transaction) {
  if (const auto* flow = std::get_if<Flow>(&target)) {
    if (send_now(*flow, std::move(octets))) return Sent{*flow};
    return NotSent{"the connection is closed"};
  }
  const auto& to = std::get<ToTrunk>(target);
  const Trunk* trunk = trunk_of(to);
  if (trunk == nullptr) return NotSent{"the trunk is gone"};
  if (const auto flow = flow_to(*trunk, to)) {
    send_now(*flow, std::move(octets));
    return Sent{*flow};
  }
  return enqueue(std::move(octets), to, *trunk, transaction);
}

SendOutcome OutboundSender::enqueue(std::string octets, const ToTrunk& target, const Trunk& trunk,
                                    ClientTransactionId transaction) {
  if (waiting_.size() >= kMaxQueued) return NotSent{"too many messages wait for a connection"};
  const std::string host = is_stream(trunk) ? trunk.host : host_of(trunk, target);
  if (!names_.want(host, now_, *actions_)) return NotSent{"too many names are looked up"};
  waiting_.push_back({std::move(octets), target, transaction, host, now_ + kLongestWait});
  // A numeric name of the other address family will never have a flow.
  if (!is_stream(trunk) && !names_.addresses(host).empty()) {
    const bool possible = udp_flow_to(trunk, target).has_value();
    std::string unsent = std::move(waiting_.back().octets);
    waiting_.pop_back();
    if (!possible) return NotSent{"no address of the listener's family"};
    const Flow flow = *udp_flow_to(trunk, target);
    send_now(flow, std::move(unsent));
    return Sent{flow};
  }
  if (is_stream(trunk)) dial(trunk);
  arm();
  return Queued{};
}

void OutboundSender::dial(const Trunk& trunk) {
  const bool dialling =
      std::ranges::any_of(dials_, [&](const auto& d) { return d.second == trunk.id; });
  const auto addresses = names_.addresses(trunk.host);
  const Listener* listener = config_->listener_for(trunk);
  if (dialling || !tls_front_up_ || addresses.empty() || listener == nullptr) return;
  DialConnection order;
  order.dial = ids_.dial();
  order.transport = trunk.transport();
  order.addresses.assign(addresses.begin(), addresses.end());
  order.port = trunk.signalling_port();
  order.listener = listener->id;
  order.server_name = trunk.host;
  order.check = check_of(trunk);
  order.timeout = kDialTimeout;
  dials_.emplace(order.dial, trunk.id);
  actions_->push_back(std::move(order));
}

void OutboundSender::forget(ClientTransactionId transaction) {
  if (transaction.value == 0) return;
  std::erase_if(waiting_, [&](const Waiting& w) { return w.transaction == transaction; });
}

void OutboundSender::work_off() {
  std::deque<Waiting> rest;
  std::swap(rest, waiting_);
  for (Waiting& item : rest) {
    const Trunk* trunk = trunk_of(item.target);
    const auto flow = trunk == nullptr ? std::nullopt : flow_to(*trunk, item.target);
    if (!flow) {
      waiting_.push_back(std::move(item));
      continue;
    }
    send_now(*flow, std::move(item.octets));
    outcomes_.push_back({item.transaction, Sent{*flow}});
  }
}

template <typename Predicate>
void OutboundSender::fail_waiting(Predicate hit, const std::string& reason) {
  std::erase_if(waiting_, [&](const Waiting& item) {
    if (!hit(item)) return false;
    outcomes_.push_back({item.transaction, NotSent{reason}});
    return true;
  });
}

bool OutboundSender::on_opened(const Connection& connection) {
  const auto found = dials_.find(connection.dial);
  if (found == dials_.end()) return false;
  const TrunkId trunk = found->second;
  dials_.erase(found);
  if (config_->trunk(trunk) == nullptr) return false;
  connections_.assign(connection.id, trunk);
  actions_->push_back(SetConnectionClass{connection.id, ConnectionClass::trunk});
  work_off();
  return true;
}

void OutboundSender::on_dial_failed(DialId dial, const std::string& reason) {
  const auto found = dials_.find(dial);
  if (found == dials_.end()) return;
  const TrunkId trunk = found->second;
  dials_.erase(found);
  fail_waiting([&](const Waiting& item) { return item.target.trunk == trunk; }, reason);
}

void OutboundSender::on_resolved(const NameCache::Answer& answer) {
  if (answer.failure) {
    fail_waiting([&](const Waiting& item) { return item.host == answer.host; },
                 "cannot resolve " + answer.host + ": " + *answer.failure);
    return;
  }
  work_off();
  for (const Waiting& item : waiting_) {
    const Trunk* trunk = trunk_of(item.target);
    if (trunk != nullptr && is_stream(*trunk)) dial(*trunk);
  }
}

void OutboundSender::on_tls_front(bool up) {
  tls_front_up_ = up;
  dials_.clear();
  if (!up) return;
  for (const Waiting& item : waiting_) {
    const Trunk* trunk = trunk_of(item.target);
    if (trunk != nullptr && is_stream(*trunk)) dial(*trunk);
  }
}

void OutboundSender::arm() {
  timers_.stop(timer_);
  timer_ = {};
  if (waiting_.empty()) return;
  const auto first = std::ranges::min_element(waiting_, {}, &Waiting::until);
  timer_ = timers_.start(first->until, TimerOwner::sender, 0);
}

void OutboundSender::on_timer() {
  fail_waiting([&](const Waiting& item) { return item.until <= now_; },
               "no connection to the trunk in time");
  arm();
}

std::optional<OutboundSender::Outcome> OutboundSender::next_outcome() {
  if (outcomes_.empty()) return std::nullopt;
  Outcome outcome = std::move(outcomes_.front());
  outcomes_.pop_front();
  return outcome;
}

}  // namespace ringfence::sip_core
