// The whole engine: trunks with several targets, and what becomes of requests when one of them
// fails (RFC 3263 §4.3, R097, R098).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;

constexpr std::string_view kDomain = "telco.example";

// The carrier trunk is a domain with two servers; the backup route is another trunk.
Config located_config() {
  Config config = demo_config();
  for (Trunk& trunk : config.trunks) {
    if (trunk.id == kCarrier) trunk.host = kDomain;
    if (trunk.id == kCarrier) trunk.registers = false;
  }
  return config;
}

// The DNS knows before anybody asks.
struct LocatedWorld {
  LocatedWorld() {
    const std::string service = "_sip._udp.pool.example";
    world.dns_naptr[std::string(kDomain)] = {{1, 1, "s", "SIP+D2U", "", service}};
    world.dns_srv[service] = {{1, 1, 5071, "one.example"}, {2, 1, 5072, "two.example"}};
    world.dns["one.example"] = {*IpAddress::parse("127.0.0.61")};
    world.dns["two.example"] = {*IpAddress::parse("127.0.0.62")};
  }
  World world{located_config()};
};

class EngineLocationTest : public ::testing::Test, public LocatedWorld {
 protected:
  EngineLocationTest() { alice.register_now(); }
  UserAgent server(const std::string& address) {
    return UserAgent::on_udp(world, {"server", "", "127.0.0.1"}, kTrunkUdp, address);
  }
  void establish(UserAgent& on, const sip::Message& invite) {
    on.accept(invite, 200, audio_sdp(43000));
    alice.ack(a, alice.expect_response(200));
    on.expect_request(Method::ack);
  }
  static std::string branch_of(const sip::Message& request) {
    return std::string(request.via()->branch);
  }

  UserAgent one = server("127.0.0.61:5071");
  UserAgent two = server("127.0.0.62:5072");
  UserAgent backup = server("127.0.0.51:5060");
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  Dialogue a;
};

TEST_F(EngineLocationTest, CallsTheBestTargetThatTheDnsNames) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto invite = one.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.request_uri_text()), HasSubstr("0301234@telco.example"));
  establish(one, invite);
  two.expect_silence();
}

TEST_F(EngineLocationTest, A503MovesTheCallToTheNextTargetWithANewBranchR097) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto first = one.expect_request(Method::invite);
  one.reply(first, 503);
  one.expect_request(Method::ack);  // R098
  const auto second = two.expect_request(Method::invite);
  EXPECT_NE(branch_of(first), branch_of(second));
  establish(two, second);
  backup.expect_silence();
}

TEST_F(EngineLocationTest, ASilentTargetIsLeftAfterTwoSecondsR097) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto first = one.expect_request(Method::invite);
  world.advance(1800ms);
  // Retransmissions go to the same target (R098).
  EXPECT_EQ(branch_of(one.expect_request(Method::invite)), branch_of(first));
  EXPECT_EQ(branch_of(one.expect_request(Method::invite)), branch_of(first));
  two.expect_silence();
  world.advance(200ms);
  const auto second = two.expect_request(Method::invite);
  EXPECT_NE(branch_of(first), branch_of(second));
  establish(two, second);
  // The next call does not try the dead one first.
  alice.request(a, Method::bye);
  two.reply(two.expect_request(Method::bye), 200);
  alice.expect_response(200);
  a = alice.invite("0301235", audio_sdp(41000));
  establish(two, two.expect_request(Method::invite));
}

TEST_F(EngineLocationTest, ATargetThatRingsTooLateIsCancelled) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto first = one.expect_request(Method::invite);
  world.advance(2s);
  one.expect_request(Method::invite);
  one.expect_request(Method::invite);
  establish(two, two.expect_request(Method::invite));
  one.reply(first, 180);
  EXPECT_EQ(branch_of(one.expect_request(Method::cancel)), branch_of(first));
}

TEST_F(EngineLocationTest, ATargetThatAnswersTooLateIsThankedAndLeft) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto first = one.expect_request(Method::invite);
  world.advance(2s);
  one.expect_request(Method::invite);
  one.expect_request(Method::invite);
  establish(two, two.expect_request(Method::invite));
  one.accept(first, 200, audio_sdp(44000));
  one.expect_request(Method::ack);
  one.reply(one.expect_request(Method::bye), 200);
  alice.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
}

// F112: however many targets a trunk has, its silence lasts less than four seconds.
TEST_F(EngineLocationTest, ATrunkWhoseTargetsAreAllSilentIsLeftWithinFourSecondsF112) {
  a = alice.invite("0301234", audio_sdp(41000));
  world.advance(3800ms);
  backup.expect_silence();
  world.advance(200ms);
  establish(backup, backup.expect_request(Method::invite));
}

TEST_F(EngineLocationTest, ARetryAfterIsHeldForTheTargetThatSentItR097) {
  a = alice.invite("0301234", audio_sdp(41000));
  auto refusal = sip::make_response(one.expect_request(Method::invite), 503, {}, "t");
  refusal.add_number(HeaderName::retry_after, 60);
  one.send(refusal.serialize());
  one.expect_request(Method::ack);
  two.reply(two.expect_request(Method::invite), 486);
  two.expect_request(Method::ack);
  alice.expect_response(486);
  world.advance(50s);
  a = alice.invite("0301235", audio_sdp(41000));
  two.reply(two.expect_request(Method::invite), 486);
  two.expect_request(Method::ack);
  alice.expect_response(486);
  world.advance(11s);
  a = alice.invite("0301236", audio_sdp(41000));
  one.expect_request(Method::invite);
}

