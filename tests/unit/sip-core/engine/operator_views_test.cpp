// What operators and traces are told: lists of calls and registrations, the legs of a call.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::Method;
using ::testing::ElementsAre;

class OperatorViewsTest : public ::testing::Test {
 protected:
  OperatorViewsTest() {
    alice.register_now(600);
    bob.register_now(300);
  }
  std::vector<std::string> extensions_of(const RegistrationPage& page) {
    std::vector<std::string> names;
    for (const RegistrationView& row : page.rows)
      names.push_back(row.extension);
    return names;
  }
  TimePoint now() { return TimePoint(1h); }

  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                       "127.0.0.11:40002");
};

TEST_F(OperatorViewsTest, ACallIsListedWithBothLegsFromTheFirstRingingToItsEnd) {
  EXPECT_TRUE(world.engine().calls().empty());
  auto a = alice.invite("bob", offered_crypto_sdp(41000, some_crypto('A')));
  const auto invite = bob.expect_request(Method::invite);
  ASSERT_EQ(world.engine().calls().size(), 1U);
  EXPECT_EQ(world.engine().calls()[0].state, CallState::calling);
  bob.reply(invite, 180);
  EXPECT_EQ(world.engine().calls()[0].state, CallState::early);
  alice.expect_response(180);
  bob.accept(invite, 200, offered_crypto_sdp(42000, some_crypto('B')));
  const auto success = alice.expect_response(200);
  alice.ack(a, success);
  const CallView call = world.engine().calls().at(0);
  EXPECT_EQ(call.state, CallState::answered);
  EXPECT_EQ(call.tenant, "demo");
  EXPECT_EQ(call.from, "alice");
  EXPECT_EQ(call.to, "bob");
  EXPECT_EQ(call.a.call_id, a.call_id);
  EXPECT_EQ(call.a.extension, "alice");
  EXPECT_EQ(call.a.srtp_suite, "AES_CM_128_HMAC_SHA1_80");
  ASSERT_TRUE(call.b);
  EXPECT_EQ(call.b->extension, "bob");
  EXPECT_EQ(call.b->transport, TransportKind::tls);
  EXPECT_EQ(call.b->remote->to_string(), "127.0.0.11:40002");
  bob.expect_request(Method::ack);
  alice.request(a, Method::bye);
  alice.expect_response(200);
  EXPECT_EQ(world.engine().calls().at(0).state, CallState::ending);
}

TEST_F(OperatorViewsTest, BothLegsOfACallAreToldByTheirCallIdsAndForgottenOnce) {
  auto a = alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  ASSERT_EQ(world.legs.size(), 2U);
  EXPECT_EQ(world.legs[0].call, world.legs[1].call);
  EXPECT_EQ(world.legs[0].side, CallSide::a);
  EXPECT_EQ(world.legs[0].call_id, a.call_id);
  EXPECT_EQ(world.legs[0].extension, "alice");
  EXPECT_EQ(world.legs[1].side, CallSide::b);
  EXPECT_EQ(world.legs[1].call_id, invite.call_id());
  EXPECT_EQ(world.legs[1].extension, "bob");
  bob.reply(invite, 486);
  bob.expect_request(Method::ack);
  alice.expect_response(486);
  world.advance(120s);
  EXPECT_THAT(world.forgotten, ElementsAre(world.legs[0].call));
}

TEST_F(OperatorViewsTest, ARestoredCallIsToldAgain) {
  auto a = alice.invite("bob", offered_crypto_sdp(41000, some_crypto('A')));
  bob.accept(bob.expect_request(Method::invite), 200, offered_crypto_sdp(42000, some_crypto('B')));
  alice.ack(a, alice.expect_response(200));
  world.legs.clear();
  world.restart_sip_core();
  ASSERT_EQ(world.legs.size(), 2U);
  EXPECT_EQ(world.legs[0].call_id, a.call_id);
  ASSERT_EQ(world.engine().calls().size(), 1U);
  EXPECT_EQ(world.engine().calls()[0].a.srtp_suite, "SRTP") << "the keys are the worker's alone";
}

TEST_F(OperatorViewsTest, RegistrationsComeInPages) {
  const auto all = world.engine().registrations(std::nullopt, 100, now());
  EXPECT_THAT(extensions_of(all), ElementsAre("alice", "bob"));
  EXPECT_FALSE(all.more_after);
  EXPECT_EQ(all.rows[0].tenant, "demo");
  EXPECT_EQ(all.rows[0].transport, TransportKind::tls);
  EXPECT_EQ(all.rows[0].remote->to_string(), "127.0.0.10:40001");
  EXPECT_EQ(all.rows[0].expires_in, 600s);
  EXPECT_EQ(all.rows[1].expires_in, 300s);
  const auto first = world.engine().registrations(std::nullopt, 1, now());
  EXPECT_THAT(extensions_of(first), ElementsAre("alice"));
  ASSERT_TRUE(first.more_after);
  const auto second = world.engine().registrations(first.more_after, 1, now());
  EXPECT_THAT(extensions_of(second), ElementsAre("bob"));
  EXPECT_FALSE(second.more_after);
}

TEST_F(OperatorViewsTest, FlowsHaveBothEndsWhileTheyAreOpen) {
  const auto ends = world.engine().ends_of(Flow(*alice.connection()));
  ASSERT_TRUE(ends);
  EXPECT_EQ(ends->transport, TransportKind::tls);
  EXPECT_EQ(ends->remote.to_string(), "127.0.0.10:40001");
  const UdpFlow udp{kPublicUdp, *SocketAddress::parse("192.0.2.1:5062")};
  EXPECT_EQ(world.engine().ends_of(udp)->local.port, world.config()->listener(kPublicUdp)->port);
  world.disconnect(*alice.connection());
  world.run();
  EXPECT_FALSE(world.engine().ends_of(Flow(ConnectionId{1, 1})));
}

}  // namespace
}  // namespace ringfence::sip_core
