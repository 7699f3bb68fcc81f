// Pager-mode MESSAGE (RFC 3428) through the whole engine.
#include "sip-core/message_relay/message_relay.hpp"

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

sip::OutgoingMessage text_to(const std::string& user, const std::string& text = "Hello, Bob") {
  auto message = sip::OutgoingMessage::request(Method::message, "sip:" + user + "@demo.example");
  message.body("text/plain;charset=UTF-8", text);
  return message;
}

class MessageRelayTest : public ::testing::Test {
 protected:
  MessageRelayTest() {
    alice.register_now();
    bob.register_now();
  }
  World world{demo_config()};
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  UserAgent bob = UserAgent::on_udp(world, {"bob", "bob-password", "demo.example"}, kPublicUdp,
                                    "127.0.0.11:40002");
};

TEST_F(MessageRelayTest, BringsTheTextAsItIsAndNothingOfTheSendersAddressR056) {
  auto message = text_to("bob");
  message.add(HeaderName::subject, "greeting")
      .add(HeaderName::contact, alice.contact())
      .add(HeaderName::user_agent, "alice's phone");
  alice.submit(message);
  const auto received = bob.expect_request(Method::message);
  EXPECT_EQ(received.body(), "Hello, Bob");
  EXPECT_EQ(received.header(HeaderName::content_type), "text/plain;charset=UTF-8");
  EXPECT_EQ(received.header(HeaderName::subject), "greeting");
  EXPECT_FALSE(received.has(HeaderName::contact));  // RFC 3428 §4
  EXPECT_FALSE(received.has(HeaderName::user_agent));
  EXPECT_TRUE(received.to_tag().empty());
  EXPECT_THAT(std::string(received.bytes()), Not(HasSubstr("127.0.0.10")));
  bob.reply(received, 202);
  alice.expect_response(202);
}

TEST_F(MessageRelayTest, SaysWhoWasAuthenticatedWhateverFromSaysR159) {
  auto message = text_to("bob");
  message.add(HeaderName::p_asserted_identity, "<sip:president@demo.example>");
  alice.submit(message);
  const auto received = bob.expect_request(Method::message);
  EXPECT_EQ(received.from()->uri.decoded_user(), "alice");
  EXPECT_THAT(std::string(received.bytes()), Not(HasSubstr("president")));
}

TEST_F(MessageRelayTest, TakesTheFirstSuccessOfAllContacts) {
  auto second = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example"}, kPublicTls,
                                     "127.0.0.12:40003");
  second.register_now();
  alice.submit(text_to("bob"));
  const auto one = bob.expect_request(Method::message);
  const auto other = second.expect_request(Method::message);
  EXPECT_NE(one.call_id(), other.call_id());
  EXPECT_EQ(one.header(HeaderName::max_breadth), "30");  // R065
  bob.reply(one, 486);
  alice.expect_silence();
  second.reply(other, 200);
  alice.expect_response(200);
}

TEST_F(MessageRelayTest, TellsTheBestOfAllFailures) {
  alice.submit(text_to("bob"));
  bob.reply(bob.expect_request(Method::message), 415);
  alice.expect_response(415);
  alice.submit(text_to("bob"));
  bob.reply(bob.expect_request(Method::message), 401);
  EXPECT_FALSE(alice.expect_response(500).has(HeaderName::www_authenticate));
}

TEST_F(MessageRelayTest, NobodyIs404AndAwayIs480) {
  alice.submit(text_to("nobody"));
  alice.expect_response(404);
  bob.register_now(0);
  alice.submit(text_to("bob"));
  alice.expect_response(480);
}

TEST_F(MessageRelayTest, GoesToNoTrunk) {
  alice.submit(text_to("0123"));
  EXPECT_TRUE(alice.expect_response(405).lists(HeaderName::allow, "MESSAGE"));
}

TEST_F(MessageRelayTest, RefusesOverUdpWhatDoesNotFitAPacket) {
  alice.submit(text_to("bob", std::string(1100, 'x')));
  alice.expect_response(413);
  bob.expect_silence();
  bob.submit(text_to("alice", std::string(1100, 'x')));
  bob.expect_response(413);
  alice.expect_silence();
  alice.submit(text_to("alice", std::string(30'000, 'x')));
  EXPECT_EQ(alice.expect_request(Method::message).body().size(), 30'000U);
}

TEST_F(MessageRelayTest, GoesNoFurtherThanItMayR048R065) {
  auto last = text_to("bob");
  last.add(HeaderName::max_forwards, "0");
  alice.submit(last);
  alice.expect_response(483);
  auto narrow = text_to("bob");
  narrow.add(HeaderName::max_breadth, "0");
  alice.submit(narrow);
  alice.expect_response(440);
  auto near = text_to("bob");
  near.add(HeaderName::max_forwards, "7");
  alice.submit(near);
  EXPECT_EQ(bob.expect_request(Method::message).max_forwards(), 6U);
}

TEST_F(MessageRelayTest, ASipsMessageReachesNobodyInTheClearWhereThatIsTheRuleR001) {
  Config config = demo_config();
  config.tenants[0].sips_strict = true;
  config.revision = 2;
  config.finish();
  world.set_config(config);
  auto message = sip::OutgoingMessage::request(Method::message, "sips:bob@demo.example");
  message.body("text/plain", "secret");
  alice.submit(message);
  EXPECT_THAT(std::string(*alice.expect_response(480).header(HeaderName::warning)),
              HasSubstr("380"));
  bob.expect_silence();
}

// RFC 4320 §4.2: the sender has given up at the same moment, and is not told 408.
TEST_F(MessageRelayTest, AnAnswerThatComesTooLateIsNobodys) {
  alice.submit(text_to("bob"));
  const auto received = bob.expect_request(Method::message);
  world.advance(40s);
  bob.reply(received, 200);
  alice.expect_silence();
}

}  // namespace
}  // namespace ringfence::sip_core
