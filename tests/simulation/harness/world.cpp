#include "tests/simulation/harness/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace ringfence::sip_core::simulation {

World::World(Config config, std::uint64_t seed)
    : config_(std::make_shared<const Config>(std::move(config))), random_(seed) {
  start_sip_core();
}

void World::start_sip_core() {
  engine_ = std::make_unique<Engine>(random_, now_, wall_);
  post(store_.restored());
  post(ConfigChanged{config_});
  post(TlsFrontUp{front_epoch_, held()});
  post(MediaWorkerUp{WorkerIndex{0}, worker_epoch_, held_sessions()});
}

void World::attach_udp(const SocketAddress& address, Receive receive) {
  udp_[address] = std::move(receive);
}

void World::listen(const SocketAddress& address, Accept accept) {
  listeners_[address] = std::move(accept);
}

ConnectionId World::open(Connection connection, Receive receive) {
  connection.id = {front_epoch_, ++last_connection_};
  const ConnectionId id = connection.id;
  open_[id] = {connection, std::move(receive), 0};
  post(ConnectionOpened{std::move(connection)});
  return id;
}

ConnectionId World::connect(ListenerId listener, const SocketAddress& remote,
                            const std::string& sni, Receive receive) {
  const Listener* row = config_->listener(listener);
  Connection connection;
  connection.transport = row->transport;
  connection.listener = listener;
  connection.remote = remote;
  connection.local = {row->address, row->port};
  connection.sni = sni;
  connection.tls_version = "TLSv1.3";
  return open(std::move(connection), std::move(receive));
}

void World::disconnect(ConnectionId id) {
  if (open_.erase(id) == 0) return;
  std::erase_if(unfinished_, [&](const auto& m) { return m.first.first == id; });
  post(ConnectionClosed{id, "closed"});
}

void World::datagram(ListenerId listener, const SocketAddress& remote, std::string octets,
                     Duration age) {
  post(DatagramReceived{listener, remote, std::move(octets), now_ - age});
}

void World::stream(ConnectionId id, std::string octets, FramingFault fault) {
  const auto found = open_.find(id);
  if (found == open_.end()) return;
  StreamMessageReceived event;
  event.connection = id;
  event.number = ++found->second.last_number;
  event.octets = std::move(octets);
  event.fault = fault;
  unfinished_[{id, event.number}] = event;
  post(std::move(event));
}

void World::run() {
  for (int turns = 0; !events_.empty(); ++turns) {
    ASSERT_LT(turns, 10000) << "the engine and its peers never come to rest";
    Event event = std::move(events_.front());
    events_.pop_front();
    Actions actions;
    engine_->step(std::move(event), now_, actions);
    carry_out(std::move(actions));
  }
}

void World::advance(Duration by) {
  run();
  const TimePoint until = now_ + by;
  while (now_ < until) {
    const auto wake = engine_->next_wake();
    const TimePoint next = wake ? std::clamp(*wake, now_, until) : until;
    wall_ += std::chrono::duration_cast<WallTime::duration>(next - now_);
    now_ = next;
    Actions actions;
    engine_->advance(now_, actions);
    carry_out(std::move(actions));
    run();
  }
}

void World::set_config(Config config) {
  config_ = std::make_shared<const Config>(std::move(config));
  post(ConfigChanged{config_});
  run();
}

void World::restart_sip_core() {
  events_.clear();
  start_sip_core();
  for (auto& [key, message] : unfinished_) {
    message.offered_again = true;
    post(message);
  }
  run();
}

void World::lose_tls_front() {
  open_.clear();
  unfinished_.clear();
  post(TlsFrontDown{});
  run();
  last_connection_ = 0;  // a new life counts from one
  post(TlsFrontUp{++front_epoch_, {}});
  run();
}

void World::lose_media_worker() {
  sessions.clear();
  post(MediaWorkerDown{WorkerIndex{0}});
  post(MediaWorkerUp{WorkerIndex{0}, ++worker_epoch_, {}});
  run();
}

