// The whole engine: calls to and from trunks, over UDP and over TLS with SRTP, and fail-over.
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
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class EngineTrunkCallTest : public ::testing::Test {
 protected:
  EngineTrunkCallTest() {
    alice.register_now();
    register_trunk();
  }
  void register_trunk() {
    const auto request = carrier.expect_request(Method::register_);
    auto success = sip::make_response(request, 200, {}, "c");
    const std::string contact(request.header(HeaderName::contact).value_or(""));
    success.add(HeaderName::contact, contact + ";expires=3600");
    carrier.send(success.serialize());
    contact_user = request.contact()->uri.user;
  }

  World world{demo_config()};
  UserAgent carrier =
      UserAgent::on_udp(world, {"carrier", "", "127.0.0.1"}, kTrunkUdp, "127.0.0.50:5060");
  UserAgent backup =
      UserAgent::on_udp(world, {"backup", "", "127.0.0.1"}, kTrunkUdp, "127.0.0.51:5060");
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  Dialogue a;
  Dialogue b;
  std::string contact_user;
};

TEST_F(EngineTrunkCallTest, APhoneCallsOutAndTheCarrierSeesOnlyUs) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto invite = carrier.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.request_uri_text()), HasSubstr("0301234@127.0.0.50"));
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("127.0.0.10")));
  EXPECT_EQ(invite.via()->host, "127.0.0.1");
  EXPECT_EQ(invite.via()->sent_by_port(), 5060);
  EXPECT_THAT(std::string(invite.body()), HasSubstr("RTP/AVP"));
  carrier.reply(invite, 183, audio_sdp(43000));
  alice.expect_response(183);
  b = carrier.accept(invite, 200, audio_sdp(43000));
  const auto success = alice.expect_response(200);
  alice.ack(a, success);
  carrier.expect_request(Method::ack);
  carrier.request(b, Method::bye);
  alice.reply(alice.expect_request(Method::bye), 200);
  carrier.expect_response(200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EngineTrunkCallTest, AnswersTheCarriersChallengeOfItsOwnInviteR066) {
  a = alice.invite("0301234", audio_sdp(41000));
  const auto invite = carrier.expect_request(Method::invite);
  auto challenge = sip::make_response(invite, 407, {}, "c");
  challenge.add(HeaderName::proxy_authenticate,
                "Digest realm=\"carrier\", nonce=\"n\", qop=\"auth\", algorithm=MD5");
  carrier.send(challenge.serialize());
  carrier.expect_request(Method::ack);
  const auto again = carrier.expect_request(Method::invite);
  EXPECT_THAT(std::string(again.header(HeaderName::proxy_authorization).value_or("")),
              HasSubstr("username=\"100\""));
  EXPECT_THAT(std::string(again.bytes()), Not(HasSubstr("carrier-password")));
  carrier.accept(again, 200, audio_sdp(43000));
  alice.ack(a, alice.expect_response(200));
  carrier.expect_request(Method::ack);
}

std::string challenged(const sip::Message& request, const std::string& realm) {
  auto challenge = sip::make_response(request, 407, {}, "c");
  challenge.add(HeaderName::proxy_authenticate,
                "Digest realm=\"" + realm + "\", nonce=\"n\", qop=\"auth\", algorithm=MD5");
  return challenge.serialize();
}

TEST_F(EngineTrunkCallTest, GivesUpOnACarrierThatAsksForCredentialsForeverF115) {
  alice.invite("0301234", audio_sdp(41000));
  std::size_t tries = 0;
  for (;; ++tries) {
    const auto next = carrier.expect_any();
    if (next.method() != Method::invite) break;
    ASSERT_LT(tries, 4U);
    carrier.send(challenged(next, "carrier"));
    carrier.expect_request(Method::ack);
    if (tries == 2) break;
  }
  EXPECT_EQ(tries, 2U) << "the first, and two with credentials";
  carrier.expect_silence();
  alice.expect_response(500);
}