TEST_F(EngineLocationTest, ABusyCalleeIsNoReasonToTryAnotherTarget) {
  a = alice.invite("0301234", audio_sdp(41000));
  one.reply(one.expect_request(Method::invite), 486);
  one.expect_request(Method::ack);
  alice.expect_response(486);
  two.expect_silence();
}

TEST_F(EngineLocationTest, AChallengeIsAnsweredWhereItCameFrom) {
  a = alice.invite("0301234", audio_sdp(41000));
  one.reply(one.expect_request(Method::invite), 503);
  one.expect_request(Method::ack);
  const auto invite = two.expect_request(Method::invite);
  auto challenge = sip::make_response(invite, 407, {}, "c");
  challenge.add(HeaderName::proxy_authenticate,
                "Digest realm=\"carrier\", nonce=\"n\", qop=\"auth\", algorithm=MD5");
  two.send(challenge.serialize());
  two.expect_request(Method::ack);
  establish(two, two.expect_request(Method::invite));
  one.expect_silence();
}

TEST_F(EngineLocationTest, CancelGoesWhereTheInviteWentR098) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto invite = one.expect_request(Method::invite);
  one.reply(invite, 180);
  alice.expect_response(180);
  alice.cancel(a);
  const auto cancel = one.expect_request(Method::cancel);
  EXPECT_EQ(branch_of(cancel), branch_of(invite));
  two.expect_silence();
}

TEST_F(EngineLocationTest, KnowsATrunkByTheTargetsOfItsServiceRecords) {
  // 127.0.0.62 is in no row: the DNS says that the carrier may call from there.
  two.invite("4930123", audio_sdp(43000), false);
  alice.expect_request(Method::invite);
}

TEST_F(EngineLocationTest, TellsTheTlsFrontWhereTrunksSpeakFromAndAgainWhenItIsNew) {
  const auto told = [&](const char* address) {
    return std::ranges::find(world.trunk_sources, *IpNetwork::parse(address)) !=
           world.trunk_sources.end();
  };
  EXPECT_TRUE(told("127.0.0.61") && told("127.0.0.62") && told("127.0.0.51"));
  world.trunk_sources.clear();
  world.lose_tls_front();
  EXPECT_TRUE(told("127.0.0.61") && told("127.0.0.51"));
}

TEST_F(EngineLocationTest, AFailingNameServerMovesNoTrunkR100) {
  world.dns_fails = true;
  world.advance(10min);
  a = alice.invite("0301234", audio_sdp(41000));
  establish(one, one.expect_request(Method::invite));
  EXPECT_GE(world.count_log("the name server fails"), 1U);
  EXPECT_LE(world.count_log("the name server fails"), 4U);  // one for each of its records
}

TEST_F(EngineLocationTest, ATrunkMayHoldOneCallThoughItTriesTwoTargets) {
  Config config = located_config();
  for (Trunk& trunk : config.trunks) {
    if (trunk.id == kCarrier) trunk.max_calls = 1;
    if (trunk.id == kCarrier) trunk.max_cps = 1;
  }
  world.set_config(config);
  a = alice.invite("0301234", audio_sdp(41000));
  one.reply(one.expect_request(Method::invite), 503);
  one.expect_request(Method::ack);
  establish(two, two.expect_request(Method::invite));
  world.advance(2s);
  auto second = alice.invite("0301235", audio_sdp(41002));
  backup.expect_request(Method::invite);  // the trunk is full
}

class EngineLocatedRegistrationTest : public EngineLocationTest {
 protected:
  EngineLocatedRegistrationTest() {
    Config config = located_config();
    for (Trunk& trunk : config.trunks)
      trunk.registers = trunk.id == kCarrier;
    world.set_config(config);
  }
  void grant(UserAgent& on, const sip::Message& request) {
    auto success = sip::make_response(request, 200, {}, "c");
    const std::string contact(request.header(HeaderName::contact).value_or(""));
    success.add(HeaderName::contact, contact + ";expires=3600");
    on.send(success.serialize());
  }
};

TEST_F(EngineLocatedRegistrationTest, ARegistrationMovesOnFromASilentTargetR097) {
  one.expect_request(Method::register_);
  world.advance(2s);
  grant(two, two.expect_request(Method::register_));
  EXPECT_TRUE(world.has_log("REGISTER OK carrier"));
}

TEST_F(EngineLocatedRegistrationTest, ARegistrationMovesOnAfterA503R097) {
  one.reply(one.expect_request(Method::register_), 503);
  grant(two, two.expect_request(Method::register_));
  EXPECT_TRUE(world.has_log("REGISTER OK carrier"));
  EXPECT_FALSE(world.has_log("REGISTER FAILED carrier"));
}

TEST_F(EngineLocatedRegistrationTest, AnAttemptFailsOnceEveryTargetHas) {
  one.reply(one.expect_request(Method::register_), 503);
  two.reply(two.expect_request(Method::register_), 503);
  EXPECT_EQ(world.count_log("REGISTER FAILED carrier"), 1U);
  one.expect_silence();
}

TEST_F(EngineLocationTest, CountsWhatNoNameServerAnswersF116) {
  world.dns_fails = true;
  world.advance(70s);  // what was known is asked for again
  const auto counters = world.engine().health().counters;
  const auto errors = std::ranges::find(counters, "dns_errors_total", [](const auto& counter) {
    return std::string_view(counter.first);
  });
  ASSERT_NE(errors, counters.end());
  EXPECT_GT(errors->second, 0U);
  a = alice.invite("0301234", audio_sdp(41000));
  establish(one, one.expect_request(Method::invite));
}

}  // namespace
}  // namespace ringfence::sip_core
