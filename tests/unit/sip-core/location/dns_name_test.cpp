#include "sip-core/location/dns_name.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace ringfence::sip_core {
namespace {

using Octets = std::vector<std::uint8_t>;

TEST(DnsName, IsReadInLowerCaseAndFollowsPointersBackwards) {
  const Octets octets = {3, 'C', 'o', 'M', 0, 1, 'a', 0xc0, 0, 9};
  const auto name = read_dns_name(octets, 5);
  ASSERT_TRUE(name);
  EXPECT_EQ(name->text, "a.com");
  EXPECT_EQ(name->end, 9U);
  EXPECT_EQ(read_dns_name(octets, 4)->text, ".");
}

// F116: what leads in circles, forwards, beyond the end or to no name of a host.
TEST(DnsName, RefusesWhatDoesNotEndF116) {
  EXPECT_FALSE(read_dns_name(Octets{0xc0, 0}, 0));
  EXPECT_FALSE(read_dns_name(Octets{0xc0, 2, 0xc0, 0}, 0));
  EXPECT_FALSE(read_dns_name(Octets{0xc0, 2, 1, 'a', 0}, 0));
  EXPECT_FALSE(read_dns_name(Octets{1, 'a', 0xc0, 0}, 0));
  EXPECT_FALSE(read_dns_name(Octets{5, 'a'}, 0));
  EXPECT_FALSE(read_dns_name(Octets{1, 'a'}, 0));
  EXPECT_FALSE(read_dns_name(Octets{0x41, 'a', 0}, 0));
  EXPECT_FALSE(read_dns_name(Octets{0xc0}, 0));
  EXPECT_FALSE(read_dns_name(Octets{}, 0));
  EXPECT_FALSE(read_dns_name(Octets{1, 0, 0}, 0));
  EXPECT_FALSE(read_dns_name(Octets{3, 'a', '.', 'b', 0}, 0));
}

TEST(DnsName, EndsAt255Octets) {
  Octets octets;
  for (int i = 0; i < 8; ++i) {
    octets.push_back(40);
    octets.insert(octets.end(), 40, 'x');
  }
  octets.push_back(0);
  EXPECT_FALSE(read_dns_name(octets, 0));
}

TEST(DnsName, HasOneSpelling) {
  EXPECT_EQ(lower_dns_name("Carrier.Example."), "carrier.example");
  EXPECT_EQ(lower_dns_name("."), ".");
}

}  // namespace
}  // namespace ringfence::sip_core