TEST_F(EngineTrunkCallTest, TellsNoOtherRealmOurCredentialsF115) {
  a = alice.invite("0301234", audio_sdp(41000));
  carrier.send(challenged(carrier.expect_request(Method::invite), "carrier"));
  carrier.expect_request(Method::ack);
  carrier.accept(carrier.expect_request(Method::invite), 200, audio_sdp(43000));
  alice.ack(a, alice.expect_response(200));
  carrier.expect_request(Method::ack);
  alice.invite("0305678", audio_sdp(41010));
  carrier.send(challenged(carrier.expect_request(Method::invite), "elsewhere"));
  carrier.expect_request(Method::ack);
  carrier.expect_silence();
  EXPECT_TRUE(world.has_log("a trunk asks for credentials of another realm"));
}

TEST_F(EngineTrunkCallTest, ACallThatIsOverStaysOverWhereItsByeIsChallengedF115) {
  a = alice.invite("0301234", audio_sdp(41000));
  b = carrier.accept(carrier.expect_request(Method::invite), 200, audio_sdp(43000));
  alice.ack(a, alice.expect_response(200));
  carrier.expect_request(Method::ack);
  alice.request(a, Method::bye);
  alice.expect_response(200);
  carrier.send(challenged(carrier.expect_request(Method::bye), "carrier"));
  const auto again = carrier.expect_request(Method::bye);
  EXPECT_THAT(std::string(again.header(HeaderName::proxy_authorization).value_or("")),
              HasSubstr("username=\"100\""));
  carrier.send(challenged(again, "carrier"));
  world.advance(40s);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EngineTrunkCallTest, GoesOnToTheNextRouteWhenTheFirstCannot) {
  a = alice.invite("0301234", audio_sdp(41000));
  carrier.reply(carrier.expect_request(Method::invite), 503);
  carrier.expect_request(Method::ack);
  const auto invite = backup.expect_request(Method::invite);
  backup.accept(invite, 200, audio_sdp(43000));
  alice.ack(a, alice.expect_response(200));
  backup.expect_request(Method::ack);
}

TEST_F(EngineTrunkCallTest, DoesNotGoOnWhenTheCalleeIsBusy) {
  a = alice.invite("0301234", audio_sdp(41000));
  carrier.reply(carrier.expect_request(Method::invite), 486);
  carrier.expect_request(Method::ack);
  alice.expect_response(486);
  backup.expect_silence();
}

TEST_F(EngineTrunkCallTest, NeverPassesA503ToTheCallerR060) {
  a = alice.invite("0301234", audio_sdp(41000));
  carrier.reply(carrier.expect_request(Method::invite), 503);
  carrier.expect_request(Method::ack);
  backup.reply(backup.expect_request(Method::invite), 503);
  backup.expect_request(Method::ack);
  alice.expect_response(500);
}

TEST_F(EngineTrunkCallTest, TheCarrierReachesThePhoneByItsNumber) {
  b = carrier.invite("+4930123", audio_sdp(43000), false);
  const auto invite = alice.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("127.0.0.50")));
  alice.reply(invite, 180);
  carrier.expect_response(180);
  a = alice.accept(invite, 200, audio_sdp(41000));
  carrier.ack(b, carrier.expect_response(200));
  alice.expect_request(Method::ack);
  alice.request(a, Method::bye);
  carrier.reply(carrier.expect_request(Method::bye), 200);
  alice.expect_response(200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(EngineTrunkCallTest, ASignedIdentityPassesAsItStands) {
  auto invite = sip::OutgoingMessage::request(Method::invite, "sip:4930123@127.0.0.1:5060");
  invite.add(HeaderName::via, "SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKsigned")
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, "<sip:4977@127.0.0.50>;tag=1")
      .add(HeaderName::to, "<sip:4930123@127.0.0.1>")
      .add(HeaderName::call_id, "signed")
      .add(HeaderName::cseq, "1 INVITE")
      .add(HeaderName::contact, "<sip:4977@127.0.0.50>")
      .add("Identity",
           "eyJhbGciOiJFUzI1NiJ9.eyJkZXN0Ijp7fX0.c2ln;info=<https://c.invalid/x>;alg=ES256")
      .add("Date", "Thu, 26 Nov 2026 03:00:00 GMT")
      .body("application/sdp", audio_sdp(43000));
  carrier.send(invite.serialize());
  const auto received = alice.expect_request(Method::invite);
  EXPECT_EQ(received.header(HeaderName::identity),
            "eyJhbGciOiJFUzI1NiJ9.eyJkZXN0Ijp7fX0.c2ln;info=<https://c.invalid/x>;alg=ES256");
  EXPECT_EQ(received.header(HeaderName::date), "Thu, 26 Nov 2026 03:00:00 GMT");
}

