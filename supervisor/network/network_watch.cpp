#include "supervisor/network/network_watch.hpp"

#include <ifaddrs.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "runtime/socket_address.hpp"

namespace ringfence::supervisor {
namespace {

constexpr unsigned kGroups =
    RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_IFADDR | RTMGRP_IPV6_ROUTE;

std::optional<IpAddress> address_of(const ifaddrs& one) {
  const bool v6 = one.ifa_addr->sa_family == AF_INET6;
  if (!v6 && one.ifa_addr->sa_family != AF_INET) return std::nullopt;
  sockaddr_storage storage{};
  std::memcpy(&storage, one.ifa_addr, v6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
  const auto address = SocketAddress::from_sockaddr(storage);
  return address ? std::optional(address->ip) : std::nullopt;
}

// "new eth0 192.0.2.7, gone eth0 192.0.2.3"; nothing where both are the same.
std::string difference(const std::set<std::string>& before, const std::set<std::string>& after) {
  std::string text;
  const auto tell = [&](const char* word, const std::set<std::string>& all,
                        const std::set<std::string>& others) {
    for (const std::string& one : all) {
      if (!others.contains(one)) text += (text.empty() ? "" : ", ") + (word + one);
    }
  };
  tell("new ", after, before);
  tell("gone ", before, after);
  return text;
}

}  // namespace

std::set<std::string> addresses_in_use() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return {};
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> all(list, ::freeifaddrs);
  std::set<std::string> addresses;
  constexpr unsigned kUp = IFF_UP | IFF_RUNNING;
  for (const ifaddrs* one = all.get(); one != nullptr; one = one->ifa_next) {
    if (one->ifa_addr == nullptr || (one->ifa_flags & kUp) != kUp) continue;
    const auto address = address_of(*one);
    if (!address || address->is_loopback() || address->is_link_local()) continue;
    addresses.insert(std::string(one->ifa_name) + " " + address->to_string());
  }
  return addresses;
}

NetworkWatch::NetworkWatch(Loop& loop, std::function<void(const std::string&)> on_change)
    : loop_(loop), on_change_(std::move(on_change)) {}

Result<void> NetworkWatch::start() {
  netlink_ = Fd(::socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, NETLINK_ROUTE));
  if (!netlink_) return system_error("no rtnetlink socket");
  sockaddr_nl own{};
  own.nl_family = AF_NETLINK;
  own.nl_groups = kGroups;
  if (::bind(netlink_.get(), reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
    return system_error("the kernel does not tell of changes of the network");
  }
  addresses_ = addresses_in_use();
  poll_ = Poll(loop_, netlink_.get(), [this](Readiness) { drain(); });
  poll_.watch(Interest::readable);
  return {};
}

// What the kernel could not queue for us (ENOBUFS) may have been anything.
void NetworkWatch::drain() {
  std::array<std::byte, 16 * 1024> octets{};
  for (;;) {
    const auto size = ::recv(netlink_.get(), octets.data(), octets.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && errno != ENOBUFS) break;
    NetworkNotice notice{true, true};
    if (size >= 0) notice = read_network_notice({octets.data(), static_cast<std::size_t>(size)});
    pending_.addresses |= notice.addresses;
    pending_.default_route |= notice.default_route;
  }
  if (pending_ == NetworkNotice{} || std::exchange(waits_, true)) return;
  burst_ = loop_.after(kBurst, [this] { look(); });
}

void NetworkWatch::look() {
  waits_ = false;
  const NetworkNotice notice = std::exchange(pending_, {});
  auto addresses = addresses_in_use();
  std::string what = difference(addresses_, addresses);
  addresses_ = std::move(addresses);
  if (notice.default_route) what += what.empty() ? "default route" : ", default route";
  if (!what.empty()) on_change_(what);
}

}  // namespace ringfence::supervisor
