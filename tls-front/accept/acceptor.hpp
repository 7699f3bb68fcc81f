// Acceptor: inbound connections up to the end of their handshake. It asks the governor about each
// accepted socket, resets what is refused, lets the rest do its handshake within its time, counts,
// and tells the blocklist of failures. What is established it hands on. Owned by TlsFront.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/log.hpp"
#include "tls-front/accept/blocklist.hpp"
#include "tls-front/accept/handshake_governor.hpp"
#include "tls-front/accept/listener.hpp"
#include "tls-front/accept/port_statistics.hpp"
#include "tls-front/accept/side.hpp"
#include "tls-front/accept/trunk_sources.hpp"
#include "tls-front/accept/waiting_handshakes.hpp"
#include "tls-front/connection/connection.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {

struct ListenerFacts {
  ListenerId id;
  Side side = Side::public_side;
  StreamTransport transport = StreamTransport::tls;
  SocketAddress address;
};

class AcceptOwner {
 public:
  virtual ~AcceptOwner() = default;
  virtual void on_accepted(std::unique_ptr<ByteStream> stream, ConnectionFacts facts) = 0;
  virtual void on_blocklist_changed() = 0;
};

class Acceptor {
 public:
  Acceptor(StreamShared& shared, const TlsEngine& engine, const CertificateChooser& certificates,
           const FrontSettings& settings, Logger& log, Counters& counters, AcceptOwner& owner);
  ~Acceptor();
  Acceptor(const Acceptor&) = delete;
  Acceptor& operator=(const Acceptor&) = delete;

  // The same id again replaces the socket; its statistics go on.
  void add(ListenerFacts facts, Fd socket);
  void remove(ListenerId id);
  // From the first snapshot on: before it nobody knows the caps.
  void start();

  // What came after the handshake and still counts.
  void connection_over(const ConnectionFacts& facts, PeerClass peer_class);
  void exempt_from_limits(const ConnectionFacts& facts);
  void refused_after_handshake(const ConnectionFacts& facts, const StreamEnd& end);
  // Of a trunk's source nothing is held against it.
  void penalise(const IpAddress& address, std::string_view reason);
  // For connections from now on.
  void set_trunk_sources(std::span<const IpNetwork> networks) { trunks_.replace(networks); }

  struct Port {
    ListenerFacts facts;
    PortStatistics statistics;
    std::unique_ptr<Listener> listener;  // nullptr: closed
    WaitingHandshakes waiting{};
  };
  const std::map<ListenerId, Port>& ports() const { return ports_; }
  const Port* port(ListenerId id) const;
  Blocklist& blocklist() { return blocklist_; }
  const HandshakeGovernor& governor() const { return governor_; }

 private:
  class Handshake;

  void accepted(ListenerId id, Fd socket, const SocketAddress& remote);
  void refuse(Port& port, Refusal refusal, const Fd& socket);
  bool make_room(Port& port);
  void begin(Port& port, Fd socket, const SocketAddress& remote, CountedSource counted_as);
  void give_back(const ConnectionFacts& facts);
  void established(Handshake& handshake);
  void failed(Handshake& handshake, const StreamEnd& end);
  void count_failure(const ConnectionFacts& facts, const StreamEnd& end);
  void fail_source(const Source& source);
  void forget(Handshake& handshake);
  void report_over_cap();

  StreamShared& shared_;
  const TlsEngine& engine_;
  const CertificateChooser& certificates_;
  const FrontSettings& settings_;
  Logger& log_;
  Counters& counters_;
  AcceptOwner& owner_;
  Blocklist blocklist_;
  TrunkSources trunks_;
  HandshakeGovernor governor_;
  bool started_ = false;
  std::map<ListenerId, Port> ports_;
  std::unordered_map<HandshakeNumber, std::unique_ptr<Handshake>> handshakes_;
  std::uint64_t last_handshake_ = 0;
  std::vector<std::unique_ptr<Handshake>> over_;  // destroyed once no call of theirs is running
  Timer over_cap_report_;
  bool over_cap_report_due_ = false;
};

}  // namespace ringfence::tls_front
