// TlsFront: the process put together. It takes what the supervisor hands over (listeners,
// certificates, trust anchors, settings, the link to sip-core), wires the parts to each other, and
// reports. It decides nothing itself and never looks into a message. Owned by main.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "proto/channel/child_process.hpp"
#include "runtime/counters.hpp"
#include "runtime/random.hpp"
#include "tls-front/accept/acceptor.hpp"
#include "tls-front/connection/connection_table.hpp"
#include "tls-front/connection/dialler.hpp"
#include "tls-front/front/blocklist_desk.hpp"
#include "tls-front/front/certificate_desk.hpp"
#include "tls-front/front/front_settings.hpp"
#include "tls-front/front/health_report.hpp"
#include "tls-front/link/sip_core_link.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {

class TlsFront final : private AcceptOwner,
                       private DialOwner,
                       private ConnectionObserver,
                       private SipCoreOrders {
 public:
  TlsFront(channel::ChildProcess& process, TlsEngine& engine);
  TlsFront(const TlsFront&) = delete;
  TlsFront& operator=(const TlsFront&) = delete;

  // False: out of phase or of a kind that is not for us.
  bool on_message(proto::FromSupervisor& message, std::vector<Fd>& fds);

 private:
  bool take_listener(const proto::ListenerSocket& socket, std::vector<Fd>& fds);
  bool take_peer_link(const proto::PeerLink& link, std::vector<Fd>& fds);
  bool begin_snapshot();
  bool take_row(const proto::SnapshotRow& row);
  bool commit_snapshot(const proto::SnapshotCommit& commit);
  void serve_if_complete();
  void start_serving();
  void say_applied();
  bool take_ticket_keys(proto::TicketKeys& keys);
  void use_groups();

  void on_accepted(std::unique_ptr<ByteStream> stream, ConnectionFacts facts) override;
  void on_blocklist_changed() override { blocklist_.changed(); }
  void on_dialled(std::unique_ptr<ByteStream> stream, ConnectionFacts facts) override;
  void on_dial_failed(DialId id, const std::string& reason) override;
  void on_peer_refused(const DialRequest& request, const std::string& reason) override;
  void on_opened(Connection& connection) override;
  void on_received(Connection& connection) override;
  void on_over(const Connection& connection, const StreamEnd& end) override;
  void on_dial(DialRequest request) override;
  void on_class(Connection& connection, PeerClass peer_class) override;
  void on_penalise(const IpAddress& address, const std::string& reason) override;
  void on_trunk_sources(std::span<const IpNetwork> networks) override;
  void on_sip_core_gone() override;

  void note_agreed(const ConnectionFacts& facts);

  channel::ChildProcess& process_;
  TlsEngine& engine_;
  Logger& log_;
  Counters counters_;
  FrontSettings settings_;
  FrontSettings next_settings_;  // of the snapshot under way
  bool in_snapshot_ = false;
  bool serving_ = false;  // from the first snapshot on, and the certificates that came before it
  std::optional<std::uint64_t> revision_;
  Timer patience_;  // with the keys of the first certificates
  SystemRandom random_;
  CertificateDesk certificates_;
  StreamShared shared_;
  ConnectionTable connections_;
  Acceptor acceptor_;
  Dialler dialler_;
  SipCoreLink sip_core_;
  BlocklistDesk blocklist_;
  HealthReport health_;
};

}  // namespace ringfence::tls_front
