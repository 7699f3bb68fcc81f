// Topology hiding (R056, R168): every octet that one side gets is looked through for the other
// side's tokens, over a call with everything in it.
#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

// A description full of what must stay inside.
std::string telling_sdp(const std::string& who, const std::string& address, Port port,
                        const std::string& direction = "sendrecv") {
  return "v=0\r\no=" + who + "-origin 77" + std::to_string(port) + " 88" + std::to_string(port) +
         " IN IP4 " + address + "\r\ns=" + who + "-session\r\ni=" + who +
         "-information\r\nu=http://" + who + ".inside/\r\ne=" + who + "@inside\r\nc=IN IP4 " +
         address + "\r\nt=0 0\r\na=ice-ufrag:" + who + "Ufrag\r\na=ice-pwd:" + who +
         "PasswordOfIce\r\na=tool:" + who + "-tool\r\nm=audio " + std::to_string(port) +
         " RTP/AVP 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
         "a=candidate:1 1 UDP 2130706431 " +
         address + ' ' + std::to_string(port) + " typ host\r\na=rtcp:" + std::to_string(port + 1) +
         " IN IP4 " + address + "\r\na=ssrc:4711 cname:" + who + "-cname\r\na=mid:" + who +
         "-mid\r\na=" + direction + "\r\n";
}

class TopologyTest : public CallFixture {
 protected:
  TopologyTest() {
    Config config = config_with_policies(SrtpPolicy::off, SrtpPolicy::off);
    world.set_config(config);
    for (UserAgent* agent : {&alice, &bob}) {
      is_modern(*agent);
      const std::string who = agent == &alice ? "alice" : "bob";
      for (const HeaderName name :
           {HeaderName::user_agent, HeaderName::server, HeaderName::organization,
            HeaderName::warning, HeaderName::call_info, HeaderName::in_reply_to,
            HeaderName::session_id}) {
        agent->says.emplace_back(name, who + "-inside");
      }
      agent->says.emplace_back(HeaderName::record_route, "<sip:" + who + "-proxy.inside;lr>");
    }
  }
  std::string alice_sdp(const std::string& direction = "sendrecv") {
    return telling_sdp("alice", "203.0.113.10", 41000, direction);
  }
  std::string bob_sdp(const std::string& direction = "sendrecv") {
    return telling_sdp("bob", "198.51.100.20", 42000, direction);
  }
  sip::Message alice_gets(int status) { return keep(alice.expect_response(status), alice_saw); }
  sip::Message alice_gets(Method method) { return keep(alice.expect_request(method), alice_saw); }
  sip::Message bob_gets(int status) { return keep(bob.expect_response(status), bob_saw); }
  sip::Message bob_gets(Method method) { return keep(bob.expect_request(method), bob_saw); }
  // Each side's own tokens come back to it in Via, tags and Call-ID; the other's never.
  void expect_hidden() {
    ASSERT_FALSE(a.call_id.empty());
    for (const std::string& token :
         {a.call_id, tag_of(a.local), std::string("127.0.0.10"), std::string("40001"),
          std::string("203.0.113.10"), std::string("41000"), std::string("41001")}) {
      expect_absent(bob_saw, token);
    }
    for (const std::string& token :
         {at_bob_call_id, std::string("bob-one"), std::string("127.0.0.11"), std::string("40002"),
          std::string("198.51.100.20"), std::string("42000"), std::string("42001")}) {
      expect_absent(alice_saw, token);
    }
    for (const std::string what :
         {"-inside", "-origin", "-session", "-information", ".inside", "@inside", "Ufrag",
          "PasswordOfIce", "-tool", "-cname", "-mid", "-proxy"}) {
      expect_absent(alice_saw, "bob" + what);
      expect_absent(bob_saw, "alice" + what);
    }
    for (const std::string what : {"candidate", "a=ice", "a=ssrc", "User-Agent", "Server:"}) {
      expect_absent(alice_saw, what);
      expect_absent(bob_saw, what);
    }
  }
  static std::string tag_of(const std::string& address) {
    return address.substr(address.find(";tag=") + 5);
  }
  void expect_absent(const std::vector<std::string>& saw, const std::string& token) {
    ASSERT_FALSE(token.empty());
    for (const std::string& message : saw) {
      EXPECT_EQ(message.find(token), std::string::npos) << token << " is in\n" << message;
    }
  }
  sip::Message keep(sip::Message message, std::vector<std::string>& saw) {
    saw.emplace_back(message.bytes());
    return message;
  }
  void call() {
    a = alice.invite("bob", alice_sdp());
    invite = bob_gets(Method::invite);
    at_bob_call_id = invite.call_id();
  }

