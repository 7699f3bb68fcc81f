// Calls whose connections break: which device is told, and over which flow.
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::Method;

class EngineLostConnectionTest : public ::testing::Test {
 protected:
  EngineLostConnectionTest() {
    desk.register_now();
    handset.register_now();
    bob.register_now();
    a = handset.invite("bob", audio_sdp(41000));
    b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
    handset.ack(a, handset.expect_response(200));
    bob.expect_request(Method::ack);
  }

  World world{demo_config()};
  UserAgent desk = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                        kPublicTls, "127.0.0.10:40001");
  UserAgent handset = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                           kPublicTls, "127.0.0.12:40003");
  UserAgent bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                       "127.0.0.11:40002");
  Dialogue a;
  Dialogue b;
};

TEST_F(EngineLostConnectionTest, AnotherDeviceOfTheSameUserHearsNothingOfTheCallR090) {
  world.disconnect(*handset.connection());
  bob.request(b, Method::bye);
  bob.expect_response(200);
  desk.expect_silence();
}

TEST_F(EngineLostConnectionTest, TheDeviceThatCameBackIsToldOverItsNewConnectionR091) {
  world.disconnect(*handset.connection());
  handset.reconnect();
  handset.register_now();
  bob.request(b, Method::bye);
  handset.reply(handset.expect_request(Method::bye), 200);
  bob.expect_response(200);
  desk.expect_silence();
}

}  // namespace
}  // namespace ringfence::sip_core
