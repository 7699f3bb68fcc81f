// max_calls and max_cps of a trunk, on the whole engine: one count for both directions.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

Config limited_config(std::optional<std::uint32_t> calls, std::optional<std::uint32_t> per_second) {
  Config config = demo_config();
  for (Trunk& trunk : config.trunks) {
    trunk.registers = false;
    if (trunk.id != kCarrier) continue;
    trunk.max_calls = calls;
    trunk.max_cps = per_second;
  }
  return config;
}

class TrunkLoadTest : public ::testing::Test {
 protected:
  TrunkLoadTest() { alice.register_now(); }

  void limit(std::optional<std::uint32_t> calls, std::optional<std::uint32_t> per_second) {
    world.set_config(limited_config(calls, per_second));
    world.advance(2s);
  }
  UserAgent server(const std::string& address) {
    return UserAgent::on_udp(world, {"server", "", "127.0.0.1"}, kTrunkUdp, address);
  }
  // A call out, which whoever is expected to get it refuses.
  void call_reaches(UserAgent& called) {
    alice.invite("0301234", audio_sdp(41000));
    called.reply(called.expect_request(Method::invite), 486);
    called.expect_request(Method::ack);
    alice.expect_response(486);
    carrier.expect_silence();
    backup.expect_silence();
  }
  Dialogue establish_out(Dialogue& a) {
    a = alice.invite("0301234", audio_sdp(41000));
    auto b = carrier.accept(carrier.expect_request(Method::invite), 200, audio_sdp(43000));
    alice.ack(a, alice.expect_response(200));
    carrier.expect_request(Method::ack);
    return b;
  }

  World world{limited_config({}, {})};
  UserAgent carrier = server("127.0.0.50:5060");
  UserAgent backup = server("127.0.0.51:5060");
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
};

TEST_F(TrunkLoadTest, AFullTrunkIsPassedOverForTheNextRoute) {
  limit(1, {});
  Dialogue a;
  establish_out(a);
  call_reaches(backup);
  alice.request(a, Method::bye);
  carrier.reply(carrier.expect_request(Method::bye), 200);
  alice.expect_response(200);
  call_reaches(carrier);
}

TEST_F(TrunkLoadTest, CallsInBothDirectionsCountTogether) {
  limit(1, {});
  Dialogue a;
  establish_out(a);
  carrier.invite("4930123", audio_sdp(43000), false);
  const auto refusal = carrier.expect_response(503);
  EXPECT_TRUE(refusal.has(HeaderName::retry_after));
  alice.expect_silence();
}

TEST_F(TrunkLoadTest, NoMoreCallsBeginInAnySecondThanTheRateAllows) {
  limit({}, 2);
  call_reaches(carrier);
  world.advance(600ms);
  call_reaches(carrier);
  call_reaches(backup);
  world.advance(300ms);
  call_reaches(backup);
  world.advance(100ms);
  call_reaches(carrier);  // the first is a second ago
  call_reaches(backup);
}

TEST_F(TrunkLoadTest, TheRateHoldsForCallsThatComeInToo) {
  limit({}, 1);
  call_reaches(carrier);
  carrier.invite("4930123", audio_sdp(43000), false);
  carrier.expect_response(503);
  world.advance(1s);
  carrier.invite("4930123", audio_sdp(43000), false);
  alice.expect_request(Method::invite);
}

TEST_F(TrunkLoadTest, NoLimitKeepsAnybodyFromAnEmergencyNumber) {
  Config config = limited_config(0, 0);
  config.settings["emergency_numbers"] = "110 0112";
  world.set_config(config);
  world.advance(2s);
  alice.invite("0112", audio_sdp(41000));
  EXPECT_THAT(carrier.expect_request(Method::invite).request_uri()->decoded_user(),
              ::testing::EndsWith("112"));
  call_reaches(backup);
}

TEST_F(TrunkLoadTest, ZeroMeansNone) {
  limit(0, {});
  call_reaches(backup);
  limit({}, 0);
  call_reaches(backup);
}

TEST_F(TrunkLoadTest, ATenantHasNoMoreCallsThanItsLimit) {
  Config config = limited_config({}, {});
  config.tenants[0].max_calls = 1;
  config.settings["emergency_numbers"] = "0112";
  world.set_config(config);
  world.advance(2s);
  Dialogue a;
  establish_out(a);
  alice.invite("0309999", audio_sdp(41002));
  EXPECT_TRUE(alice.expect_response(503).has(HeaderName::retry_after));
  alice.invite("0112", audio_sdp(41004));
  carrier.expect_request(Method::invite);
}

TEST_F(TrunkLoadTest, AnExtensionAtItsLimitNeitherCallsNorIsCalled) {
  Config config = limited_config({}, {});
  for (Extension& extension : config.extensions)
    if (extension.username == "alice") extension.max_calls = 1;
  world.set_config(config);
  world.advance(2s);
  Dialogue a;
  establish_out(a);
  alice.invite("0309999", audio_sdp(41002));
  alice.expect_response(503);
  carrier.invite("4930123", audio_sdp(43000), false);
  carrier.expect_response(486);
  alice.expect_silence();
  alice.request(a, Method::bye);
  carrier.reply(carrier.expect_request(Method::bye), 200);
  alice.expect_response(200);
  call_reaches(carrier);
}

TEST_F(TrunkLoadTest, LimitsHoldForCallsThatOutlivedARestart) {
  Config config = limited_config({}, {});
  config.tenants[0].max_calls = 1;
  world.set_config(config);
  world.advance(2s);
  Dialogue a;
  establish_out(a);
  world.restart_sip_core();
  world.advance(2s);
  alice.invite("0309999", audio_sdp(41002));
  alice.expect_response(503);
}

}  // namespace
}  // namespace ringfence::sip_core
