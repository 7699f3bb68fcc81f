#include "supervisor/network/network_notice.hpp"

#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <cstring>
#include <vector>

namespace ringfence::supervisor {
namespace {

using Octets = std::vector<std::byte>;

Octets message(std::uint16_t type, const Octets& body = Octets(16)) {
  nlmsghdr header{};
  header.nlmsg_type = type;
  header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
  Octets octets(sizeof header);
  std::memcpy(octets.data(), &header, sizeof header);
  octets.insert(octets.end(), body.begin(), body.end());
  octets.resize(NLMSG_ALIGN(octets.size()));
  return octets;
}

Octets route(unsigned char prefix, unsigned char type = RTN_UNICAST, unsigned flags = 0) {
  rtmsg fields{};
  fields.rtm_dst_len = prefix;
  fields.rtm_type = type;
  fields.rtm_flags = flags;
  Octets octets(sizeof fields);
  std::memcpy(octets.data(), &fields, sizeof fields);
  return octets;
}

Octets operator+(Octets a, const Octets& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(NetworkNotice, TellsOfAddressesAndLinks) {
  constexpr NetworkNotice kAddresses{true, false};
  for (const std::uint16_t type : {RTM_NEWADDR, RTM_DELADDR, RTM_NEWLINK, RTM_DELLINK})
    EXPECT_EQ(read_network_notice(message(type)), kAddresses) << type;
  EXPECT_EQ(read_network_notice(message(RTM_NEWNEIGH)), NetworkNotice{});
}

TEST(NetworkNotice, TellsOfDefaultRoutesOnly) {
  constexpr NetworkNotice kDefault{false, true};
  EXPECT_EQ(read_network_notice(message(RTM_NEWROUTE, route(0))), kDefault);
  EXPECT_EQ(read_network_notice(message(RTM_DELROUTE, route(0))), kDefault);
  EXPECT_EQ(read_network_notice(message(RTM_NEWROUTE, route(24))), NetworkNotice{});
  EXPECT_EQ(read_network_notice(message(RTM_NEWROUTE, route(0, RTN_MULTICAST))), NetworkNotice{});
  EXPECT_EQ(read_network_notice(message(RTM_NEWROUTE, route(0, RTN_UNICAST, RTM_F_CLONED))),
            NetworkNotice{});
}

TEST(NetworkNotice, ReadsEveryMessageOfADatagramAndEndsAtACutOne) {
  const Octets both = message(RTM_NEWADDR, Octets(17)) + message(RTM_NEWROUTE, route(0));
  EXPECT_EQ(read_network_notice(both), (NetworkNotice{true, true}));
  EXPECT_EQ(read_network_notice(std::span(both).first(both.size() - 1)),
            (NetworkNotice{true, false}));
  for (std::size_t size = 0; size < both.size(); ++size)
    read_network_notice(std::span(both).first(size));
  Octets empty = message(RTM_NEWADDR);
  std::memset(empty.data(), 0, sizeof(std::uint32_t));  // a length of nothing at all
  EXPECT_EQ(read_network_notice(empty), NetworkNotice{});
}

}  // namespace
}  // namespace ringfence::supervisor
