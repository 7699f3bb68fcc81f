#include "supervisor/network/network_notice.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <algorithm>
#include <cstring>
#include <optional>

namespace ringfence::supervisor {
namespace {

template <typename Header>
std::optional<Header> read_header(std::span<const std::byte> octets) {
  if (octets.size() < sizeof(Header)) return std::nullopt;
  Header header;
  std::memcpy(&header, octets.data(), sizeof header);
  return header;
}

// The kernel's other tables and the copies that it keeps for itself say nothing about our ways out.
bool is_default_route(std::span<const std::byte> body) {
  const auto route = read_header<rtmsg>(body);
  return route && route->rtm_dst_len == 0 && route->rtm_type == RTN_UNICAST &&
         (route->rtm_flags & RTM_F_CLONED) == 0;
}

}  // namespace

NetworkNotice read_network_notice(std::span<const std::byte> datagram) {
  NetworkNotice notice;
  while (const auto header = read_header<nlmsghdr>(datagram)) {
    if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > datagram.size()) break;
    switch (header->nlmsg_type) {
      case RTM_NEWLINK:
      case RTM_DELLINK:
      case RTM_NEWADDR:
      case RTM_DELADDR:
        notice.addresses = true;
        break;
      case RTM_NEWROUTE:
      case RTM_DELROUTE:
        notice.default_route |= is_default_route(
            datagram.first(header->nlmsg_len).subspan(NLMSG_ALIGN(sizeof(nlmsghdr))));
        break;
      default:
        break;
    }
    datagram =
        datagram.subspan(std::min<std::size_t>(NLMSG_ALIGN(header->nlmsg_len), datagram.size()));
  }
  return notice;
}

}  // namespace ringfence::supervisor
