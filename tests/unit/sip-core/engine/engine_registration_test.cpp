// The whole engine: phones that register, and trunks that we register with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;

class EngineRegistrationTest : public ::testing::Test {
 protected:
  UserAgent phone() {
    return UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"}, kPublicTls,
                                "127.0.0.10:40001");
  }
  UserAgent carrier() {
    return UserAgent::on_udp(world, {"carrier", "", "127.0.0.50"}, kTrunkUdp, "127.0.0.50:5060");
  }
  std::string trunk_state(TrunkId id) {
    for (const TrunkState& state : world.engine().health().trunks) {
      if (state.trunk == id) return state.state;
    }
    return "none";
  }
  World world{demo_config()};
};

TEST_F(EngineRegistrationTest, APhoneRegistersWithDigestOverTls) {
  auto alice = phone();
  alice.register_now();
  EXPECT_EQ(world.engine().health().registrations, 1U);
  EXPECT_EQ(world.unfinished_messages(), 0U);
}

TEST_F(EngineRegistrationTest, ARegistrationThatCannotBeWrittenIsRefusedR061F027) {
  auto alice = phone();
  world.commits_fail = true;
  const auto challenge = alice.send_register(600);
  EXPECT_EQ(challenge.status_code(), 401);
  world.commits_fail = false;
  EXPECT_EQ(world.engine().health().registrations, 0U);
}

TEST_F(EngineRegistrationTest, ARegistrationEndsWhenItExpires) {
  auto alice = phone();
  alice.register_now(600);
  world.advance(601s);
  EXPECT_EQ(world.engine().health().registrations, 0U);
}

TEST_F(EngineRegistrationTest, ARegistrationSurvivesARestart) {
  auto alice = phone();
  alice.register_now();
  world.restart_sip_core();
  EXPECT_EQ(world.engine().health().registrations, 1U);
}

TEST_F(EngineRegistrationTest, AChallengeSurvivesARestartR142) {
  auto alice = phone();
  const auto challenge = alice.send_register(600);
  world.restart_sip_core();
  EXPECT_EQ(alice.answer_register(600, challenge).status_code(), 200);
}

TEST_F(EngineRegistrationTest, WeRegisterWithATrunkAndAnswerItsChallenge) {
  auto peer = carrier();
  const auto first = peer.expect_request(sip::Method::register_);
  auto challenge = sip::make_response(first, 401, {}, "c");
  challenge.add(sip::HeaderName::www_authenticate,
                "Digest realm=\"carrier\", nonce=\"n\", qop=\"auth\", algorithm=MD5");
  peer.send(challenge.serialize());
  const auto second = peer.expect_request(sip::Method::register_);
  EXPECT_TRUE(second.has(sip::HeaderName::authorization));
  EXPECT_EQ(second.cseq()->number, first.cseq()->number + 1);
  auto success = sip::make_response(second, 200, {}, "c");
  success.add(sip::HeaderName::contact,
              std::string(second.header(sip::HeaderName::contact).value_or("")) + ";expires=300");
  peer.send(success.serialize());
  EXPECT_EQ(trunk_state(kCarrier), "registered");
  EXPECT_TRUE(world.has_log("REGISTER OK carrier"));
}

TEST_F(EngineRegistrationTest, ATrunkThatNeverAnswersHasFailed) {
  world.advance(33s);
  EXPECT_EQ(trunk_state(kCarrier), "failed");
  EXPECT_TRUE(world.has_log("REGISTER FAILED carrier"));
}

TEST_F(EngineRegistrationTest, OrderlyEndUnregistersAndThenIsDrained) {
  auto peer = carrier();
  const auto first = peer.expect_request(sip::Method::register_);
  auto success = sip::make_response(first, 200, {}, "c");
  success.add(sip::HeaderName::contact,
              std::string(first.header(sip::HeaderName::contact).value_or("")) + ";expires=300");
  peer.send(success.serialize());
  world.shut_down();
  const auto leave = peer.expect_request(sip::Method::register_);
  EXPECT_FALSE(world.drained);
  peer.reply(leave, 200);
  EXPECT_TRUE(world.drained);
}

TEST_F(EngineRegistrationTest, OrderlyEndWaitsNoLongerThanItsGrace) {
  auto peer = carrier();
  const auto first = peer.expect_request(sip::Method::register_);
  auto success = sip::make_response(first, 200, {}, "c");
  success.add(sip::HeaderName::contact,
              std::string(first.header(sip::HeaderName::contact).value_or("")) + ";expires=300");
  peer.send(success.serialize());
  world.shut_down();
  world.advance(4s);
  EXPECT_TRUE(world.drained);
}

}  // namespace
}  // namespace ringfence::sip_core
