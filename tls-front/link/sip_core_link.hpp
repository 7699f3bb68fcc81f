// SipCoreLink: our end of the link to sip-core, whichever sip-core lives at the moment. It says
// what is opened, received and over, and carries out what sip-core orders. When a sip-core dies the
// connections stay; the next one is told what is held, and what the last one left unfinished is
// offered to it. Owned by TlsFront. While sip-core is slow or absent, peers are not read; what they
// said before waits in line, so that no peer's flood takes another's turn.
#pragma once

#include <deque>
#include <memory>
#include <span>
#include <string>

#include "proto/channel/link.hpp"
#include "proto/tls_front_sip_core.pb.h"
#include "runtime/counters.hpp"
#include "runtime/log.hpp"
#include "tls-front/connection/connection_table.hpp"
#include "tls-front/connection/dialler.hpp"

namespace ringfence::tls_front {

// What of sip-core's orders is not for the link itself.
class SipCoreOrders {
 public:
  virtual ~SipCoreOrders() = default;
  virtual void on_dial(DialRequest request) = 0;
  virtual void on_class(Connection& connection, PeerClass peer_class) = 0;
  virtual void on_penalise(const IpAddress& address, const std::string& reason) = 0;
  virtual void on_trunk_sources(std::span<const IpNetwork> networks) = 0;
  // Its dials have nobody left to answer to.
  virtual void on_sip_core_gone() = 0;
};

class SipCoreLink {
 public:
  SipCoreLink(Loop& loop, ConnectionTable& connections, SipCoreOrders& orders, Logger& log,
              Counters& counters, std::uint64_t epoch)
      : loop_(loop),
        connections_(connections),
        orders_(orders),
        log_(log),
        counters_(counters),
        epoch_(epoch) {}
  SipCoreLink(const SipCoreLink&) = delete;
  SipCoreLink& operator=(const SipCoreLink&) = delete;

  // A new sip-core; the one before is dead, whether its link said so or not.
  void connect(Fd socket);
  bool takes_messages() const { return takes_messages_; }

  // Says so at once, or with the connection's first message.
  void opened(const Connection& connection);
  void over(const Connection& connection, const std::string& reason);
  void dial_failed(DialId id, const std::string& reason);
  // Sends what of this connection sip-core has not seen yet, as far as it keeps up.
  void offer(Connection& connection);

 private:
  using Peer = channel::Link<proto::FromSipCore, proto::FromTlsFront>;

  bool receive(proto::FromSipCore& message);
  bool carry_out(proto::FromSipCore& message);
  void say_hello();
  void send_to(const proto::Send& order);
  bool penalise(const proto::PenaliseSource& order);
  bool take_trunk_sources(const proto::TrunkSources& order);
  void lost(const std::string& reason);
  void take_again();
  void stop_taking();
  void let_all_read();
  void stand_in_line(const Connection& connection);
  Connection* find(const proto::ConnectionId& id);

  Loop& loop_;
  ConnectionTable& connections_;
  SipCoreOrders& orders_;
  Logger& log_;
  Counters& counters_;
  std::uint64_t epoch_;
  std::unique_ptr<Peer> peer_;
  std::uint64_t life_ = 0;  // of sip-core, counted
  bool greeted_ = false;    // sip-core's Hello has come
  bool takes_messages_ = false;
  std::deque<ConnectionNumber> in_line_;  // with messages that wait for sip-core to take more
  proto::FromTlsFront message_;           // used again for each message, with its memory
};

}  // namespace ringfence::tls_front
