// Box: the whole product on virtual time: the real Engine with what sip-core's shell would do, a
// Front and a Worker, the state database with its group commits, DNS. Each process may be killed at
// any moment and started again; what is on its way to a dead one is lost, what the kernel or
// another process holds for it is not.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "runtime/random.hpp"
#include "sip-core/engine/engine.hpp"
#include "tests/simulation/box/front.hpp"
#include "tests/simulation/box/worker.hpp"
#include "tests/simulation/harness/state_store.hpp"
#include "tests/simulation/invariant/run_hash.hpp"

namespace ringfence::simulation {

class Box final : SipCoreLink {
 public:
  Box(Schedule& schedule, Network& network, std::shared_ptr<const sip_core::Config> config,
      std::uint64_t seed, BorderWatch& watch, Ladder& ladder);

  void start();
  void kill_sip_core();
  void start_sip_core();
  bool sip_core_is_up() const { return engine_ != nullptr; }
  void shut_down();

  sip_core::Engine& engine() { return *engine_; }
  Front& front() { return front_; }
  Worker& worker() { return worker_; }
  const sip_core::simulation::StateStore& store() const { return store_; }
  std::uint64_t hash() const { return hash_.value(); }
  std::uint64_t steps() const { return steps_; }
  std::uint64_t deaths() const { return deaths_; }
  bool drained() const { return drained_; }
  const std::map<std::string, std::uint64_t>& warnings() const { return warnings_; }
  std::map<std::string, std::vector<IpAddress>> dns;

 private:
  bool is_up() const override { return engine_ != nullptr; }
  void post(sip_core::Event event) override;
  void note_received(const sip_core::Event& event);
  void step(sip_core::Event event);
  void after_step(sip_core::Actions actions);
  void wake_in_time();
  void commit(sip_core::Persist persist);
  void on_datagram(sip_core::ListenerId listener, const SocketAddress& from, std::string octets);

  void on(sip_core::SendDatagram& action);
  void on(sip_core::SendStream& action);
  void on(sip_core::MessageDone& action) { front_.carry_out(action); }
  void on(sip_core::CloseConnection& action) { front_.carry_out(action); }
  void on(sip_core::SetConnectionClass&) {}
  void on(sip_core::PenaliseSource&) {}
  void on(sip_core::TellTrunkSources&) {}
  void on(sip_core::DialConnection& action) { front_.carry_out(action); }
  void on(sip_core::ResolveName& action);
  void on(sip_core::RequestLeases& action) { worker_.carry_out(action); }
  void on(sip_core::ReturnLeases& action) { worker_.carry_out(action); }
  void on(sip_core::SetMediaSession& action);
  void on(sip_core::EndMediaSession& action) { worker_.carry_out(action); }
  void on(sip_core::SendTelephoneEvent&) {}
  void on(sip_core::Persist& action) { commit(std::move(action)); }
  void on(sip_core::WriteLog& action);
  void on(sip_core::CallLegOpened&) {}
  void on(sip_core::CallForgotten&) {}
  void on(sip_core::Drained&) { drained_ = true; }

  Schedule& schedule_;
  Network& network_;
  std::shared_ptr<const sip_core::Config> config_;  // shared with the engine
  SeededRandom random_;
  Dice dice_;
  BorderWatch& watch_;
  Ladder& ladder_;
  Front front_;
  Worker worker_;
  sip_core::simulation::StateStore store_;
  std::unique_ptr<sip_core::Engine> engine_;  // nullptr: dead
  std::uint64_t life_ = 0;                    // of sip-core: what was on its way dies with it
  TimePoint committed_;                       // no commit is durable before an earlier one
  PlanId wake_;
  TimePoint wake_at_;
  struct Unread {
    sip_core::ListenerId listener;
    SocketAddress from;
    std::string octets;
  };
  std::deque<Unread> unread_;  // in the UDP sockets, which the supervisor holds
  RunHash hash_;
  std::uint64_t steps_ = 0;
  std::uint64_t deaths_ = 0;
  bool drained_ = false;
  std::map<std::string, std::uint64_t> warnings_;
};

}  // namespace ringfence::simulation
