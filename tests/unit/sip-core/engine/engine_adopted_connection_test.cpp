// The connections to carriers over a death of sip-core: tls-front holds them, the next one uses
// them on.
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::HeaderName;
using sip::Method;

Config with_registering_secure_trunk() {
  Config config = demo_config();
  for (Trunk& trunk : config.trunks)
    trunk.registers = trunk.id == kSecure;
  return config;
}

class EngineAdoptedConnectionTest : public ::testing::Test {
 protected:
  EngineAdoptedConnectionTest() {
    world.dns["secure.example"] = {*IpAddress::parse("127.0.0.52")};
    world.run();
  }
  void accept_registration() {
    const auto request = carrier.expect_request(Method::register_);
    auto success = sip::make_response(request, 200, {}, "c");
    success.copy(request, HeaderName::contact);
    carrier.send(success.serialize());
  }

  World world{with_registering_secure_trunk()};
  UserAgent carrier = UserAgent::listening(world, {"secure", "", "127.0.0.1"}, "127.0.0.52:5061");
};

TEST_F(EngineAdoptedConnectionTest, TheNextSipCoreRegistersOverTheConnectionThatStands) {
  accept_registration();
  const auto before = carrier.connection();
  ASSERT_TRUE(before);
  world.restart_sip_core();
  accept_registration();
  EXPECT_EQ(carrier.connection(), before);
}

}  // namespace
}  // namespace ringfence::sip_core
