// Keys that a SIP INFO tells: told on in the stream (RFC 4733) where the other side takes events
// there, else as they came, and to nobody who takes neither.
#include "sip-core/b2bua/key_press.hpp"

#include "tests/unit/sip-core/b2bua/call_fixture.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

class KeyPressTest : public CallFixture {
 protected:
  static sip::OutgoingMessage info(const std::string& type, const std::string& body) {
    sip::OutgoingMessage with;
    with.body(type, body);
    return with;
  }
  static std::string without_events(Port port) {
    return "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio " +
           std::to_string(port) + " RTP/AVP 8\r\na=rtpmap:8 PCMA/8000\r\n";
  }
  void establish_with(const std::string& answer) {
    a = alice.invite("bob", audio_sdp(41000));
    b = bob.accept(bob.expect_request(Method::invite), 200, answer);
    alice.ack(a, alice.expect_response(200));
    bob.expect_request(Method::ack);
  }
  // What a key of alice's becomes.
  void tell(const std::string& type, const std::string& body) {
    alice.request(a, Method::info, info(type, body));
  }
};

TEST_F(KeyPressTest, IsToldInTheStreamOfASideThatTakesEvents) {
  establish_with(audio_sdp(42000));
  tell("application/dtmf-relay", "Signal=5\r\nDuration=250\r\n");
  alice.expect_response(200);
  bob.expect_silence();
  bob.request(b, Method::info, info("application/dtmf", "#"));
  bob.expect_response(200);
  alice.expect_silence();
  ASSERT_EQ(world.keys.size(), 2U);
  EXPECT_EQ(world.keys[0].session, world.sessions.begin()->first);
  EXPECT_EQ(world.keys[0].to, MediaSide::b);
  EXPECT_EQ(world.keys[0].event, 5);
  EXPECT_EQ(world.keys[0].duration, 250ms);
  EXPECT_EQ(world.keys[1].to, MediaSide::a);
  EXPECT_EQ(world.keys[1].event, 11);
  EXPECT_EQ(world.keys[1].duration, 160ms);
  EXPECT_EQ(session().b.telephone_event_hertz, 8000U);
}

TEST_F(KeyPressTest, IsPassedOnToASideThatTakesNoEvents) {
  establish_with(without_events(42000));
  EXPECT_EQ(session().b.telephone_event_hertz, 0U);
  tell("application/dtmf-relay", "Signal=*\r\nDuration=100\r\n");
  const auto passed = bob.expect_request(Method::info);
  EXPECT_EQ(passed.body(), "Signal=*\r\nDuration=100\r\n");
  bob.reply(passed, 200);
  alice.expect_response(200);
  EXPECT_TRUE(world.keys.empty());
}

TEST_F(KeyPressTest, IsRefusedWhereTheOtherSideTakesNeither_RFC6086) {
  bob.says = {{HeaderName::allow, "INVITE, ACK, CANCEL, BYE"}};
  establish_with(without_events(42000));
  tell("application/dtmf-relay", "Signal=1\r\nDuration=100\r\n");
  alice.expect_response(415);
  bob.expect_silence();
  EXPECT_TRUE(world.keys.empty());
}

TEST_F(KeyPressTest, EventsOfAnotherClockThanTheCodecsAreNotMade) {
  std::string wide = audio_sdp(42000);
  wide.replace(wide.find("PCMA/8000"), 9, "L16/16000");
  establish_with(wide);
  tell("application/dtmf", "7");
  bob.reply(bob.expect_request(Method::info), 200);
  EXPECT_TRUE(world.keys.empty());
}

TEST_F(KeyPressTest, WhatIsNoKeyIsPassedOn) {
  establish_with(audio_sdp(42000));
  for (const auto& [type, body] : {std::pair("application/dtmf-relay", "Signal=\r\n"),
                                   {"application/dtmf", "56"},
                                   {"application/media_control+xml", "<x/>"}}) {
    tell(type, body);
    bob.reply(bob.expect_request(Method::info), 200);
    alice.expect_response(200);
  }
  EXPECT_TRUE(world.keys.empty());
}

TEST_F(KeyPressTest, IsReadAsPhonesWriteIt) {
  establish_with(audio_sdp(42000));
  const std::pair<std::string, int> bodies[] = {{"Signal= 5 \nDuration= 80", 5},
                                                {"signal=10\r\nduration=99999", 10},
                                                {"Duration=1\r\nSignal=d", 15},
                                                {"Signal=#", 11}};
  for (const auto& [body, event] : bodies) {
    tell("Application/DTMF-Relay", body);
    alice.expect_response(200);
    EXPECT_EQ(world.keys.back().event, event) << body;
  }
  EXPECT_EQ(world.keys[0].duration, 80ms);
  EXPECT_EQ(world.keys[1].duration, 5000ms);
  EXPECT_EQ(world.keys[2].duration, 40ms);
  EXPECT_EQ(world.keys[3].duration, 160ms);
}

}  // namespace
}  // namespace ringfence::sip_core
