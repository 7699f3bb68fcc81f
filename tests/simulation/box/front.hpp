// Front: tls-front without sockets: the real framer, kept messages, governor and blocklist, on the
// simulated network. A handshake is a moment of time. It may die with all its connections and come
// back in another epoch.
#pragma once

#include <map>
#include <memory>

#include "sip-core/config/config.hpp"
#include "sip-core/engine/action.hpp"
#include "tests/simulation/box/sip_core_link.hpp"
#include "tests/simulation/invariant/border_watch.hpp"
#include "tests/simulation/invariant/ladder.hpp"
#include "tests/simulation/network/network.hpp"
#include "tls-front/accept/handshake_governor.hpp"
#include "tls-front/connection/kept_messages.hpp"
#include "tls-front/framer/sip_framer.hpp"

namespace ringfence::simulation {

class Front final : StreamOwner {
 public:
  // All outlive it.
  Front(Schedule& schedule, Network& network, const sip_core::Config& config, SipCoreLink& sip_core,
        BorderWatch& watch, Ladder& ladder);
  ~Front() override;

  void start();
  void kill();
  bool is_up() const { return up_; }
  // Sends its hello and offers what no sip-core has finished.
  void on_core_up();
  // Gives up what it was dialling: nobody would know the connection.
  void on_core_down();

  void carry_out(sip_core::SendStream& order);
  void carry_out(const sip_core::MessageDone& order);
  void carry_out(const sip_core::CloseConnection& order);
  void carry_out(const sip_core::DialConnection& order);

  std::size_t dialled_connections() const;
  std::optional<SocketAddress> remote_of(const sip_core::ConnectionId& id) const;
  std::size_t connections_with_kept_messages() const;
  std::uint32_t handshakes_in_flight() const;

 private:
  struct Door final : StreamListener {
    Door(Front& owner, const sip_core::Listener& row) : front(owner), listener(row) {}
    StreamOwner* accept(StreamId stream, const SocketAddress& from) override {
      return front.accept(*this, stream, from);
    }
    Front& front;
    const sip_core::Listener& listener;
  };
  struct Held {
    sip_core::Connection facts;
    StreamId stream;
    tls_front::CountedSource counted;
    bool established = false;
    tls_front::SipFramer framer;
    tls_front::KeptMessages kept;
  };

  StreamOwner* accept(const Door& door, StreamId stream, const SocketAddress& from);
  void on_connected(StreamId stream) override;
  void on_octets(StreamId stream, std::string_view octets) override;
  void on_closed(StreamId stream) override;

  Held& hold(StreamId stream, sip_core::Connection facts);
  void establish(std::uint64_t number);
  void take_frames(Held& held);
  void offer(Held& held);
  Held* find(const sip_core::ConnectionId& id);
  void drop(Held& held);

  Schedule& schedule_;
  Network& network_;
  const sip_core::Config& config_;
  SipCoreLink& sip_core_;
  BorderWatch& watch_;
  Ladder& ladder_;
  tls_front::FrontSettings settings_;
  tls_front::Blocklist blocklist_{settings_};
  tls_front::TrunkSources trunks_;  // none: everybody is treated as a stranger
  std::unique_ptr<tls_front::HandshakeGovernor> governor_;  // of one life
  std::vector<std::unique_ptr<Door>> doors_;
  bool up_ = false;
  std::uint64_t epoch_ = 0;
  std::uint64_t last_number_ = 0;
  std::map<std::uint64_t, std::unique_ptr<Held>> connections_;  // by number
  std::map<StreamId, std::uint64_t> by_stream_;
};

}  // namespace ringfence::simulation
