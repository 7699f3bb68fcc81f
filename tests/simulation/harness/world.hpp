// World: one real Engine on manual time, and around it everything that it talks to, played: the
// network, tls-front, one media worker, DNS, the state database. Peers attach themselves by address
// or connection. Nothing here decides for the engine; actions are carried out in their order, and
// whatever they cause happens in the same instant unless a test says otherwise.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/random.hpp"
#include "sip-core/engine/engine.hpp"
#include "tests/simulation/harness/state_store.hpp"

namespace ringfence::sip_core::simulation {

class World {
 public:
  using Receive = std::function<void(const std::string& octets)>;
  // A peer that accepts a connection of ours gets its id.
  using Accept = std::function<Receive(ConnectionId)>;

  explicit World(Config config, std::uint64_t seed = 1);

  // ---- the peers' side
  void attach_udp(const SocketAddress& address, Receive receive);
  void listen(const SocketAddress& address, Accept accept);
  void stop_listening(const SocketAddress& address) { listeners_.erase(address); }
  ConnectionId connect(ListenerId listener, const SocketAddress& remote, const std::string& sni,
                       Receive receive);
  void disconnect(ConnectionId id);
  // `age`: how long it lay before sip-core looked at it.
  void datagram(ListenerId listener, const SocketAddress& remote, std::string octets,
                Duration age = {});
  void stream(ConnectionId id, std::string octets, FramingFault fault = FramingFault::none);

  // ---- the test's side
  void run();  // until nothing is left to do in this instant
  void advance(Duration by);
  void set_config(Config config);
  void restart_sip_core();  // as after kill -9
  void lose_tls_front();    // and its connections; back at once
  void lose_media_worker();
  void change_network();
  void set_clock(std::chrono::seconds by);
  void shut_down();

  Engine& engine() { return *engine_; }
  // Neither peer is heard any more, as the worker sees it, in every session that must not be so.
  void fall_silent();
  std::shared_ptr<const Config> config() const { return config_; }
  const StateStore& store() const { return store_; }
  bool has_log(std::string_view tag_or_sentence) const;
  std::size_t count_log(std::string_view tag_or_sentence) const;
  std::size_t unfinished_messages() const { return unfinished_.size(); }
  bool is_open(ConnectionId id) const { return open_.contains(id); }

  std::map<std::string, std::vector<IpAddress>> dns;
  std::map<std::string, std::vector<SrvRecord>> dns_srv;
  std::map<std::string, std::vector<NaptrRecord>> dns_naptr;
  std::chrono::seconds dns_ttl{60};
  bool dns_fails = false;
  std::vector<WriteLog> logs;
  std::vector<CallLegOpened> legs;
  std::vector<CallNumber> forgotten;
  std::vector<PenaliseSource> penalised;
  std::vector<IpNetwork> trunk_sources;
  std::map<SessionId, SetMediaSession> sessions;
  std::function<void(const SetMediaSession&)> watch_media;  // each, as it is asked for
  std::vector<SessionId> ended_sessions;
  std::vector<SendTelephoneEvent> keys;
  // What a media worker tells of each session that ends; absent: nothing at all.
  std::optional<std::pair<MediaLegCounters, MediaLegCounters>> measured{std::in_place};
  bool drained = false;
  bool commits_fail = false;

 private:
  struct Open {
    Connection connection;
    Receive receive;
    std::uint64_t last_number = 0;
  };
  using MessageKey = std::pair<ConnectionId, std::uint64_t>;

  void start_sip_core();
  void post(Event event) { events_.push_back(std::move(event)); }
  void carry_out(Actions actions);
  ConnectionId open(Connection connection, Receive receive);
  DnsResult look_up(const ResolveName& question) const;
  std::vector<Connection> held() const;
  std::vector<SessionId> held_sessions() const;

  void on(SendDatagram& action);
  void on(SendStream& action);
  void on(MessageDone& action) { unfinished_.erase({action.connection, action.number}); }
  void on(CloseConnection& action) { disconnect(action.connection); }
  void on(SetConnectionClass&) {}
  void on(PenaliseSource& action) { penalised.push_back(action); }
  void on(TellTrunkSources& action) { trunk_sources = action.networks; }
  void on(DialConnection& action);
  void on(ResolveName& action);
  void on(RequestLeases& action);
  void on(ReturnLeases&) {}
  void on(SetMediaSession& action);
  void on(EndMediaSession& action);
  void on(SendTelephoneEvent& action) { keys.push_back(action); }
  void on(Persist& action);
  void on(WriteLog& action) { logs.push_back(action); }
  void on(CallLegOpened& action) { legs.push_back(action); }
  void on(CallForgotten& action) { forgotten.push_back(action.call); }
  void on(Drained&) { drained = true; }

  std::shared_ptr<const Config> config_;  // shared with the engine
  SeededRandom random_;
  TimePoint now_{std::chrono::hours(1)};
  WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  std::unique_ptr<Engine> engine_;
  StateStore store_;
  std::deque<Event> events_;
  std::map<SocketAddress, Receive> udp_;
  std::map<SocketAddress, Accept> listeners_;
  std::map<ConnectionId, Open> open_;
  std::map<MessageKey, StreamMessageReceived> unfinished_;
  std::uint64_t front_epoch_ = 1;
  std::uint64_t last_connection_ = 0;
  std::uint64_t worker_epoch_ = 1;
  std::uint64_t last_lease_ = 0;
};

}  // namespace ringfence::sip_core::simulation
