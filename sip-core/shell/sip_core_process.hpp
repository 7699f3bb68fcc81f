// SipCoreProcess: the thin shell around the Engine. It owns the sockets, the links, the resolver,
// the store and the clock; it turns what they say into events, and carries out the engine's actions
// in order at the end of each turn of the loop. It decides nothing about SIP.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "proto/channel/child_process.hpp"
#include "runtime/clock.hpp"
#include "runtime/counters.hpp"
#include "runtime/random.hpp"
#include "sip-core/config/config_builder.hpp"
#include "sip-core/engine/engine.hpp"
#include "sip-core/shell/clock_watch.hpp"
#include "sip-core/shell/health_report.hpp"
#include "sip-core/shell/hep_export.hpp"
#include "sip-core/shell/message_tap.hpp"
#include "sip-core/shell/peer_links.hpp"
#include "sip-core/shell/quarantine.hpp"
#include "sip-core/shell/resolver.hpp"
#include "sip-core/shell/status_link.hpp"
#include "sip-core/shell/udp_sockets.hpp"
#include "sip-core/store/store.hpp"

namespace ringfence::sip_core {

class SipCoreProcess {
 public:
  struct NotMade {
    std::string reason;
    int exit_status = 1;
  };
  // `child` outlives it. Errors: no state database can be made, or it is a newer version's; no
  // resolver.
  static std::expected<std::unique_ptr<SipCoreProcess>, NotMade> make(channel::ChildProcess& child);
  int run();

 private:
  SipCoreProcess(channel::ChildProcess& child, std::unique_ptr<Store> store);
  bool receive(proto::FromSupervisor& message, std::vector<Fd>& fds);
  bool receive_listener(const proto::ListenerSocket& message, std::vector<Fd>& fds);
  bool receive_peer(const proto::PeerLink& message, std::vector<Fd>& fds);
  bool receive_suspects(std::vector<Fd>& fds);
  void commit_snapshot(std::uint64_t revision);
  void configure_traces();
  void begin_shutdown(std::chrono::milliseconds grace);

  void feed(Event event);
  bool is_kept_out(const Event& event);
  void end_turn();
  void carry_out_all();
  void arm_timer();
  void become_ready();
  void watch_clock();
  void finish();

  // One for each alternative of Action.
  void carry_out(SendDatagram& action);
  void carry_out(SendStream& action);
  void carry_out(MessageDone& action);
  void carry_out(CloseConnection& action);
  void carry_out(SetConnectionClass& action);
  void carry_out(PenaliseSource& action);
  void carry_out(TellTrunkSources& action);
  void carry_out(DialConnection& action);
  void carry_out(ResolveName& action) {
    resolver_->resolve(action.query, action.type, action.name);
  }
  void carry_out(RequestLeases& action);
  void carry_out(ReturnLeases& action);
  void carry_out(SetMediaSession& action);
  void carry_out(EndMediaSession& action);
  void carry_out(SendTelephoneEvent& action);
  void carry_out(Persist& action) { store_->submit(std::move(action)); }
  void carry_out(WriteLog& action);
  void carry_out(CallLegOpened& action) { traces_.on_leg(action); }
  void carry_out(CallForgotten& action) { traces_.on_forgotten(action.call, child_.loop().now()); }
  void carry_out(Drained& action);

  channel::ChildProcess& child_;
  SystemClock clock_;
  SystemRandom random_;
  Counters counters_;
  Quarantine quarantine_;
  std::unique_ptr<Store> store_;
  Engine engine_;
  ConfigBuilder builder_;
  UdpSockets udp_;
  TlsFrontLink tls_front_;
  MediaLinks media_;
  std::unique_ptr<Resolver> resolver_;
  HealthReport health_;
  trace::Traces traces_;
  MessageTap tap_;
  HepExport hep_;
  StatusLink status_;
  Actions actions_;
  Actions carried_out_;  // this turn; empty otherwise, kept for its memory
  Timer wake_;
  std::optional<TimePoint> wake_at_;  // what `wake_` is set to
  Timer grace_over_;
  ClockWatch clock_watch_{clock_.now(), clock_.wall_now()};
  Timer clock_look_;
  bool turn_scheduled_ = false;
  bool has_config_ = false;
  bool finished_ = false;
};

}  // namespace ringfence::sip_core
