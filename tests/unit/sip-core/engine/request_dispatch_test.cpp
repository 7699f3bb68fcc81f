#include "sip-core/engine/request_dispatch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::Method;
using ::testing::HasSubstr;

std::string request(const std::string& method, const std::string& uri,
                    const std::string& extra = "") {
  static int count = 0;
  const std::string n = std::to_string(++count);
  return method + ' ' + uri + " SIP/2.0\r\nVia: SIP/2.0/TLS h;branch=z9hG4bKd" + n +
         ";rport\r\nFrom: <sip:alice@demo.example>;tag=" + n +
         "\r\nTo: <sip:bob@demo.example>\r\nCall-ID: d" + n + "\r\nCSeq: 1 " + method + "\r\n" +
         extra + "Content-Length: 0\r\n\r\n";
}

class RequestDispatchTest : public ::testing::Test {
 protected:
  UserAgent on_tls(ListenerId listener, const std::string& domain = "demo.example") {
    return UserAgent::on_stream(world, {"alice", "alice-password", domain}, listener,
                                "127.0.0.10:40001");
  }
  World world{demo_config()};
};

TEST_F(RequestDispatchTest, AnswersOptionsWithWhatItCan) {
  auto alice = on_tls(kPublicTls);
  alice.send(request("OPTIONS", "sip:demo.example"));
  const auto answer = alice.expect_response(200);
  EXPECT_TRUE(answer.lists(sip::HeaderName::allow, "INVITE"));
  EXPECT_EQ(answer.header(sip::HeaderName::accept), "application/sdp");
  EXPECT_TRUE(answer.has(sip::HeaderName::accept_encoding));
  EXPECT_TRUE(answer.has(sip::HeaderName::accept_language));
}

TEST_F(RequestDispatchTest, OptionsToSomebodyAreAnsweredAsAnInviteWouldBe) {
  auto alice = on_tls(kPublicTls);
  auto bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                  "127.0.0.11:40002");
  alice.submit(sip::OutgoingMessage::request(Method::options, "sip:nobody@demo.example"));
  alice.expect_response(404);
  alice.submit(sip::OutgoingMessage::request(Method::options, "sip:bob@demo.example"));
  alice.expect_response(480);
  bob.register_now();
  alice.submit(sip::OutgoingMessage::request(Method::options, "sip:bob@demo.example"));
  EXPECT_TRUE(alice.expect_response(200).has(sip::HeaderName::allow));
  bob.expect_silence();
}

TEST_F(RequestDispatchTest, WhoDoesNotSayWhoItIsLearnsOfNobodyR150) {
  auto alice = on_tls(kPublicTls);
  for (const char* method : {"OPTIONS", "MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO",
                             "REFER", "UPDATE", "PRACK", "BYE", "NEWMETHOD"}) {
    alice.send(request(method, "sip:nobody@demo.example"));
    alice.expect_response(407);
    alice.send(request(method, "sip:bob@demo.example"));
    alice.expect_response(407);
  }
}

TEST_F(RequestDispatchTest, AnUnknownMethodIsNotImplementedR041) {
  auto alice = on_tls(kPublicTls);
  alice.submit(sip::OutgoingMessage::request("NEWMETHOD", "sip:demo.example"));
  EXPECT_TRUE(alice.expect_response(501).has(sip::HeaderName::allow));
}

TEST_F(RequestDispatchTest, AKnownMethodThatWeDoNotTakeIsNotAllowedR041) {
  auto alice = on_tls(kPublicTls);
  for (const Method method : {Method::publish, Method::subscribe}) {
    alice.submit(sip::OutgoingMessage::request(method, "sip:bob@demo.example"));
    EXPECT_TRUE(alice.expect_response(405).has(sip::HeaderName::allow));
  }
}

TEST_F(RequestDispatchTest, ReferAndNotifyHaveNoMeaningOutsideACall) {
  auto alice = on_tls(kPublicTls);
  alice.submit(sip::OutgoingMessage::request(Method::refer, "sip:bob@demo.example"));
  alice.expect_response(403);
  alice.submit(sip::OutgoingMessage::request(Method::notify, "sip:bob@demo.example"));
  alice.expect_response(481);
}

TEST_F(RequestDispatchTest, ARequiredExtensionThatIsUnknownIsNamedR046) {
  auto alice = on_tls(kPublicTls);
  alice.send(request("OPTIONS", "sip:demo.example", "Require: nothingSupportsThis\r\n"));
  const auto answer = alice.expect_response(420);
  EXPECT_EQ(answer.header(sip::HeaderName::unsupported), "nothingSupportsThis");
}

TEST_F(RequestDispatchTest, AByeOutsideAnyDialogGets481R054) {
  auto alice = on_tls(kPublicTls);
  alice.submit(sip::OutgoingMessage::request(Method::bye, "sip:bob@demo.example"));
  alice.expect_response(481);
}

TEST_F(RequestDispatchTest, ADomainThatNobodyHasGets404) {
  auto alice = on_tls(kPublicTls, "");
  alice.send(request("INVITE", "sip:bob@elsewhere.example"));
  alice.expect_response(404);
}

TEST_F(RequestDispatchTest, ACallIsChallengedBeforeAnythingElse) {
  auto alice = on_tls(kPublicTls);
  alice.send(request("INVITE", "sip:nobody@demo.example"));
  EXPECT_TRUE(alice.expect_response(407).has(sip::HeaderName::proxy_authenticate));
}

