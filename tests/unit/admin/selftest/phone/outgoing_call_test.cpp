#include "admin/selftest/phone/outgoing_call.hpp"

#include <gmock/gmock.h>

#include "selftest/phone/scripted_box.hpp"

namespace ringfence::admin {
namespace {

using sip::HeaderName;
using testing::ElementsAre;

class OutgoingCallTest : public testing::Test {
 protected:
  sip::Message ok(const std::string& invite) const {
    sip::OutgoingMessage response = response_to(invite, 200);
    response.add(HeaderName::record_route, "<sip:one.example;lr>")
        .add(HeaderName::record_route, "<sip:two.example;lr>")
        .add(HeaderName::contact, "<sip:box@192.0.2.1:6061;transport=tls>")
        .body("application/sdp", "v=0\r\n");
    return parsed(response.serialize());
  }
  // Up to the answer.
  std::string start() { return call_.start().send.at(0); }

  SeededRandom random_{1};
  OutgoingCall call_{kAlice, "sip:bob@demo.example", "the offer", random_};
};

TEST_F(OutgoingCallTest, InvitesWithItsOfferAndContact) {
  const sip::Message invite = parsed(start());
  EXPECT_EQ(invite.request_uri_text(), "sip:bob@demo.example");
  EXPECT_EQ(header(invite, HeaderName::to), "<sip:bob@demo.example>");
  EXPECT_EQ(invite.body(), "the offer");
  EXPECT_EQ(header(invite, HeaderName::contact), "<sip:alice@192.0.2.9:40000;transport=tls>");
}

TEST_F(OutgoingCallTest, ReportsRingingAndTheAnswerAndAcknowledgesIt) {
  const std::string invite = start();
  EXPECT_NE(event_in<Ringing>(call_.receive_response(parsed(response_to(invite, 180).serialize()))),
            nullptr);
  const PhoneStep step = call_.receive_response(ok(invite));
  ASSERT_NE(event_in<Answered>(step), nullptr);
  EXPECT_EQ(event_in<Answered>(step)->sdp, "v=0\r\n");
  const sip::Message ack = parsed(step.send.at(0));
  // RFC 3261 §13.2.2.4: to the remote target by the reversed route, a branch of its own.
  EXPECT_EQ(ack.method(), sip::Method::ack);
  EXPECT_EQ(ack.request_uri_text(), "sip:box@192.0.2.1:6061;transport=tls");
  EXPECT_EQ(ack.cseq()->number, parsed(invite).cseq()->number);
  EXPECT_EQ(ack.to_tag(), "box");
  EXPECT_NE(ack.via()->branch, parsed(invite).via()->branch);
  std::vector<std::string_view> routes;
  for (const auto route : ack.values(HeaderName::route))
    routes.push_back(route);
  EXPECT_THAT(routes, ElementsAre("<sip:two.example;lr>", "<sip:one.example;lr>"));
}

// RFC 3261 §13.2.2.4: each 2xx that comes again gets the ACK again, and the user hears nothing.
TEST_F(OutgoingCallTest, AcknowledgesA2xxThatComesAgain) {
  const std::string invite = start();
  const PhoneStep first = call_.receive_response(ok(invite));
  const PhoneStep again = call_.receive_response(ok(invite));
  EXPECT_EQ(again.send, first.send);
  EXPECT_TRUE(again.events.empty());
  call_.hang_up();
  EXPECT_EQ(call_.receive_response(ok(invite)).send, first.send);
}

// RFC 3261 §17.1.1.3: the ACK of a refusal belongs to the INVITE's transaction.
TEST_F(OutgoingCallTest, AcknowledgesARefusalWithTheInvitesBranch) {
  const std::string invite = start();
  const PhoneStep step = call_.receive_response(parsed(response_to(invite, 486).serialize()));
  ASSERT_NE(event_in<CallRefused>(step), nullptr);
  EXPECT_EQ(event_in<CallRefused>(step)->status, 486);
  const sip::Message ack = parsed(step.send.at(0));
  EXPECT_EQ(ack.method(), sip::Method::ack);
  EXPECT_EQ(ack.via()->branch, parsed(invite).via()->branch);
  EXPECT_EQ(ack.request_uri_text(), "sip:bob@demo.example");
  EXPECT_EQ(ack.to_tag(), "box");
}

TEST_F(OutgoingCallTest, AnswersAChallengeOnce) {
  const std::string invite = start();
  const PhoneStep step = call_.receive_response(challenge_to(invite, 407));
  ASSERT_EQ(step.send.size(), 2U);
  EXPECT_EQ(parsed(step.send[0]).method(), sip::Method::ack);
  const sip::Message again = parsed(step.send[1]);
  EXPECT_EQ(again.method(), sip::Method::invite);
  EXPECT_TRUE(again.has(HeaderName::proxy_authorization));
  EXPECT_EQ(again.body(), "the offer");
  const PhoneStep refused = call_.receive_response(challenge_to(step.send[1], 407));
  EXPECT_EQ(refused.send.size(), 1U);
  EXPECT_NE(event_in<CallRefused>(refused), nullptr);
}

TEST_F(OutgoingCallTest, HangsUpWithByeInTheDialog) {
  const std::string invite = start();
  call_.receive_response(ok(invite));
  const PhoneStep step = call_.hang_up();
  const sip::Message bye = parsed(step.send.at(0));
  EXPECT_EQ(bye.method(), sip::Method::bye);
  EXPECT_GT(bye.cseq()->number, parsed(invite).cseq()->number);
  EXPECT_EQ(bye.to_tag(), "box");
  EXPECT_EQ(bye.from_tag(), parsed(invite).from_tag());
  EXPECT_NE(event_in<CallEnded>(
                call_.receive_response(parsed(response_to(step.send[0], 200).serialize()))),
            nullptr);
}

TEST_F(OutgoingCallTest, ABusyBoxesAnswerToByeIsReported) {
  call_.receive_response(ok(start()));
  const PhoneStep bye = call_.hang_up();
  const PhoneStep step =
      call_.receive_response(parsed(response_to(bye.send.at(0), 481).serialize()));
  ASSERT_NE(event_in<HangUpRefused>(step), nullptr);
}

// RFC 3261 §9.1: CANCEL has the INVITE's branch and number; an answer that overtook it is ended.
TEST_F(OutgoingCallTest, CancelsWhatIsNotAnsweredAndEndsWhatWasAnsweredMeanwhile) {
  const std::string invite = start();
  const PhoneStep step = call_.hang_up();
  const sip::Message cancel = parsed(step.send.at(0));
  EXPECT_EQ(cancel.method(), sip::Method::cancel);
  EXPECT_EQ(cancel.via()->branch, parsed(invite).via()->branch);
  EXPECT_EQ(cancel.cseq()->number, parsed(invite).cseq()->number);
  const PhoneStep late = call_.receive_response(ok(invite));
  ASSERT_EQ(late.send.size(), 2U);
  EXPECT_EQ(parsed(late.send[0]).method(), sip::Method::ack);
  EXPECT_EQ(parsed(late.send[1]).method(), sip::Method::bye);
  EXPECT_TRUE(late.events.empty());
}

}  // namespace
}  // namespace ringfence::admin