TEST_F(EngineTrunkCallTest, TheCarrierCannotUseOurRoutes) {
  b = carrier.invite("0301234", audio_sdp(43000), false);
  carrier.expect_response(404);
  backup.expect_silence();
}

TEST_F(EngineTrunkCallTest, AbsorbsARepeatedInviteOfTheCarrier) {
  b = carrier.invite("4930123", audio_sdp(43000), false);
  const auto invite = alice.expect_request(Method::invite);
  world.advance(500ms);
  alice.expect_silence();
  EXPECT_EQ(world.engine().health().calls, 1U);
}

class EngineSecureTrunkTest : public EngineTrunkCallTest {
 protected:
  EngineSecureTrunkTest() {
    world.dns["secure.example"] = {*IpAddress::parse("127.0.0.52")};
    world.set_config(demo_config());
    world.advance(15s);
    alice.expect_silence();
  }
  UserAgent secure = UserAgent::listening(world, {"secure", "", "127.0.0.1"}, "127.0.0.52:5061");
};

TEST_F(EngineSecureTrunkTest, DialsOverTlsAndOffersSrtpOnly) {
  a = alice.invite("9301234", audio_sdp(41000));
  const auto invite = secure.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.request_uri_text()), StartsWith("sips:9301234@secure.example"));
  EXPECT_EQ(invite.via()->transport, sip::Transport::tls);
  EXPECT_THAT(std::string(invite.body()), HasSubstr("RTP/SAVP"));
  EXPECT_THAT(std::string(invite.body()), HasSubstr("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"));
  secure.accept(invite, 200, audio_sdp(43000, some_crypto('B')));
  const auto success = alice.expect_response(200);
  EXPECT_THAT(std::string(success.body()), Not(HasSubstr(std::string(40, 'B'))));
  alice.ack(a, success);
  secure.expect_request(Method::ack);
}

TEST_F(EngineSecureTrunkTest, EndsTheCallWhenTheAnswerIsPlain) {
  a = alice.invite("9301234", audio_sdp(41000));
  secure.accept(secure.expect_request(Method::invite), 200, audio_sdp(43000));
  secure.expect_request(Method::ack);
  secure.reply(secure.expect_request(Method::bye), 200);
  EXPECT_GE(alice.expect_response(488).status_code(), 400);
  EXPECT_TRUE(world.has_log("srtp-reject"));
}

TEST_F(EngineSecureTrunkTest, FailsFastWhenNobodyListensThereF112) {
  world.stop_listening(*SocketAddress::parse("127.0.0.52:5061"));
  a = alice.invite("9301234", audio_sdp(41000));
  world.advance(4s);
  alice.expect_response(503);
}

Config without(Config config, TrunkId trunk) {
  std::erase_if(config.trunks, [&](const Trunk& row) { return row.id == trunk; });
  std::erase_if(config.routes, [&](const Route& row) { return row.trunk == trunk; });
  ++config.revision;
  config.finish();
  return config;
}

TEST_F(EngineTrunkCallTest, ARemovedTrunkKeepsItsCallUntilItIsHungUp) {
  a = alice.invite("0301234", audio_sdp(41000));
  b = carrier.accept(carrier.expect_request(Method::invite), 200, audio_sdp(43000));
  alice.ack(a, alice.expect_response(200));
  carrier.expect_request(Method::ack);
  world.set_config(without(demo_config(), kCarrier));
  EXPECT_EQ(carrier.expect_request(Method::register_).header(HeaderName::expires), "0");
  EXPECT_EQ(world.engine().health().calls, 1U);
  carrier.request(b, Method::invite, audio_sdp(43002));
  alice.reply(alice.expect_request(Method::invite), 200, audio_sdp(41000));
  carrier.ack(b, carrier.expect_response(200));
  alice.expect_request(Method::ack);
  alice.request(a, Method::bye);
  carrier.reply(carrier.expect_request(Method::bye), 200);
}

