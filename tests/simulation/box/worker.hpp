// Worker: a media worker without sockets: the real sessions, their SRTP and their latch, asked for
// through the link's own messages, with ports on the simulated network. Lends ports, and knows at
// the end which were never given back. Dies with all its sessions.
#pragma once

#include <map>
#include <memory>
#include <unordered_map>

#include "media-worker/session/session.hpp"
#include "runtime/random.hpp"
#include "sip-core/engine/action.hpp"
#include "tests/simulation/box/sip_core_link.hpp"
#include "tests/simulation/invariant/border_watch.hpp"
#include "tests/simulation/network/network.hpp"

namespace ringfence::simulation {

class Worker {
 public:
  Worker(Schedule& schedule, Network& network, SipCoreLink& sip_core, BorderWatch& watch,
         std::uint64_t seed);

  void start();
  void kill();
  // Says what it holds, and takes back the ports that no session uses.
  void on_core_up();

  void carry_out(const sip_core::RequestLeases& order);
  void carry_out(const sip_core::ReturnLeases& order);
  void carry_out(const sip_core::SetMediaSession& order);
  void carry_out(const sip_core::EndMediaSession& order);

  std::size_t leases_in_use() const;
  std::size_t sessions() const { return sessions_.size(); }
  std::size_t leases() const { return leases_.size(); }
  std::uint64_t refused() const { return refused_; }
  const media_worker::MediaCounters& totals() const { return totals_; }

 private:
  using LeaseId = media_worker::LeaseId;
  struct Lease {
    SocketAddress address;
    std::optional<media_worker::SessionId> user;
    bool returned = false;
  };
  struct Running {
    std::unique_ptr<media_worker::Session> session;
    std::array<LeaseId, 2> leases;  // a's, b's
  };

  std::expected<void, std::string> set(media_worker::SessionDescription description);
  void end(media_worker::SessionId id);
  void give_back(LeaseId id);
  void close(LeaseId id);
  void watch_silence();
  void on_packet(LeaseId lease, const SocketAddress& source, const std::string& octets);

  Schedule& schedule_;
  Network& network_;
  SipCoreLink& sip_core_;
  BorderWatch& watch_;
  SeededRandom random_;
  media_worker::MediaCounters totals_;
  media_worker::SendKeyRegister keys_;
  bool up_ = false;
  std::uint64_t epoch_ = 0;
  std::uint64_t last_lease_ = 0;
  std::uint32_t next_port_ = 0;
  std::uint64_t refused_ = 0;
  std::map<LeaseId, Lease> leases_;
  std::map<SocketAddress, LeaseId> by_address_;
  std::map<media_worker::SessionId, Running> sessions_;
};

}  // namespace ringfence::simulation
