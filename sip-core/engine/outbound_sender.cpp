#include "sip-core/engine/outbound_sender.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/trunk/identify_trunk.hpp"
#include "sip-core/trunk/trunk_uris.hpp"

namespace ringfence::sip_core {

namespace {

CertificateCheck check_of(const Trunk& trunk) {
  if (trunk.tls_verify == "none") return CertificateCheck::none;
  if (trunk.tls_verify == "ca") return CertificateCheck::ca;
  return trunk.tls_verify == "wildcard" ? CertificateCheck::wildcard : CertificateCheck::full;
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

const Trunk* OutboundSender::trunk_of(const ToTrunk& target) const {
  const Trunk* row = config_->trunk(target.trunk);
  if (row == nullptr || !target.via) return row;
  rerouted_ = *row;
  rerouted_.outbound_proxy = target.via;
  return &rerouted_;
}

ToTrunk OutboundSender::reachable(const ToTrunk& target) {
  ToTrunk to = target;
  const Trunk* trunk = to.via ? trunk_of(to) : nullptr;
  if (trunk == nullptr) return to;
  const Located located = locations_.targets(*trunk, family_for(*trunk), now_, *actions_);
  if (located.state == Located::State::failed) to.via.reset();
  return to;
}

// The trunk's row was deleted or disabled during a call: the call still ends in order.
std::optional<Flow> OutboundSender::way_of_old(const ToTrunk& target) const {
  if (trunk_of(target) != nullptr) return std::nullopt;
  if (target.connection) {
    if (connections_.find(*target.connection) == nullptr) return std::nullopt;
    return *target.connection;
  }
  if (!target.last_remote) return std::nullopt;
  const auto listener = std::ranges::find_if(config_->listeners, [&](const Listener& row) {
    return row.side == Side::trunk && row.transport == TransportKind::udp &&
           row.address.family() == target.last_remote->ip.family();
  });
  if (listener == config_->listeners.end()) return std::nullopt;
  return UdpFlow{listener->id, *target.last_remote};
}

std::expected<ViaOrigin, std::string> OutboundSender::origin(const Target& target) const {
  if (const auto* to = std::get_if<ToTrunk>(&target)) {
    if (const auto old = way_of_old(*to)) return origin(*old);
  }
  std::optional<ListenerId> id;
  std::optional<TransportKind> transport;
  const Trunk* trunk = nullptr;
  if (const auto* flow = std::get_if<Flow>(&target)) {
    id = connections_.listener_of(*flow);
    transport = connections_.transport_of(*flow);
    if (!id || !transport) return std::unexpected("the connection is closed");
    if (const auto* connection = std::get_if<ConnectionId>(flow)) {
      if (const auto owner = connections_.trunk_of(*connection)) trunk = config_->trunk(*owner);
    }
  } else {
    trunk = trunk_of(std::get<ToTrunk>(target));
    if (trunk == nullptr) return std::unexpected("the trunk is gone");
    const Listener* listener = config_->listener_for(*trunk);
    if (listener == nullptr) return std::unexpected("the trunk has no listener");
    id = listener->id;
    transport = trunk->transport();
  }
  const Listener* listener = config_->listener(*id);
  if (listener == nullptr) return std::unexpected("the listener is gone");
  const std::string& host =
      trunk == nullptr ? listener->advertised_address : our_host(*trunk, *listener);
  return ViaOrigin{*transport, host, listener->port};
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

std::optional<IpAddress::Family> OutboundSender::family_for(const Trunk& trunk) const {
  if (is_stream(trunk)) return std::nullopt;
  const Listener* listener = config_->listener_for(trunk);
  return listener == nullptr ? std::nullopt : std::optional(listener->address.family());
}

std::size_t OutboundSender::good_targets(TrunkId trunk) const {
  const Trunk* row = config_->trunk(trunk);
  return row == nullptr ? 0 : locations_.good_targets(*row, family_for(*row), now_);
}

bool OutboundSender::has_alternative(const Target& target) const {
  const auto* to = std::get_if<ToTrunk>(&target);
  return to != nullptr && good_targets(to->trunk) > 1;
}

OutboundSender::Way OutboundSender::udp_way_to(const Trunk& trunk, const ToTrunk& target) {
  const Listener* listener = config_->listener_for(trunk);
  if (listener == nullptr) return std::unexpected("the trunk has no listener");
  const auto family = listener->address.family();
  const bool within_dialog = target.next_hop && !target.next_hop->host.empty();
  const Located located = within_dialog ? locations_.next_hop(*target.next_hop, TransportKind::udp,
                                                              family, now_, *actions_)
                                        : locations_.targets(trunk, family, now_, *actions_);
  switch (located.state) {
    case Located::State::pending:
      return std::nullopt;
    case Located::State::failed:
      return std::unexpected(located.reason);
    case Located::State::found:
      break;
  }
  SocketAddress chosen = located.targets.front();
  const bool known =
      target.last_remote &&
      std::ranges::find(located.targets, *target.last_remote) != located.targets.end();
  const bool fine = known && (within_dialog ||
                              locations_.avoided().standing(trunk.id, *target.last_remote, now_) ==
                                  AvoidedTargets::Standing::good);
  if (fine) chosen = *target.last_remote;
  return UdpFlow{listener->id, chosen};
}

// Within a dialog any connection of the trunk's will do. A new request leaves alone one whose peer
// failed while there is somebody else to dial.
std::optional<Flow> OutboundSender::stream_to(const Trunk& trunk, const ToTrunk& target) const {
  if (target.connection && connections_.find(*target.connection) != nullptr) {
    return *target.connection;
  }
  const auto good = connections_.newest_of(trunk, [&](const SocketAddress& remote) {
    return locations_.avoided().standing(trunk.id, remote, now_) == AvoidedTargets::Standing::good;
  });
  if (good) return *good;
  const bool dials = !target.next_hop && (target.via || good_targets(trunk.id) > 0);
  if (dials) return std::nullopt;
  const auto any = connections_.newest_of(trunk, [&](const SocketAddress& remote) {
    return target.next_hop || locations_.avoided().standing(trunk.id, remote, now_) !=
                                  AvoidedTargets::Standing::refusing;
  });
  return any ? std::optional<Flow>(*any) : std::nullopt;
}

OutboundSender::Way OutboundSender::way_to(const ToTrunk& target) {
  const Trunk* trunk = trunk_of(target);
  if (trunk == nullptr) return std::unexpected("the trunk is gone");
  if (!is_stream(*trunk)) return udp_way_to(*trunk, target);
  if (const auto flow = stream_to(*trunk, target)) return flow;
  const Located located = locations_.targets(*trunk, std::nullopt, now_, *actions_);
  if (located.state == Located::State::failed) return std::unexpected(located.reason);
  return std::nullopt;
}

SendOutcome OutboundSender::send(std::string octets, const Target& target,
                                 ClientTransactionId transaction) {
  if (const auto* flow = std::get_if<Flow>(&target)) {
    if (send_now(*flow, std::move(octets))) return Sent{*flow};
    return NotSent{"the connection is closed"};
  }
  const auto& wanted = std::get<ToTrunk>(target);
  if (wanted.via) return send_to_trunk(std::move(octets), reachable(wanted), transaction);
  return send_to_trunk(std::move(octets), wanted, transaction);
}

SendOutcome OutboundSender::send_to_trunk(std::string octets, const ToTrunk& to,
                                          ClientTransactionId transaction) {
  if (const auto old = way_of_old(to)) return send(std::move(octets), *old, transaction);
  const Way way = way_to(to);
  if (!way) return NotSent{way.error()};
  if (*way) {
    send_now(**way, std::move(octets));
    return Sent{**way};
  }
  if (waiting_.size() >= kMaxQueued) return NotSent{"too many messages wait for a connection"};
  waiting_.push_back({std::move(octets), to, transaction, now_ + kLongestWait});
  if (const Trunk* trunk = trunk_of(to); is_stream(*trunk)) dial(*trunk, to.via);
  arm();
  return Queued{};
}

// One target at a time, so that each failure is known of its own target.
void OutboundSender::dial(const Trunk& trunk, const std::optional<OutboundProxy>& via) {
  const bool dialling = std::ranges::any_of(
      dials_, [&](const auto& d) { return d.second.trunk == trunk.id && d.second.via == via; });
  const Listener* listener = config_->listener_for(trunk);
  if (dialling || !tls_front_up_ || listener == nullptr) return;
  const Located located = locations_.targets(trunk, std::nullopt, now_, *actions_);
  if (located.state != Located::State::found) return;
  const SocketAddress& target = located.targets.front();
  DialConnection order;
  order.dial = ids_.dial();
  order.transport = trunk.transport();
  order.addresses = {target.ip};
  order.port = target.port;
  order.listener = listener->id;
  order.server_name = trunk.next_host();  // never what the DNS called it (R067, R076)
  order.check = check_of(trunk);
  order.client_certificate = trunk.client_certificate;
  order.timeout = via || good_targets(trunk.id) > 1 ? kShortDialTimeout : kDialTimeout;
  dials_.emplace(order.dial, Dial{trunk.id, target, via});
  actions_->push_back(std::move(order));
}

void OutboundSender::dial_for_waiting() {
  for (const Waiting& item : waiting_) {
    const Trunk* trunk = trunk_of(item.target);
    if (trunk != nullptr && is_stream(*trunk)) dial(*trunk, item.target.via);
  }
}

void OutboundSender::forget(ClientTransactionId transaction) {
  if (transaction.value == 0) return;
  std::erase_if(waiting_, [&](const Waiting& w) { return w.transaction == transaction; });
}

void OutboundSender::work_off() {
  std::deque<Waiting> rest;
  std::swap(rest, waiting_);
  for (Waiting& item : rest) {
    if (item.target.via) item.target = reachable(item.target);
    const Way way = way_to(item.target);
    if (!way) {
      outcomes_.push_back({item.transaction, NotSent{way.error()}});
    } else if (!*way) {
      waiting_.push_back(std::move(item));
    } else {
      send_now(**way, std::move(item.octets));
      outcomes_.push_back({item.transaction, Sent{**way}});
    }
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
  const Dial dialled = found->second;
  dials_.erase(found);
  const Trunk* trunk =
      trunk_of({dialled.trunk, std::nullopt, std::nullopt, std::nullopt, dialled.via});
  if (trunk == nullptr) return false;
  locations_.avoided().note_answered(dialled.trunk, dialled.target);
  connections_.assign(connection.id, *trunk);
  actions_->push_back(SetConnectionClass{connection.id, ConnectionClass::trunk});
  work_off();
  return true;
}

bool OutboundSender::is_dialled_for(const Connection& connection, const Trunk& trunk) {
  if (connection.transport != trunk.transport()) return false;
  const auto names_it = [&](const std::string& name) { return is_name_of(name, trunk); };
  if (std::ranges::any_of(connection.verified_names, names_it)) return true;
  const Located located = locations_.targets(trunk, std::nullopt, now_, *actions_);
  return located.state == Located::State::found &&
         std::ranges::find(located.targets, connection.remote) != located.targets.end();
}

void OutboundSender::adopt(const std::vector<Connection>& held) {
  orphans_.clear();
  for (const Connection& connection : held) {
    if (connection.dial.value != 0 && !connections_.trunk_of(connection.id)) {
      orphans_.push_back(connection.id);
    }
  }
  adopt_orphans();
}

void OutboundSender::adopt_orphans() {
  std::erase_if(orphans_, [this](ConnectionId id) {
    const Connection* connection = connections_.find(id);
    if (connection == nullptr) return true;
    const auto trunk = std::ranges::find_if(
        config_->trunks, [&](const Trunk& row) { return is_dialled_for(*connection, row); });
    if (trunk == config_->trunks.end()) return false;
    connections_.assign(id, *trunk);
    actions_->push_back(SetConnectionClass{id, ConnectionClass::trunk});
    return true;
  });
}

// R097: the next target, until none is left that has not failed lately.
void OutboundSender::on_dial_failed(DialId dialled, const std::string& reason) {
  const auto found = dials_.find(dialled);
  if (found == dials_.end()) return;
  const Dial failed = found->second;
  dials_.erase(found);
  locations_.avoided().note_failed(failed.trunk, failed.target, AvoidedTargets::kAfterFailure,
                                   now_);
  if (failed.via) return fall_back(failed);
  const Trunk* trunk = config_->trunk(failed.trunk);
  if (trunk != nullptr && good_targets(trunk->id) > 0) {
    dial(*trunk, std::nullopt);
    return;
  }
  fail_waiting(
      [&](const Waiting& item) { return item.target.trunk == failed.trunk && !item.target.via; },
      reason);
}

// Where the registrar wanted calls to go first cannot be reached: they go where it was.
void OutboundSender::fall_back(const Dial& failed) {
  for (Waiting& item : waiting_) {
    if (item.target.trunk == failed.trunk && item.target.via == failed.via) item.target.via.reset();
  }
  work_off();
  dial_for_waiting();
}

void OutboundSender::on_located() {
  adopt_orphans();
  if (waiting_.empty()) return;
  work_off();
  dial_for_waiting();
}

void OutboundSender::on_tls_front(bool up) {
  tls_front_up_ = up;
  dials_.clear();
  if (!up) return;
  work_off();  // what a connection that stands can take
  dial_for_waiting();
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
