// LeasePool: the port pairs that media workers lent us ahead of need, per worker and media address.
// A call takes both its legs from one worker, the one that carries the fewest. Asks for more when
// half of a batch is left; a stock that nearly runs dry meanwhile is kept larger from then on.
// Pure: it emits RequestLeases and ReturnLeases, and opens no port.
#pragma once

#include <bitset>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "sip-core/config/config.hpp"
#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"

namespace ringfence::sip_core {

struct TakenLease {
  WorkerIndex worker;
  IpAddress address;
  Lease lease;
};

class LeasePool {
 public:
  static constexpr std::uint32_t kFirstBatch = 64;
  static constexpr std::uint32_t kLargestBatch = 1024;

  // Every media address of the configuration has leases at every worker that is up.
  void ensure(const Config& config, Actions& actions);
  void on_worker_up(WorkerIndex worker, const Config& config, Actions& actions);
  // What it lent and nobody took is gone; what was taken is its session's.
  void on_worker_down(WorkerIndex worker);
  void on_leased(const MediaLeased& event);
  // Asked again at the next take().
  void on_failed(const MediaLeaseFailed& event);

  // From the least loaded worker that has one for each of the two addresses.
  std::optional<WorkerIndex> choose(const IpAddress& a, const IpAddress& b) const;
  std::optional<TakenLease> take(WorkerIndex worker, const IpAddress& address, Actions& actions);
  void give_back(const TakenLease& taken, Actions& actions);
  // Of a call that was restored.
  void adopt(const TakenLease& taken);

  std::size_t in_use() const;
  bool is_up(WorkerIndex worker) const { return workers_.contains(worker); }
  bool is_leased(const IpAddress& address, Port port) const;

 private:
  struct Stock {
    std::deque<Lease> free;
    std::uint32_t batch = kFirstBatch;
    bool asked = false;
    bool was_low = false;  // since it was asked for
  };
  struct Worker {
    std::map<IpAddress, Stock> stocks;
  };
  static void refill(WorkerIndex worker, const IpAddress& address, Stock& stock, Actions& actions);
  void note_port(const IpAddress& address, Port rtp_port);
  void forget_port(const IpAddress& address, Port rtp_port);

  std::map<WorkerIndex, Worker> workers_;
  std::map<WorkerIndex, std::size_t> in_use_;  // taken leases; also of workers that are down
  using Ports = std::bitset<65'536 / 2>;       // by half the number of the RTP port
  std::map<IpAddress, Ports> ports_;           // free and taken
};

}  // namespace ringfence::sip_core
