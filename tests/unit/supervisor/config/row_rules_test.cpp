#include "supervisor/config/row_rules.hpp"

#include <gtest/gtest.h>

namespace ringfence::supervisor {
namespace {

TEST(RowRules, KnowAHostNameFromWhatIsNone) {
  for (const char* good : {"a", "sip.example.com", "x-1.test", "_sip.example", "1und1.de"}) {
    EXPECT_TRUE(is_host_name(good)) << good;
  }
  for (const char* bad : {"", "a b", "a..b", ".a", "a.", "-a.test", "a-.test", "a!b", "10.0.0.300",
                          "a@b", "a:5060", "ä.test"}) {
    EXPECT_FALSE(is_host_name(bad)) << bad;
  }
  EXPECT_FALSE(is_host_name(std::string(64, 'a') + ".test"));
  EXPECT_FALSE(
      is_host_name(std::string(127, 'a').replace(60, 1, ".") + "." + std::string(200, 'b')));
}

TEST(RowRules, TakeAddressesAsHosts) {
  EXPECT_FALSE(host_complaint("192.0.2.1"));
  EXPECT_FALSE(host_complaint("2001:db8::1"));
  EXPECT_EQ(host_complaint("not a host"), "'not a host' is neither a host name nor an address");
}

TEST(RowRules, TakeAnEndpointWithItsPort) {
  EXPECT_FALSE(endpoint_complaint("192.0.2.1:9060"));
  EXPECT_FALSE(endpoint_complaint("[2001:db8::1]:9060"));
  for (const char* bad : {"192.0.2.1", "192.0.2.1:0", "homer.test:9060", "192.0.2.1:99999"}) {
    EXPECT_TRUE(endpoint_complaint(bad)) << bad;
  }
}

TEST(RowRules, JudgeNetworksAndGlobs) {
  EXPECT_FALSE(network_complaint("10.0.0.0/8"));
  EXPECT_TRUE(network_complaint("10.0.0.0/33"));
  EXPECT_TRUE(network_complaint("ten"));
  for (const char* good : {"*", "0049*", "[0-9]?*", "[]a]x", "[^0]*", "a]"}) {
    EXPECT_FALSE(glob_complaint(good)) << good;
  }
  for (const char* bad : {"[0-9", "*[", "[]", "[^]"}) {
    EXPECT_TRUE(glob_complaint(bad)) << bad;
  }
  EXPECT_TRUE(text_complaint("a\r\nVia: x"));
}

}  // namespace
}  // namespace ringfence::supervisor
