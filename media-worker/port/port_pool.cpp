#include "media-worker/port/port_pool.hpp"

#include <algorithm>

namespace ringfence::media_worker {
namespace {

// Ports that somebody else holds, and that one request steps over.
constexpr std::size_t kMostTaken = 64;

std::string_view describe(BindError error) {
  switch (error) {
    case BindError::port_taken:
      return "too many ports of the slice are taken by others";
    case BindError::address_unusable:
      return "the address is not one of this machine's";
    case BindError::out_of_descriptors:
      return "out of descriptors or memory";
    case BindError::failed:
      return "cannot bind";
  }
  return "cannot bind";
}

}  // namespace

std::expected<const PortLease*, BindError> PortPool::bind_pair(const IpAddress& address,
                                                               Port rtp_port) {
  const SocketAddress rtp_address{address, rtp_port};
  auto sockets = sockets_for(rtp_address);
  if (!sockets) return std::unexpected(sockets.error());
  LeaseId id(random_.number());
  while (id == LeaseId() || leases_.contains(id))
    id = LeaseId(random_.number());
  PortLease& lease = leases_[id];
  lease = {id, rtp_address, std::move(*sockets)};
  leased_.insert(rtp_address);
  return &lease;
}

std::expected<PairSockets, BindError> PortPool::sockets_for(const SocketAddress& rtp_address) {
  if (auto open = open_.extract(rtp_address)) return std::move(open.mapped());
  auto rtp = open_media_socket(rtp_address);
  if (!rtp) return std::unexpected(rtp.error());
  auto rtcp = open_media_socket({rtp_address.ip, static_cast<Port>(rtp_address.port + 1)});
  if (!rtcp) return std::unexpected(rtcp.error());
  return PairSockets{std::move(*rtp), std::move(*rtcp), nullptr};
}

PortPool::Leased PortPool::lease(const IpAddress& address, std::size_t count, TimePoint now) {
  Leased result;
  if (!free_.contains(address) && free_.size() >= kMostAddresses) {
    result.shortage = "too many addresses";
    return result;
  }
  FreePorts& free = free_.try_emplace(address, slice_).first->second;
  std::vector<Port> taken;
  count = std::min(count, kMostPerRequest);
  while (result.leases.size() < count && result.shortage.empty()) {
    const auto port = free.take(random_, now);
    if (!port) {
      result.shortage = "no free port";
      break;
    }
    const auto bound = bind_pair(address, *port);
    if (bound) {
      result.leases.push_back(*bound);
      continue;
    }
    taken.push_back(*port);
    if (bound.error() == BindError::address_unusable) {
      free_.erase(address);  // not kept in mind
      result.shortage = describe(bound.error());
      return result;
    }
    if (bound.error() != BindError::port_taken || taken.size() >= kMostTaken) {
      result.shortage = describe(bound.error());
    }
  }
  for (const Port port : taken)
    free.give_back(port, now, FreePorts::Sockets::closed);
  return result;
}

PortLease* PortPool::adopt(LeaseId id, const SocketAddress& rtp_address) {
  if (id == LeaseId() || leases_.contains(id) || leased_.contains(rtp_address)) return nullptr;
  FreePorts& free = free_.try_emplace(rtp_address.ip, slice_).first->second;
  if (!free.take(rtp_address.port)) return nullptr;
  auto sockets = sockets_for(rtp_address);
  if (!sockets) return nullptr;
  PortLease& lease = leases_[id];
  lease = {id, rtp_address, std::move(*sockets)};
  leased_.insert(rtp_address);
  return &lease;
}

void PortPool::give_back(LeaseId id, TimePoint now) {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return;
  PortLease& lease = found->second;
  if (lease.in_use) {
    lease.return_on_end = true;
    return;
  }
  if (const auto free = free_.find(lease.rtp_address.ip); free != free_.end()) {
    const bool keep = open_.size() < kMostKeptOpen;
    free->second.give_back(lease.rtp_address.port, now,
                           keep ? FreePorts::Sockets::open : FreePorts::Sockets::closed);
    if (keep) open_.emplace(lease.rtp_address, std::move(lease.sockets));
  }
  leased_.erase(lease.rtp_address);
  leases_.erase(found);
}

void PortPool::give_back_unused(TimePoint now) {
  std::vector<LeaseId> all;
  all.reserve(leases_.size());
  for (const auto& [id, lease] : leases_)
    all.push_back(id);
  // Those in use go back when their session ends: whoever leased them is gone.
  for (const LeaseId id : all)
    give_back(id, now);
}

PortLease* PortPool::find(LeaseId id) {
  const auto found = leases_.find(id);
  return found == leases_.end() ? nullptr : &found->second;
}

void PortPool::release(PortLease& lease, TimePoint now) {
  lease.in_use = false;
  if (lease.return_on_end) give_back(lease.id, now);
}

bool PortPool::is_own(const SocketAddress& address) const {
  SocketAddress even = address;
  even.port = static_cast<Port>(even.port & ~1U);
  return leased_.contains(even) || open_.contains(even);
}

}  // namespace ringfence::media_worker