void World::fall_silent() {
  for (const auto& [id, session] : sessions) {
    if (session.silence_timeout.count() > 0) post(MediaSessionSilent{id});
  }
  run();
}

void World::change_network() {
  post(NetworkChanged{});
  run();
}

void World::set_clock(std::chrono::seconds by) {
  wall_ += by;
  post(ClockSet{by});
  run();
}

void World::shut_down() {
  post(ShutdownRequested{std::chrono::seconds(3)});
  run();
}

bool World::has_log(std::string_view text) const {
  return count_log(text) > 0;
}

std::size_t World::count_log(std::string_view text) const {
  return static_cast<std::size_t>(std::ranges::count_if(logs, [&](const WriteLog& line) {
    return line.tag == text || line.sentence.find(text) != std::string::npos;
  }));
}

std::vector<Connection> World::held() const {
  std::vector<Connection> all;
  for (const auto& [id, entry] : open_)
    all.push_back(entry.connection);
  return all;
}

std::vector<SessionId> World::held_sessions() const {
  std::vector<SessionId> all;
  for (const auto& [id, session] : sessions)
    all.push_back(id);
  return all;
}

void World::carry_out(Actions actions) {
  for (Action& action : actions)
    std::visit([this](auto& a) { on(a); }, action);
}

void World::on(SendDatagram& action) {
  const auto found = udp_.find(action.flow.remote);
  if (found != udp_.end()) found->second(action.octets);
}

void World::on(SendStream& action) {
  const auto found = open_.find(action.connection);
  if (found == open_.end()) return;
  found->second.receive(action.octets);
  if (action.close_after) disconnect(action.connection);
}

void World::on(DialConnection& action) {
  for (const IpAddress& ip : action.addresses) {
    const SocketAddress address{ip, action.port};
    const auto found = listeners_.find(address);
    if (found == listeners_.end()) continue;
    Connection connection;
    connection.transport = action.transport;
    connection.listener = action.listener;
    connection.dial = action.dial;
    connection.remote = address;
    connection.local = {ip, 33333};
    connection.verified_names = {action.server_name};
    const ConnectionId id = open(std::move(connection), nullptr);
    open_[id].receive = found->second(id);
    return;
  }
  post(DialFailed{action.dial, "connection refused"});
}

void World::on(ResolveName& action) {
  post(NameResolved{action.query, dns_fails ? std::unexpected(DnsFailure{DnsFault::unavailable,
                                                                         "the name server is away"})
                                            : look_up(action)});
}

DnsResult World::look_up(const ResolveName& question) const {
  const auto answer = [&](const auto& table) -> DnsResult {
    const auto found = table.find(question.name);
    if (found != table.end()) return DnsAnswer{found->second, dns_ttl};
    return std::unexpected(DnsFailure{DnsFault::absent, "no such host"});
  };
  switch (question.type) {
    case RecordType::naptr:
      return answer(dns_naptr);
    case RecordType::srv:
      return answer(dns_srv);
    case RecordType::address:
      return answer(dns);
  }
  return std::unexpected(DnsFailure{});
}

void World::on(RequestLeases& action) {
  MediaLeased leased{action.worker, action.address, {}};
  for (std::uint32_t i = 0; i < action.count; ++i) {
    ++last_lease_;
    leased.leases.push_back({LeaseId{last_lease_}, static_cast<Port>(16384 + 2 * last_lease_)});
  }
  post(std::move(leased));
}

void World::on(SetMediaSession& action) {
  if (watch_media) watch_media(action);
  sessions.insert_or_assign(action.session, std::move(action));
}

void World::on(EndMediaSession& action) {
  sessions.erase(action.session);
  ended_sessions.push_back(action.session);
  if (measured) post(MediaSessionEnded{action.session, measured->first, measured->second});
}

void World::on(Persist& action) {
  if (commits_fail) {
    post(CommitFailed{action.commit, "disk full"});
    return;
  }
  for (const Record& record : action.records)
    store_.apply(record);
  post(Committed{action.commit});
}

}  // namespace ringfence::sip_core::simulation
