// PortPool: the leases. Binds pairs of ports of this worker's slice when sip-core asks and names
// them by random numbers. Pairs that come back rest with their sockets open, up to a limit, and are
// lent again under another name. It hands sockets out by reference only; a lease that a session
// uses is kept until that session ends. One per process.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "media-worker/port/free_ports.hpp"
#include "media-worker/port/media_socket.hpp"
#include "media-worker/port/port_watch.hpp"
#include "media-worker/session/leg_description.hpp"

namespace ringfence::media_worker {

struct PairSockets {
  Fd rtp;
  Fd rtcp;
  std::unique_ptr<PortWatch> watch;  // since the first session

  int of(Component component) const { return component == Component::rtp ? rtp.get() : rtcp.get(); }
};

struct PortLease {
  LeaseId id;
  SocketAddress rtp_address;
  PairSockets sockets;
  bool in_use = false;         // by a session
  bool return_on_end = false;  // sip-core has let go of it already
};

class PortPool {
 public:
  static constexpr std::size_t kMostPerRequest = 1024;
  static constexpr std::size_t kMostAddresses = 64;
  static constexpr std::size_t kMostKeptOpen = 8192;

  PortPool(PortSlice slice, Random& random) : slice_(slice), random_(random) {}

  struct Leased {
    std::vector<const PortLease*> leases;
    std::string shortage;  // why there are fewer than asked; empty: there are not
  };
  Leased lease(const IpAddress& address, std::size_t count, TimePoint now);
  // Unknown ids are passed over.
  void give_back(LeaseId id, TimePoint now);
  void give_back_unused(TimePoint now);

  // A lease of the process before this one, under its name and on its port; nullptr: it cannot be.
  PortLease* adopt(LeaseId id, const SocketAddress& rtp_address);

  // nullptr: not leased.
  PortLease* find(LeaseId id);
  // Begin and end of a session's use.
  void acquire(PortLease& lease) { lease.in_use = true; }
  void release(PortLease& lease, TimePoint now);
  // Whether a packet sent there would come back to us.
  bool is_own(const SocketAddress& address) const;
  std::size_t size() const { return leases_.size(); }

 private:
  std::expected<const PortLease*, BindError> bind_pair(const IpAddress& address, Port rtp_port);
  std::expected<PairSockets, BindError> sockets_for(const SocketAddress& rtp_address);

  PortSlice slice_;
  Random& random_;
  std::map<IpAddress, FreePorts> free_;
  std::unordered_map<LeaseId, PortLease> leases_;  // by reference elsewhere: nodes do not move
  std::unordered_map<SocketAddress, PairSockets> open_;  // not leased, by the RTP address
  std::unordered_set<SocketAddress> leased_;             // RTP addresses
};

}  // namespace ringfence::media_worker
