// Supervisor: the shell that joins the parts: it polls the configuration and the certificate
// folder, holds the listeners, starts and greets the children, hands each what it needs, and ends
// them in order. The decisions lie in config/, listener/, certificate/ and child/. It reads no
// octet that a network peer sent; its only input is its own files and its children's links.
#pragma once

#include <memory>
#include <optional>

#include "runtime/log.hpp"
#include "runtime/loop.hpp"
#include "runtime/random.hpp"
#include "supervisor/certificate/certificate_set.hpp"
#include "supervisor/certificate/folder_watch.hpp"
#include "supervisor/certificate/ticket_key_ring.hpp"
#include "supervisor/child/child_table.hpp"
#include "supervisor/child/drain.hpp"
#include "supervisor/child/kept_memory.hpp"
#include "supervisor/child/shutdown_sequence.hpp"
#include "supervisor/config/config_store.hpp"
#include "supervisor/listener/listener_set.hpp"
#include "supervisor/network/network_watch.hpp"
#include "supervisor/options/options.hpp"
#include "supervisor/startup.hpp"
#include "supervisor/ticker.hpp"

namespace ringfence::supervisor {

// Below --state.
inline constexpr const char* kBlocklistName = "/blocklist";

class Supervisor final : ChildOwner {
 public:
  // Everything that can be wrong with the configuration shows here, before anything starts.
  static Result<std::unique_ptr<Supervisor>> prepare(const Options& options, Logger& log);
  ~Supervisor() override;

  // Until SIGTERM or SIGINT; the exit status.
  int run();

 private:
  Supervisor(const Options& options, Logger& log);

  Result<void> take_up(std::vector<ChildSpec> specs);
  void start_ticking();

  // ChildOwner
  proto::Welcome welcome_of(const Child& child) override;
  void child_said_hello(Child& child) override;
  void child_changed(Child& child) override;
  bool child_said(Child& child, proto::FromChild& message) override;
  void child_retired(Child& child) override;

  void poll_config();
  void poll_certificates();
  void rotate_ticket_keys();
  void send_ticket_keys();
  void hand_over_session_page(Child& worker);
  void retry_listeners();
  void watch_network();
  void network_changed(const std::string& what);
  void reload();

  void listener_changed(const ListenerSet::Change& change);
  Child* holder_of(ListenerTransport transport) const;
  void hand_over_listeners(Child& child);
  void hand_over_sockets(Child& status);
  void send_snapshot(Child& child);
  void pump_certificates();
  void pass_on(const MessageWithFds& certificate);
  void keep_blocklist(const proto::Blocklist& blocklist);
  void restart(const proto::RestartProcess& order);
  void pass_on(const proto::BlocklistOrder& order);
  void pass_on(const proto::BlocklistAnswer& answer);

  void report_changed();
  void push_report();
  proto::StatusReport make_report() const;
  std::uint64_t revision_in_force() const;
  bool everything_runs() const;
  std::vector<Problem> state_problems() const;

  void begin_to_drain(const proto::DrainOrder& given);
  void look_at_drain();
  static void send_drain(Child& sip_core);
  void begin_to_stop();
  void go_on_stopping(const std::vector<ShutdownOrder>& orders);
  Alive who_is_alive() const;

  Options options_;
  Logger& log_;
  SystemRandom random_;
  Loop loop_;
  Fd state_lock_;
  ConfigStore config_;
  CertificateSet certificates_;
  FolderWatch certificate_watch_;
  NetworkWatch network_watch_;
  TicketKeyRing ticket_keys_;
  SessionPages session_pages_;
  ListenerSet listeners_;
  ChildTable children_;
  StartupSockets sockets_;
  proto::Blocklist blocklist_;
  Fd suspect_page_;

  bool told_ready_ = false;
  bool stopping_ = false;
  bool report_due_ = false;
  bool report_timer_pending_ = false;
  std::string last_report_;
  Drain drain_;
  ShutdownSequence shutdown_;
  Duration listener_retry_{};
  Timer report_timer_;
  Timer pump_timer_;
  Timer listener_timer_;
  Timer drain_timer_;
  std::vector<std::unique_ptr<Ticker>> tickers_;
  std::unique_ptr<Ticker> config_ticker_;
  std::unique_ptr<Ticker> certificate_ticker_;
  std::vector<std::unique_ptr<SignalWatch>> signals_;
};

}  // namespace ringfence::supervisor
