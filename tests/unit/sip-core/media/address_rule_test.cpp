#include "tests/unit/sip-core/media/gate_fixture.hpp"

namespace ringfence::sip_core {
namespace {

class AddressRuleTest : public GateTest {
 protected:
  bool permits(const char* signalling_peer, const char* address, Port to) {
    return rule_for(signalling_peer).permits(*IpAddress::parse(address), to);
  }
};

TEST_F(AddressRuleTest, LetsMediaGoToOtherHosts) {
  EXPECT_TRUE(permits("198.51.100.7", "198.51.100.8", 20000));
  EXPECT_TRUE(permits("198.51.100.7", "10.1.2.3", 20000));  // behind its NAT
}

TEST_F(AddressRuleTest, KeepsLoopbackAndOurAddressesForLocalPeersR174) {
  EXPECT_FALSE(permits("198.51.100.7", "127.0.0.1", 30000));
  EXPECT_FALSE(permits("198.51.100.7", "192.0.2.1", 30000));
  EXPECT_TRUE(permits("127.0.0.1", "127.0.0.1", 30000));
  EXPECT_TRUE(permits("127.0.0.1", "192.0.2.1", 30000));
}

TEST_F(AddressRuleTest, NeverLeadsToAPortThatIsOurs) {
  EXPECT_FALSE(permits("127.0.0.1", "127.0.0.1", 20000));  // leased
  EXPECT_FALSE(permits("127.0.0.1", "192.0.2.1", 6061));   // a listener
}

TEST_F(AddressRuleTest, RefusesWhatIsNoHostAndLowPorts) {
  EXPECT_FALSE(permits("127.0.0.1", "239.1.1.1", 30000));
  EXPECT_FALSE(permits("127.0.0.1", "169.254.9.9", 30000));
  EXPECT_FALSE(permits("198.51.100.7", "198.51.100.8", 53));
}

}  // namespace
}  // namespace ringfence::sip_core