TEST_F(RequestDispatchTest, EveryMethodIsAskedForCredentialsR150) {
  auto alice = on_tls(kPublicTls);
  for (const char* method : {"MESSAGE", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER", "UPDATE",
                             "PRACK", "BYE", "OPTIONS", "NEWMETHOD"}) {
    alice.send(request(method, "sip:bob@demo.example"));
    EXPECT_EQ(alice.expect_response(407).count(sip::HeaderName::proxy_authenticate), 2U) << method;
  }
}

// R151: a source is reported past a threshold of its own, so that a mistyped password closes no
// port for the others who are behind the same address.
TEST_F(RequestDispatchTest, GuessingBeyondMeasurePenalisesTheSource) {
  for (int i = 0; i < 70; ++i) {
    auto mallory = UserAgent::on_stream(world, {"alice", "guess", "demo.example"}, kPublicTls,
                                        "127.0.0.66:" + std::to_string(30000 + i));
    mallory.invite("bob", audio_sdp(40000));
    EXPECT_TRUE(mallory.expect_response(407).has(sip::HeaderName::proxy_authenticate));
    EXPECT_EQ(world.penalised.size(), i < 60 ? 0U : static_cast<std::size_t>(i - 59));
  }
  EXPECT_EQ(world.count_log("auth-fail"), 1U);
}

TEST_F(RequestDispatchTest, AStrangerOnATrunkStreamGets403) {
  auto stranger = on_tls(kTrunkTls);
  stranger.send(request("INVITE", "sip:4930123@127.0.0.1"));
  stranger.expect_response(403);
}

TEST_F(RequestDispatchTest, ANameOfOneTenantDoesNotReachAnotherR184) {
  Config config = demo_config();
  config.tenants.push_back({TenantId{2}, "other", "other.example", false});
  config.revision = 2;
  config.finish();
  world.set_config(config);
  auto alice = on_tls(kPublicTls, "other.example");
  alice.send(request("INVITE", "sip:bob@demo.example"));
  alice.expect_response(403);
}

TEST_F(RequestDispatchTest, ATrunkDoesNotRegisterHere) {
  auto backup = UserAgent::on_udp(world, {"b", "", "demo.example"}, kTrunkUdp, "127.0.0.51:5060");
  const auto answer = backup.send_register(600);
  EXPECT_EQ(answer.status_code(), 405);
}

AclRule forced_deny(AclKind kind, const std::string& pattern) {
  AclRule rule;
  rule.id = 7;
  rule.kind = kind;
  rule.pattern = pattern;
  rule.force = true;
  return rule;
}

// R176: one gate for every transport, before anybody is asked who he is.
TEST_F(RequestDispatchTest, RulesHoldForStreamsAndDatagramsAlikeAndBeforeAuthentication) {
  auto config = demo_config();
  config.acl_rules = {forced_deny(AclKind::cidr, "127.0.0.0/28")};
  world.set_config(config);
  auto stream = on_tls(kPublicTls);
  stream.send(request("INVITE", "sip:bob@demo.example"));
  stream.expect_response(403);
  auto datagrams = UserAgent::on_udp(world, {"alice", "alice-password", "demo.example"}, kPublicUdp,
                                     "127.0.0.11:40002");
  datagrams.send(request("INVITE", "sip:bob@demo.example"));
  datagrams.expect_silence();  // nobody learns of us
  EXPECT_EQ(world.count_log("acl-deny"), 2U);
}

TEST_F(RequestDispatchTest, InShadowModeRulesOnlyTell) {
  auto config = demo_config();
  config.acl_rules = {forced_deny(AclKind::sip_user, "alice")};
  config.settings["acl_mode"] = "shadow";
  world.set_config(config);
  auto alice = on_tls(kPublicTls);
  alice.send(request("INVITE", "sip:bob@demo.example"));
  alice.expect_response(407);
  EXPECT_EQ(world.count_log("acl-shadow"), 1U);
  EXPECT_EQ(world.count_log("acl-deny"), 0U);
}

TEST_F(RequestDispatchTest, WhileItDrainsOnlyEmergencyCallsAreNew) {
  auto config = demo_config();
  config.settings["emergency_numbers"] = "0112";
  world.set_config(config);
  auto alice = on_tls(kPublicTls);
  alice.register_now();
  Actions actions;
  world.engine().step(DrainRequested{}, TimePoint(std::chrono::hours(1)), actions);
  EXPECT_TRUE(world.engine().health().draining);
  alice.invite("0301234", "");
  alice.expect_response(503);
  auto replacing = sip::OutgoingMessage::request(Method::invite, "sip:bob@demo.example");
  replacing.add(sip::HeaderName::contact, alice.contact())
      .add(sip::HeaderName::replaces, "none;to-tag=1;from-tag=2");
  alice.submit(replacing);
  alice.expect_response(481);  // of a call that there is, it would have been heard
  auto message = sip::OutgoingMessage::request(Method::message, "sip:nobody@demo.example");
  message.body("text/plain", "hello");
  alice.submit(message);
  alice.expect_response(404);
  alice.invite("0112", "");
  EXPECT_EQ(alice.expect_response(100).status_code(), 100);
}

}  // namespace
}  // namespace ringfence::sip_core