  std::vector<std::string> alice_saw;
  std::vector<std::string> bob_saw;
  std::string at_bob_call_id;
  sip::Message invite;
};

TEST_F(TopologyTest, NothingOfTheFarSideIsSeenInACallWithEverythingR056R168) {
  call();
  bob.respond(invite, 180, {"bob-one"});
  alice_gets(180);
  b = bob.respond(invite, 183, {"bob-one", bob_sdp(), 1});
  bob.reply(bob_gets(Method::prack), 200);
  const auto progress = alice_gets(183);
  a = alice.early(a, progress);
  alice.prack(a, progress);
  alice_gets(200);
  alice.request(a, Method::update, alice_sdp("sendonly"));
  bob.reply(bob_gets(Method::update), 200, bob_sdp("recvonly"));
  alice_gets(200);
  bob.respond(invite, 200, {"bob-one"});
  bob_gets(Method::ack);
  const auto success = alice_gets(200);
  Dialogue of_invite = a;
  of_invite.cseq = success.cseq()->number;
  alice.ack(of_invite, success);
  bob.request(b, Method::invite, bob_sdp());
  alice.reply(alice_gets(Method::invite), 200, alice_sdp());
  bob.ack(b, bob_gets(200));
  alice_gets(Method::ack);
  bob.request(b, Method::update, bob_sdp("inactive"));
  alice.reply(alice_gets(Method::update), 488);
  bob_gets(488);
  alice.request(a, Method::info);
  bob.reply(bob_gets(Method::info), 200);
  alice_gets(200);
  alice.request(a, Method::invite, alice_sdp("sendonly"));
  bob.reply(bob_gets(Method::invite), 491);
  bob_gets(Method::ack);
  alice_gets(491);
  alice.request(a, Method::bye);
  bob.reply(bob_gets(Method::bye), 200);
  alice_gets(200);
  EXPECT_GT(alice_saw.size(), 10U);
  EXPECT_GT(bob_saw.size(), 8U);
  expect_hidden();
}

TEST_F(TopologyTest, NothingOfTheFarSideIsSeenInAFailureR056R168) {
  call();
  bob.respond(invite, 486, {"bob-one"});
  bob_gets(Method::ack);
  alice_gets(486);
  expect_hidden();
}

TEST_F(TopologyTest, NothingOfTheFarSideIsSeenInACancelledCallR056R168) {
  call();
  bob.respond(invite, 183, {"bob-one", bob_sdp()});
  const auto progress = alice_gets(183);
  alice.cancel(a);
  alice_gets(200);
  alice_gets(487);
  bob.reply(bob_gets(Method::cancel), 200);
  bob.respond(invite, 487, {"bob-one"});
  bob_gets(Method::ack);
  expect_hidden();
}

TEST_F(TopologyTest, NothingOfTheFarSideIsSeenAfterALateOfferAndABye) {
  a = alice.invite("bob", "");
  invite = bob_gets(Method::invite);
  at_bob_call_id = invite.call_id();
  b = bob.respond(invite, 200, {"bob-one", bob_sdp()});
  const auto success = alice_gets(200);
  alice.ack(a, success, alice_sdp());
  bob_gets(Method::ack);
  bob.request(b, Method::bye);
  alice.reply(alice_gets(Method::bye), 200);
  bob_gets(200);
  expect_hidden();
}

}  // namespace
}  // namespace ringfence::sip_core
