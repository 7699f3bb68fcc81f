// The machine's network is another one than it was (F119): what stands is asked, what leads nowhere
// is dialled anew, and calls go on.
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::Method;

// The secure trunk neither registers nor is asked by OPTIONS.
class EngineNetworkChangeTest : public ::testing::Test {
 protected:
  EngineNetworkChangeTest() {
    alice.register_now();
    world.dns["secure.example"] = {*IpAddress::parse("127.0.0.52")};
    world.advance(15s);
    a = alice.invite("9301234", audio_sdp(41000));
    secure.accept(secure.expect_request(Method::invite), 200, audio_sdp(43000, some_crypto('B')));
    alice.ack(a, alice.expect_response(200));
    secure.expect_request(Method::ack);
  }

  World world{demo_config()};
  UserAgent secure = UserAgent::listening(world, {"secure", "", "127.0.0.1"}, "127.0.0.52:5061");
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  Dialogue a;
};

TEST_F(EngineNetworkChangeTest, AConnectionThatNobodyAsksOverIsDialledAnewAndTheCallGoesOnF119) {
  const ConnectionId before = *secure.connection();
  world.change_network();
  EXPECT_FALSE(world.is_open(before));
  EXPECT_TRUE(world.is_open(*alice.connection())) << "phones come back by themselves";
  EXPECT_TRUE(world.ended_sessions.empty());
  EXPECT_EQ(world.engine().health().calls, 1U);
  alice.request(a, Method::bye);
  secure.reply(secure.expect_request(Method::bye), 200);
  EXPECT_NE(*secure.connection(), before);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EngineNetworkChangeTest, ATargetThatCouldNotBeReachedIsTriedAgainAtOnceF119) {
  world.disconnect(*secure.connection());
  world.stop_listening(*SocketAddress::parse("127.0.0.52:5061"));
  alice.invite("9305555", audio_sdp(41010));
  world.advance(4s);
  alice.expect_response(503);
  UserAgent back = UserAgent::listening(world, {"secure", "", "127.0.0.1"}, "127.0.0.52:5061");
  world.change_network();
  alice.invite("9306666", audio_sdp(41020));
  back.expect_request(Method::invite);
}

}  // namespace
}  // namespace ringfence::sip_core
