// Where a call goes: groups that ring together, redirections, limits of forking, loops.
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

Config config_with_group() {
  Config config = demo_config();
  for (const std::uint64_t id : {3U, 4U}) {
    Extension row;
    row.id = ExtensionId{id};
    row.tenant = kDemo;
    row.username = id == 3 ? "carol" : "dave";
    row.password = row.username + "-password";
    config.extensions.push_back(row);
  }
  config.groups.push_back(
      {1, kDemo, "desk", false, 20, {ExtensionId{2}, ExtensionId{3}, ExtensionId{4}}});
  config.dids.push_back({kDemo, "200", "group:desk"});
  config.dids.push_back({kDemo, "4930124", "ext:bob"});
  config.finish();
  return config;
}

class CallForkingTest : public ::testing::Test {
 protected:
  CallForkingTest() {
    for (UserAgent* phone : {&alice, &bob, &carol})
      phone->register_now();
  }
  void set(const std::function<void(Config&)>& change) {
    Config config = config_with_group();
    change(config);
    config.revision = ++revision;
    config.finish();
    world.set_config(config);
  }
  UserAgent phone(const std::string& name, const std::string& address) {
    return UserAgent::on_stream(world, {name, name + "-password", "demo.example"}, kPublicTls,
                                address);
  }
  // The 302 of `by`, whose Contact is as written.
  static void redirect(UserAgent& by, const sip::Message& invite, const std::string& contact,
                       int status = 302) {
    auto response = sip::make_response(invite, status, {}, "moved");
    response.add(HeaderName::contact, contact);
    by.send(response.serialize());
    by.expect_request(Method::ack);
  }

  World world{config_with_group()};
  std::uint64_t revision = 1;
  UserAgent alice = phone("alice", "127.0.0.10:40001");
  UserAgent bob = phone("bob", "127.0.0.11:40002");
  UserAgent carol = phone("carol", "127.0.0.12:40003");
  UserAgent carrier =
      UserAgent::on_udp(world, {"c", "", "127.0.0.50"}, kTrunkUdp, "127.0.0.50:5060");
};

TEST_F(CallForkingTest, AGroupRingsTogetherAndTheFirstAnswerWins) {
  auto a = alice.invite("200", audio_sdp(41000));
  const auto to_bob = bob.expect_request(Method::invite);
  const auto to_carol = carol.expect_request(Method::invite);
  bob.reply(to_bob, 180);
  alice.expect_response(180);
  carol.accept(to_carol, 200, audio_sdp(43000));
  carol.expect_request(Method::ack);
  const auto cancel = bob.expect_request(Method::cancel);
  EXPECT_EQ(cancel.header(HeaderName::reason), "SIP;cause=200;text=\"Call completed elsewhere\"");
  bob.reply(cancel, 200);
  bob.reply(to_bob, 487);
  bob.expect_request(Method::ack);
  alice.ack(a, alice.expect_response(200));
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(CallForkingTest, OneMemberThatIsBusyOrDeclinesEndsNothingForTheOthers) {
  alice.invite("200", audio_sdp(41000));
  const auto to_bob = bob.expect_request(Method::invite);
  const auto to_carol = carol.expect_request(Method::invite);
  bob.reply(to_bob, 603);
  bob.expect_request(Method::ack);
  alice.expect_silence();
  carol.expect_silence();
  carol.reply(to_carol, 486);
  carol.expect_request(Method::ack);
  alice.expect_response(486);  // the best of all
  EXPECT_EQ(world.engine().health().calls, 0U);
}

TEST_F(CallForkingTest, AGroupRingsAsLongAsItsTimeSays) {
  alice.invite("200", audio_sdp(41000));
  const auto to_bob = bob.expect_request(Method::invite);
  bob.reply(to_bob, 180);
  alice.expect_response(180);
  const auto to_carol = carol.expect_request(Method::invite);
  carol.reply(to_carol, 180);
  alice.expect_response(180);
  world.advance(21s);
  bob.expect_request(Method::cancel);
  carol.expect_request(Method::cancel);
  alice.expect_response(480);
}

TEST_F(CallForkingTest, MembersInOrderAreAskedOneAfterTheOtherWhateverOneSays) {
  set([](Config& config) { config.groups[0].in_order = true; });
  alice.invite("200", audio_sdp(41000));
  bob.reply(bob.expect_request(Method::invite), 603);
  bob.expect_request(Method::ack);
  carol.expect_request(Method::invite);
}

TEST_F(CallForkingTest, ForksNoWiderThanTheCallerAllowsR065) {
  auto second = phone("bob", "127.0.0.13:40004");
  second.register_now();
  auto message = sip::OutgoingMessage::request(Method::invite, "sip:bob@demo.example");
  message.add(HeaderName::contact, alice.contact()).add(HeaderName::max_breadth, "1");
  message.body("application/sdp", audio_sdp(41000));
  alice.submit(message);
  alice.expect_response(440);
  bob.expect_silence();
}

TEST_F(CallForkingTest, FollowsAPhoneToAnotherExtensionAndSaysWhoSentIt) {
  auto a = alice.invite("bob", audio_sdp(41000));
  redirect(bob, bob.expect_request(Method::invite), "<sip:carol@demo.example>");
  const auto invite = carol.expect_request(Method::invite);
  EXPECT_EQ(invite.header(HeaderName::diversion),
            "<sip:bob@demo.example>;reason=deflection;counter=1");
  EXPECT_THAT(std::string(*invite.header(HeaderName::history_info)),
              HasSubstr("<sip:bob@demo.example?Reason=SIP%3Bcause%3D302>;index=1"));
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("127.0.0.11")));
  carol.accept(invite, 200, audio_sdp(43000));
  alice.ack(a, alice.expect_response(200));
  EXPECT_EQ(world.engine().health().calls, 1U);
}

