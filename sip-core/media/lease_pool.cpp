#include "sip-core/media/lease_pool.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core {

void LeasePool::refill(WorkerIndex worker, const IpAddress& address, Stock& stock,
                       Actions& actions) {
  if (stock.asked || stock.free.size() >= stock.batch / 2) return;
  stock.asked = true;
  actions.push_back(RequestLeases{worker, address, stock.batch});
}

void LeasePool::ensure(const Config& config, Actions& actions) {
  for (auto& [index, worker] : workers_) {
    for (const Listener& listener : config.listeners) {
      refill(index, listener.media_address, worker.stocks[listener.media_address], actions);
    }
  }
}

void LeasePool::on_worker_up(WorkerIndex worker, const Config& config, Actions& actions) {
  on_worker_down(worker);  // leases of its earlier life are void
  workers_.try_emplace(worker);
  ensure(config, actions);
}

void LeasePool::on_worker_down(WorkerIndex worker) {
  const auto found = workers_.find(worker);
  if (found == workers_.end()) return;
  for (const auto& [address, stock] : found->second.stocks) {
    for (const Lease& lease : stock.free) {
      forget_port(address, lease.rtp_port);
    }
  }
  workers_.erase(found);
}

void LeasePool::on_leased(const MediaLeased& event) {
  const auto found = workers_.find(event.worker);
  if (found == workers_.end()) return;
  Stock& stock = found->second.stocks[event.address];
  if (std::exchange(stock.was_low, false)) stock.batch = std::min(2 * stock.batch, kLargestBatch);
  stock.asked = false;
  for (const Lease& lease : event.leases) {
    stock.free.push_back(lease);
    note_port(event.address, lease.rtp_port);
  }
}

void LeasePool::on_failed(const MediaLeaseFailed& event) {
  const auto found = workers_.find(event.worker);
  if (found != workers_.end()) found->second.stocks[event.address].asked = false;
}

std::optional<WorkerIndex> LeasePool::choose(const IpAddress& a, const IpAddress& b) const {
  std::optional<WorkerIndex> best;
  std::size_t fewest = 0;
  for (const auto& [index, worker] : workers_) {
    const auto stock_a = worker.stocks.find(a);
    const auto stock_b = worker.stocks.find(b);
    if (stock_a == worker.stocks.end() || stock_b == worker.stocks.end()) continue;
    const std::size_t needed = a == b ? 2 : 1;
    if (stock_a->second.free.size() < needed || stock_b->second.free.size() < needed) continue;
    const auto used = in_use_.find(index);
    const std::size_t load = used == in_use_.end() ? 0 : used->second;
    if (!best || load < fewest) {
      best = index;
      fewest = load;
    }
  }
  return best;
}

std::optional<TakenLease> LeasePool::take(WorkerIndex worker, const IpAddress& address,
                                          Actions& actions) {
  const auto found = workers_.find(worker);
  if (found == workers_.end()) return std::nullopt;
  Stock& stock = found->second.stocks[address];
  std::optional<TakenLease> taken;
  if (!stock.free.empty()) {
    // The one that lay longest: a late packet for its last user has most likely come by now.
    taken = TakenLease{worker, address, stock.free.front()};
    stock.free.pop_front();
    ++in_use_[worker];
  }
  if (stock.free.size() < stock.batch / 8) stock.was_low = true;
  refill(worker, address, stock, actions);
  return taken;
}

void LeasePool::give_back(const TakenLease& taken, Actions& actions) {
  auto& used = in_use_[taken.worker];
  if (used > 0) --used;
  forget_port(taken.address, taken.lease.rtp_port);
  if (is_up(taken.worker)) actions.push_back(ReturnLeases{taken.worker, {taken.lease.id}});
}

void LeasePool::adopt(const TakenLease& taken) {
  ++in_use_[taken.worker];
  note_port(taken.address, taken.lease.rtp_port);
}

std::size_t LeasePool::in_use() const {
  std::size_t all = 0;
  for (const auto& [worker, used] : in_use_)
    all += used;
  return all;
}

bool LeasePool::is_leased(const IpAddress& address, Port port) const {
  const auto found = ports_.find(address);
  return found != ports_.end() && found->second.test(port / 2);
}

void LeasePool::note_port(const IpAddress& address, Port rtp_port) {
  ports_[address].set(rtp_port / 2);
}

void LeasePool::forget_port(const IpAddress& address, Port rtp_port) {
  ports_[address].reset(rtp_port / 2);
}

}  // namespace ringfence::sip_core
