#include "admin/selftest/phone/user_agent.hpp"

#include <gmock/gmock.h>

#include "selftest/phone/scripted_box.hpp"

namespace ringfence::admin {
namespace {

using sip::HeaderName;
using sip::Method;

class UserAgentTest : public testing::Test {
 protected:
  static sip::Message request(std::string_view method, std::string_view call_id,
                              std::string_view to_tag = "") {
    const std::string tag = to_tag.empty() ? "" : ";tag=" + std::string(to_tag);
    const std::string text = std::string(method) +
                             " sip:alice@192.0.2.9:40000;transport=tls SIP/2.0\r\n"
                             "Via: SIP/2.0/TLS 192.0.2.1:6061;branch=z9hG4bK1\r\n"
                             "From: <sip:bob@demo.example>;tag=b\r\n"
                             "To: <sip:alice@demo.example>" +
                             tag + "\r\nCall-ID: " + std::string(call_id) + "\r\nCSeq: 1 " +
                             std::string(method) +
                             "\r\nContact: <sip:box@192.0.2.1:6061;transport=tls>\r\n"
                             "Max-Forwards: 70\r\nContent-Length: 5\r\n\r\noffer";
    return parsed(text);
  }
  int status_of(const PhoneStep& step, std::size_t index = 0) const {
    return step.send.size() > index ? parsed(step.send[index]).status_code() : 0;
  }

  SeededRandom random_{1};
  UserAgent agent_{kAlice, random_};
};

TEST_F(UserAgentTest, RingsAnswersAndWaitsForTheAck) {
  const PhoneStep ringing = agent_.receive(request("INVITE", "c1"));
  EXPECT_EQ(status_of(ringing), 180);
  ASSERT_NE(event_in<Invited>(ringing), nullptr);
  EXPECT_EQ(event_in<Invited>(ringing)->sdp, "offer");
  const PhoneStep answer = agent_.answer("the answer");
  EXPECT_EQ(status_of(answer), 200);
  const sip::Message ok = parsed(answer.send[0]);
  EXPECT_EQ(ok.body(), "the answer");
  EXPECT_EQ(ok.to_tag(), parsed(ringing.send[0]).to_tag());
  EXPECT_EQ(header(ok, HeaderName::contact), "<sip:alice@192.0.2.9:40000;transport=tls>");
  EXPECT_NE(event_in<Acknowledged>(agent_.receive(request("ACK", "c1", ok.to_tag()))), nullptr);
  const PhoneStep bye = agent_.receive(request("BYE", "c1", ok.to_tag()));
  EXPECT_EQ(status_of(bye), 200);
  EXPECT_NE(event_in<HungUp>(bye), nullptr);
}

TEST_F(UserAgentTest, TakesOneCallAtATime) {
  agent_.receive(request("INVITE", "c1"));
  EXPECT_EQ(status_of(agent_.receive(request("INVITE", "c2"))), 486);
}

TEST_F(UserAgentTest, ACancelEndsTheRinging) {
  agent_.receive(request("INVITE", "c1"));
  const PhoneStep step = agent_.receive(request("CANCEL", "c1"));
  EXPECT_EQ(status_of(step, 0), 200);
  EXPECT_EQ(status_of(step, 1), 487);
  EXPECT_NE(event_in<HungUp>(step), nullptr);
  EXPECT_TRUE(agent_.answer("too late").send.empty());
}

TEST_F(UserAgentTest, RefusesWithTheGivenStatus) {
  agent_.receive(request("INVITE", "c1"));
  EXPECT_EQ(status_of(agent_.refuse(488)), 488);
}

TEST_F(UserAgentTest, AnswersWhatBelongsToNoCall) {
  EXPECT_EQ(status_of(agent_.receive(request("OPTIONS", "x"))), 200);
  EXPECT_EQ(status_of(agent_.receive(request("BYE", "x"))), 481);
  EXPECT_EQ(status_of(agent_.receive(request("INVITE", "x", "old"))), 481);
  EXPECT_EQ(status_of(agent_.receive(request("MESSAGE", "x"))), 405);
  EXPECT_TRUE(agent_.receive(request("ACK", "x")).send.empty());
}

TEST_F(UserAgentTest, ResponsesReachTheirRequest) {
  const PhoneStep registering = agent_.register_binding(std::chrono::seconds(60));
  EXPECT_EQ(agent_.receive(challenge_to(registering.send[0])).send.size(), 1U);
  const PhoneStep calling = agent_.call("sip:bob@demo.example", "offer");
  EXPECT_NE(
      event_in<CallRefused>(agent_.receive(parsed(response_to(calling.send[0], 603).serialize()))),
      nullptr);
  EXPECT_TRUE(
      agent_.receive(parsed(response_to(request("BYE", "x").bytes().data(), 200).serialize()))
          .send.empty());
}

}  // namespace
}  // namespace ringfence::admin