TEST_F(CallForkingTest, FollowsAPhoneToANumberThroughTheDialPlan) {
  alice.invite("bob", audio_sdp(41000));
  redirect(bob, bob.expect_request(Method::invite), "<sip:0999@demo.example>");
  auto invite = carrier.expect_any();
  while (invite.method() != Method::invite)
    invite = carrier.expect_any();
  EXPECT_EQ(invite.request_uri()->decoded_user(), "0999");
  EXPECT_THAT(std::string(*invite.header(HeaderName::diversion)), HasSubstr("4930124"));
}

TEST_F(CallForkingTest, FollowsNobodyOutOfTheTenant) {
  alice.invite("bob", audio_sdp(41000));
  redirect(bob, bob.expect_request(Method::invite), "<sip:carol@attacker.example>");
  EXPECT_FALSE(alice.expect_response(480).has(HeaderName::contact));
}

TEST_F(CallForkingTest, EndsRedirectionsThatGoInACircle) {
  alice.invite("bob", audio_sdp(41000));
  redirect(bob, bob.expect_request(Method::invite), "<sip:carol@demo.example>");
  redirect(carol, carol.expect_request(Method::invite), "<sip:bob@demo.example>");
  alice.expect_response(480);
  bob.expect_silence();
}

TEST_F(CallForkingTest, RedirectsWhileTheOtherPhonesOfTheUserRing) {
  auto second = phone("bob", "127.0.0.13:40004");
  second.register_now();
  alice.invite("bob", audio_sdp(41000));
  const auto ringing = second.expect_request(Method::invite);
  second.reply(ringing, 180);
  redirect(bob, bob.expect_request(Method::invite), "<sip:carol@demo.example>");
  carol.expect_request(Method::invite);
  second.expect_silence();
}

TEST_F(CallForkingTest, FollowsNoSchemeChangeR006) {
  alice.invite("bob", audio_sdp(41000));
  redirect(bob, bob.expect_request(Method::invite), "<sips:carol@demo.example>");
  alice.expect_response(480);
  carol.expect_silence();
}

TEST_F(CallForkingTest, FollowsNobodyWhereTheOperatorSaysSo) {
  set([](Config& config) { config.settings["follow_redirects"] = "none"; });
  alice.invite("bob", audio_sdp(41000));
  redirect(bob, bob.expect_request(Method::invite), "<sip:carol@demo.example>");
  alice.expect_response(480);
  carol.expect_silence();
}

// Two trunks that send our calls back to us: each of ours begins the next, until no hop is left.
TEST(CallLoopTest, ALoopBetweenTrunksDiesAfterSeventyHopsF065) {
  Config config = demo_config();
  config.dids.push_back({kDemo, "777", "trunk:backup"});
  config.finish();
  World world{std::move(config)};
  auto backup = UserAgent::on_udp(world, {"b", "", "127.0.0.51"}, kTrunkUdp, "127.0.0.51:5060");
  world.run();
  auto first = sip::OutgoingMessage::request(Method::invite, "sip:777@127.0.0.1");
  first.add(HeaderName::contact, backup.contact());
  backup.submit(first);
  int hops = 0;
  for (;;) {
    const auto message = backup.expect_any();
    if (message.status_code() == 483) break;
    if (message.is_response()) continue;
    ASSERT_EQ(message.method(), Method::invite);
    ASSERT_LE(++hops, 70);
    // As a careless neighbour would: the same number, one hop less.
    auto again = sip::OutgoingMessage::request(Method::invite, "sip:777@127.0.0.1");
    again.add(HeaderName::contact, backup.contact())
        .add_number(HeaderName::max_forwards, *message.max_forwards());
    backup.submit(again);
  }
  EXPECT_EQ(hops, 70);
}

}  // namespace
}  // namespace ringfence::sip_core
