// A call from alice, who is on TLS, to bob, who is on UDP and knows no SRTP, in the whole engine.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {

inline Config config_with_policies(SrtpPolicy alice, SrtpPolicy bob) {
  Config config = simulation::demo_config();
  config.extensions[0].srtp = alice;
  config.extensions[1].srtp = bob;
  config.finish();
  return config;
}

class CallFixture : public ::testing::Test {
 protected:
  explicit CallFixture(Config config = config_with_policies(SrtpPolicy::preferred, SrtpPolicy::off))
      : world(std::move(config)) {
    alice.register_now();
    bob.register_now();
  }
  // Knows RFC 3262 and RFC 3311.
  static void is_modern(simulation::UserAgent& agent) {
    agent.says = {{sip::HeaderName::supported, "100rel"},
                  {sip::HeaderName::allow, "INVITE, ACK, CANCEL, BYE, PRACK, UPDATE"}};
  }
  void establish(const std::string& offer = simulation::audio_sdp(41000,
                                                                  simulation::some_crypto('A'))) {
    a = alice.invite("bob", offer);
    b = bob.accept(bob.expect_request(sip::Method::invite), 200, simulation::audio_sdp(42000));
    const auto success = alice.expect_response(200);
    alice.ack(a, success);
    bob.expect_request(sip::Method::ack);
  }
  void expect_call_goes_on() {
    EXPECT_EQ(world.engine().health().calls, 1U);
    EXPECT_EQ(world.sessions.size(), 1U);
  }
  void expect_no_call() {
    EXPECT_EQ(world.engine().health().calls, 0U);
    EXPECT_TRUE(world.sessions.empty());
  }
  // The caller hangs up.
  void hang_up() {
    alice.request(a, sip::Method::bye);
    bob.reply(bob.expect_request(sip::Method::bye), 200);
    alice.expect_response(200);
    expect_no_call();
  }
  const SetMediaSession& session() { return world.sessions.begin()->second; }

  simulation::World world;
  simulation::UserAgent alice =
      simulation::UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                       simulation::kPublicTls, "127.0.0.10:40001");
  simulation::UserAgent bob = simulation::UserAgent::on_udp(
      world, {"bob", "bob-password", "demo.example"}, simulation::kPublicUdp, "127.0.0.11:40002");
  simulation::Dialogue a;
  simulation::Dialogue b;
};

}  // namespace ringfence::sip_core
