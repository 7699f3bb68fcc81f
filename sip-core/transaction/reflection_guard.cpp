#include "sip-core/transaction/reflection_guard.hpp"

#include <algorithm>

namespace ringfence::sip_core {
namespace {

using std::chrono::milliseconds;

// Whoever has one IPv6 address has its /64.
IpAddress network_of(const IpAddress& address) {
  if (!address.is_v6()) return address;
  auto octets = address.octets();
  std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
  return IpAddress::from_bytes(IpAddress::Family::v6, octets.data()).value_or(address);
}

std::int64_t grown(Duration idle) {
  const auto time = std::min(std::chrono::duration_cast<milliseconds>(idle),
                             milliseconds(ReflectionGuard::kRenewal));
  return ReflectionGuard::kAllowance * time.count() /
         milliseconds(ReflectionGuard::kRenewal).count();
}

}  // namespace

void ReflectionGuard::note_received(const IpAddress& source, std::size_t octets) {
  const auto found = balances_.find(network_of(source));
  if (found == balances_.end()) return;
  std::int64_t& left = found->second.left;
  left = std::min(left + static_cast<std::int64_t>(octets), kAllowance);
}

bool ReflectionGuard::may_answer(const IpAddress& source, std::size_t received, std::size_t answer,
                                 TimePoint now) {
  if (source.is_loopback()) return true;
  if (balances_.size() >= kMaxSources) make_room(now);
  const IpAddress key = network_of(source);
  auto found = balances_.find(key);
  if (found == balances_.end()) {
    if (balances_.size() >= kMaxSources) return answer <= received;
    found = balances_.emplace(key, Balance{kAllowance, now}).first;
  }
  Balance& balance = found->second;
  balance.left = std::min(balance.left + grown(now - balance.at), kAllowance);
  balance.at = now;
  if (balance.left < static_cast<std::int64_t>(answer)) return false;
  balance.left -= static_cast<std::int64_t>(answer);
  return true;
}

void ReflectionGuard::make_room(TimePoint now) {
  if (now - cleared_at_ < std::chrono::seconds(1)) return;
  cleared_at_ = now;
  std::erase_if(balances_, [&](const auto& one) { return now - one.second.at >= kRenewal; });
}

}  // namespace ringfence::sip_core