TEST_F(EngineSecureTrunkTest, ARemovedTrunkKeepsItsCallUntilItIsHungUp) {
  a = alice.invite("9301234", audio_sdp(41000));
  b = secure.accept(secure.expect_request(Method::invite), 200, audio_sdp(43000, some_crypto('B')));
  alice.ack(a, alice.expect_response(200));
  secure.expect_request(Method::ack);
  world.set_config(without(demo_config(), kSecure));
  alice.request(a, Method::bye);
  secure.reply(secure.expect_request(Method::bye), 200);
  alice.expect_response(200);
  EXPECT_EQ(world.engine().health().calls, 0U);
}

// F121: what was agreed stays; what begins later is as the row says now.
TEST_F(EngineTrunkCallTest, ARunningCallKeepsItsMediaWhenTheTrunkIsSetToSrtpF121) {
  a = alice.invite("0301234", audio_sdp(41000));
  b = carrier.accept(carrier.expect_request(Method::invite), 200, audio_sdp(43000));
  alice.ack(a, alice.expect_response(200));
  carrier.expect_request(Method::ack);
  Config config = demo_config();
  config.trunks.front().srtp = true;
  config.revision = 2;
  config.finish();
  world.set_config(config);
  carrier.expect_silence();  // its registration stands
  alice.request(a, Method::invite, audio_sdp(41002));
  EXPECT_THAT(std::string(carrier.expect_request(Method::invite).body()), HasSubstr("RTP/AVP"));
  alice.invite("0305678", audio_sdp(41010));
  EXPECT_THAT(std::string(carrier.expect_request(Method::invite).body()), HasSubstr("RTP/SAVP"));
}

TEST_F(EngineTrunkCallTest, LeavesATrunkForTheNextRouteWhichTakesNoneOfTheCodecs) {
  Config config = demo_config();
  config.trunks.front().media_terms =
      std::make_shared<const MediaTerms>(MediaTerms{{"G722"}, {}, {}, false, false});
  config.revision = 2;
  config.finish();
  world.set_config(config);
  a = alice.invite("0301234", audio_sdp(41000));
  backup.expect_request(Method::invite);
  carrier.expect_silence();
}

TEST_F(EngineTrunkCallTest, LeavesATrunkThatDoesNotAnswerOptionsForTheNextRouteAtOnceF112) {
  Config config = demo_config();
  config.trunks.front().options_interval = 60s;
  config.revision = 2;
  config.finish();
  world.set_config(config);
  world.advance(10ms);
  carrier.expect_request(Method::options);
  world.advance(11s);
  EXPECT_TRUE(world.has_log("trunk-down"));
  EXPECT_EQ(world.engine().health().trunks.front().state, "down");
  a = alice.invite("0301234", audio_sdp(41000));
  backup.expect_request(Method::invite);
}

TEST_F(EngineTrunkCallTest, AnswersACarrierUnderTheNameThatItKnowsUsBy) {
  Config config = demo_config();
  config.trunks.front().contact_host = "sbc.customer.example";
  config.revision = 2;
  config.finish();
  world.set_config(config);
  EXPECT_EQ(carrier.expect_request(Method::register_).header(HeaderName::expires), "0");
  register_trunk();
  b = carrier.invite("+4930123", audio_sdp(43000), false);
  alice.reply(alice.expect_request(Method::invite), 180);
  const auto ringing = carrier.expect_response(180);
  EXPECT_THAT(std::string(ringing.header(HeaderName::contact).value_or("")),
              HasSubstr("@sbc.customer.example:5060"));
}

TEST_F(EngineTrunkCallTest, TheCarrierReachesThePhoneHoweverItWritesTheNumber) {
  Config config = demo_config();
  config.trunks.front().country_code = "49";
  config.dids.push_back({kDemo, "03077665544", "ext:alice"});
  config.dids.push_back({kDemo, "493099887766", "ext:alice"});
  config.revision = 2;
  config.finish();
  world.set_config(config);
  for (const char* number : {"+493077665544", "03099887766", "004930-99887766"}) {
    b = carrier.invite(number, audio_sdp(43000), false);
    alice.reply(alice.expect_request(Method::invite), 486);
    carrier.expect_response(486);
    alice.expect_request(Method::ack);
  }
}

}  // namespace
}  // namespace ringfence::sip_core
