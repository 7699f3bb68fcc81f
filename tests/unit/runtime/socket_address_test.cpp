#include "runtime/socket_address.hpp"

#include <gtest/gtest.h>

#include <unordered_set>

namespace ringfence::test {
namespace {

using namespace std::string_view_literals;

TEST(IpAddress, reads_numeric_forms_only) {
  EXPECT_EQ(IpAddress::parse("127.0.0.1")->to_string(), "127.0.0.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8:0:0::1")->to_string(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("[::1]")->to_string(), "::1");
  for (const auto text :
       {""sv, "localhost"sv, "127.0.0"sv, "127.0.0.256"sv, "127.0.0.1 "sv, " 127.0.0.1"sv,
        "127.0.0.01"sv, "0x7f000001"sv, "2130706433"sv, "1.2.3.4.5"sv, "[127.0.0.1]"sv, "[::1"sv,
        "::1]"sv, "[]"sv, "fe80::1%eth0"sv, "::ffff:1.2.3.256"sv, "127.0.0.1\0"sv,
        "127.0.0.1\0.example"sv, "1111:2222:3333:4444:5555:6666:7777:8888:9999"sv}) {
    EXPECT_FALSE(IpAddress::parse(text)) << text;
  }
  EXPECT_FALSE(IpAddress::parse(std::string(10'000, '1')));
}

TEST(IpAddress, an_IPv4_mapped_address_is_the_IPv4_address_R176) {
  const auto mapped = IpAddress::parse("::ffff:192.0.2.1");
  ASSERT_TRUE(mapped);
  EXPECT_EQ(*mapped, *IpAddress::parse("192.0.2.1"));
  EXPECT_FALSE(mapped->is_v6());
  EXPECT_EQ(std::hash<IpAddress>{}(*mapped),
            std::hash<IpAddress>{}(*IpAddress::parse("192.0.2.1")));
  sockaddr_in6 in6{};
  in6.sin6_family = AF_INET6;
  in6.sin6_port = htons(5060);
  ::memcpy(&in6.sin6_addr, "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\x00\x02\x01", 16);
  sockaddr_storage storage{};
  ::memcpy(&storage, &in6, sizeof in6);
  EXPECT_EQ(SocketAddress::from_sockaddr(storage), SocketAddress::parse("192.0.2.1:5060"));
}

TEST(IpAddress, writes_IPv6_in_brackets_where_a_port_may_follow) {
  EXPECT_EQ(IpAddress::parse("2001:db8::1")->in_brackets(), "[2001:db8::1]");
  EXPECT_EQ(IpAddress::parse("192.0.2.1")->in_brackets(), "192.0.2.1");
}

struct Class {
  const char* text;
  bool loopback;
  bool multicast;
  bool link_local;
  bool is_private;
};

TEST(IpAddress, tells_the_classes_apart_at_their_edges) {
  for (const Class& c : {
           Class{"126.255.255.255", false, false, false, false},
           Class{"127.0.0.0", true, false, false, true},
           Class{"127.255.255.255", true, false, false, true},
           Class{"128.0.0.0", false, false, false, false},
           Class{"9.255.255.255", false, false, false, false},
           Class{"10.0.0.0", false, false, false, true},
           Class{"10.255.255.255", false, false, false, true},
           Class{"11.0.0.0", false, false, false, false},
           Class{"100.64.0.1", false, false, false, false},
           Class{"169.253.255.255", false, false, false, false},
           Class{"169.254.0.0", false, false, true, true},
           Class{"169.255.0.0", false, false, false, false},
           Class{"172.15.255.255", false, false, false, false},
           Class{"172.16.0.0", false, false, false, true},
           Class{"172.31.255.255", false, false, false, true},
           Class{"172.32.0.0", false, false, false, false},
           Class{"192.0.2.1", false, false, false, false},
           Class{"192.167.255.255", false, false, false, false},
           Class{"192.168.0.0", false, false, false, true},
           Class{"192.169.0.0", false, false, false, false},
           Class{"198.51.100.1", false, false, false, false},
           Class{"203.0.113.1", false, false, false, false},
           Class{"223.255.255.255", false, false, false, false},
           Class{"224.0.0.0", false, true, false, false},
           Class{"239.255.255.255", false, true, false, false},
           Class{"240.0.0.0", false, false, false, false},
           Class{"::1", true, false, false, true},
           Class{"::2", false, false, false, false},
           Class{"fe80::1", false, false, true, true},
           Class{"febf::1", false, false, true, true},
           Class{"fec0::1", false, false, false, false},
           Class{"fc00::1", false, false, false, true},
           Class{"fdff::1", false, false, false, true},
           Class{"fe00::1", false, false, false, false},
           Class{"ff02::1", false, true, false, false},
           Class{"2001:db8::1", false, false, false, false},
           Class{"::ffff:10.1.2.3", false, false, false, true},
           Class{"::ffff:127.0.0.1", true, false, false, true},
       }) {
    const auto ip = IpAddress::parse(c.text);
    ASSERT_TRUE(ip) << c.text;
    EXPECT_EQ(ip->is_loopback(), c.loopback) << c.text;
    EXPECT_EQ(ip->is_multicast(), c.multicast) << c.text;
    EXPECT_EQ(ip->is_link_local(), c.link_local) << c.text;
    EXPECT_EQ(ip->is_private(), c.is_private) << c.text;
    EXPECT_FALSE(ip->is_unspecified()) << c.text;
  }
  EXPECT_TRUE(IpAddress::parse("0.0.0.0")->is_unspecified());
  EXPECT_TRUE(IpAddress::parse("::")->is_unspecified());
}

TEST(SocketAddress, reads_and_writes_both_families) {
  for (const auto* text : {"127.0.0.1:5060", "[2001:db8::1]:5061", "0.0.0.0:0", "[::]:65535"}) {
    const auto address = SocketAddress::parse(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(address->to_string(), text);
    sockaddr_storage storage;
    EXPECT_EQ(address->to_sockaddr(storage),
              address->ip.is_v6() ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
    EXPECT_EQ(SocketAddress::from_sockaddr(storage), address);
  }
}

TEST(SocketAddress, refuses_what_is_none) {
  for (const auto text :
       {""sv, ":"sv, ":5060"sv, "127.0.0.1"sv, "127.0.0.1:"sv, "127.0.0.1:65536"sv,
        "127.0.0.1:-1"sv, "127.0.0.1:+1"sv, "127.0.0.1: 1"sv, "127.0.0.1:1x"sv, "::1:5060"sv,
        "[::1]5060"sv, "[::1]:"sv, "localhost:1"sv, "127.0.0.1:99999999999999999999"sv}) {
    EXPECT_FALSE(SocketAddress::parse(text)) << text;
  }
  sockaddr_storage unix{};
  unix.ss_family = AF_UNIX;
  EXPECT_FALSE(SocketAddress::from_sockaddr(unix));
}

TEST(SocketAddress, serves_as_a_key) {
  std::unordered_set<SocketAddress> addresses;
  for (int port = 1; port <= 1000; ++port) {
    addresses.insert({*IpAddress::parse("192.0.2.1"), static_cast<Port>(port)});
    addresses.insert({*IpAddress::parse("::ffff:192.0.2.1"), static_cast<Port>(port)});
  }
  EXPECT_EQ(addresses.size(), 1000u);
}

TEST(IpNetwork, holds_the_addresses_of_its_prefix_and_no_other) {
  struct Case {
    const char* network;
    const char* address;
    bool inside;
  };
  for (const Case& c : {
           Case{"10.0.0.0/8", "10.255.255.255", true},
           Case{"10.0.0.0/8", "11.0.0.0", false},
           Case{"192.0.2.128/25", "192.0.2.127", false},
           Case{"192.0.2.128/25", "192.0.2.128", true},
           Case{"192.0.2.7/24", "192.0.2.200", true},
           Case{"192.0.2.1", "192.0.2.1", true},
           Case{"192.0.2.1", "192.0.2.2", false},
           Case{"192.0.2.1/31", "192.0.2.0", true},
           Case{"0.0.0.0/0", "203.0.113.9", true},
           Case{"0.0.0.0/0", "::1", false},
           Case{"::/0", "2001:db8::1", true},
           Case{"::/0", "192.0.2.1", false},
           Case{"2001:db8::/33", "2001:db8:7fff::1", true},
           Case{"2001:db8::/33", "2001:db8:8000::1", false},
           Case{"10.0.0.0/8", "::ffff:10.1.1.1", true},
       }) {
    const auto network = IpNetwork::parse(c.network);
    ASSERT_TRUE(network) << c.network;
    EXPECT_EQ(network->contains(*IpAddress::parse(c.address)), c.inside)
        << c.network << " " << c.address;
  }
  for (const auto* text : {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "::/129", "10.0.0.0/-1",
                           "10.0.0.0/8/8", "10.0.0.0/8 ", "ten/8"}) {
    EXPECT_FALSE(IpNetwork::parse(text)) << text;
  }
}

}  // namespace
}  // namespace ringfence::test
