#include "sip-core/registrar/auth_limiter.hpp"

#include <chrono>
#include <functional>
#include <utility>

namespace ringfence::sip_core {
namespace {

constexpr std::chrono::minutes kWindow(5);
constexpr std::chrono::hours kKnownFor(24);
constexpr std::size_t kMostKeys = 65'536;

std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a ^ (b + 0x9e37'79b9'7f4a'7c15ULL + (a << 6) + (a >> 2));
  x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
  return x ^ (x >> 31);
}

// A network behind one IPv6 line has all of its /64.
std::uint64_t hash_of(const IpAddress& source) {
  const std::size_t octets = source.is_v6() ? 8 : 4;
  std::uint64_t hash = octets;
  for (std::size_t i = 0; i < octets; ++i)
    hash = mixed(hash, source.octets()[i]);
  return hash;
}

std::uint64_t hash_of(const Flow& flow) {
  if (const auto* udp = std::get_if<UdpFlow>(&flow)) {
    return mixed(udp->listener.value, std::hash<SocketAddress>{}(udp->remote));
  }
  return std::hash<ConnectionId>{}(std::get<ConnectionId>(flow));
}

}  // namespace

void WindowedCounts::move_on(TimePoint now) {
  if (now - began_ < half_) return;
  // After two halves nothing counts any more.
  past_ = now - began_ < 2 * half_ ? std::exchange(present_, {}) : Half();
  if (now - began_ >= 2 * half_) present_.clear();
  began_ = now;
}

std::uint32_t WindowedCounts::add(std::uint64_t key, TimePoint now) {
  move_on(now);
  if (present_.size() < limit_ || present_.contains(key)) ++present_[key];
  return of(key, now);
}

std::uint32_t WindowedCounts::of(std::uint64_t key, TimePoint now) {
  move_on(now);
  std::uint32_t count = 0;
  for (const Half* half : {&present_, &past_}) {
    if (const auto found = half->find(key); found != half->end()) count += found->second;
  }
  return count;
}

AuthLimiter::AuthLimiter(std::uint64_t seed)
    : seed_(seed), failures_(kWindow, kMostKeys), known_(kKnownFor, kMostKeys) {}

AuthLimiter::Keys AuthLimiter::keys_of(const Attempt& attempt) const {
  enum : std::uint64_t { kFlow = 1, kSource, kUser };
  Keys keys;
  keys.flow = mixed(mixed(seed_, kFlow), hash_of(attempt.flow));
  keys.source = mixed(mixed(seed_, kSource), hash_of(attempt.source));
  const std::uint64_t name = std::hash<std::string_view>{}(attempt.username);
  keys.user = mixed(mixed(mixed(seed_, kUser), attempt.tenant.value), name);
  keys.user_of_source = mixed(keys.source, keys.user);
  return keys;
}

bool AuthLimiter::may_try(const Attempt& attempt, TimePoint now) {
  if (attempt.via == Via::registered_flow) return true;
  const Keys keys = keys_of(attempt);
  if (failures_.of(keys.flow, now) >= kPerFlow) return false;
  if (attempt.source.is_private()) return true;
  const std::uint32_t own = failures_.of(keys.user_of_source, now);
  if (known_.of(keys.user_of_source, now) > 0) return own < kPerKnownUserOfSource;
  if (failures_.of(keys.source, now) >= kPerSource) return false;
  // A user under attack: each source has one try left, which is all that the right password needs.
  return own == 0 || failures_.of(keys.user, now) < kPerUser;
}

void AuthLimiter::note_right(const Attempt& attempt, TimePoint now) {
  known_.add(keys_of(attempt).user_of_source, now);
}

AuthLimiter::Failures AuthLimiter::note_wrong(const Attempt& attempt, TimePoint now) {
  const Keys keys = keys_of(attempt);
  failures_.add(keys.flow, now);
  failures_.add(keys.user_of_source, now);
  return {failures_.add(keys.source, now), failures_.add(keys.user, now)};
}

}  // namespace ringfence::sip_core
