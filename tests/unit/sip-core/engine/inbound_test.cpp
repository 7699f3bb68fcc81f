#include "sip-core/engine/inbound.hpp"

#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;

std::string options(const std::string& extra = "", const std::string& cseq = "1 OPTIONS") {
  return "OPTIONS sip:demo.example SIP/2.0\r\nVia: SIP/2.0/TLS h;branch=z9hG4bKo" +
         cseq.substr(0, 1) +
         ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:alice@demo.example>;tag=1\r\n"
         "To: <sip:demo.example>\r\nCall-ID: options\r\nCSeq: " +
         cseq + "\r\n" + extra + "Content-Length: 0\r\n\r\n";
}

class InboundTest : public ::testing::Test {
 protected:
  UserAgent phone(const std::string& address = "127.0.0.10:40001") {
    return UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"}, kPublicTls,
                                address);
  }
  std::uint64_t counter(std::string_view name) {
    for (const auto& [key, value] : world.engine().health().counters) {
      if (key == name) return value;
    }
    return 0;
  }
  World world{demo_config()};
};

TEST_F(InboundTest, WritesOneArrivalLinePerRequestOverTls) {
  auto alice = phone();
  alice.send(options());
  ASSERT_EQ(world.count_log("sips-arrival"), 1U);
  const auto& line = world.logs.back();
  EXPECT_EQ(line.fields[0], (std::pair<std::string, std::string>("call-id", "options")));
  EXPECT_EQ(line.fields[1].second, "OPTIONS");
  EXPECT_EQ(line.fields[2].second, "sip:alice@demo.example");
  EXPECT_EQ(line.fields[4].second, "127.0.0.10:40001");
  EXPECT_EQ(line.fields[5].second, "127.0.0.1:6061");
}

TEST_F(InboundTest, WritesNoArrivalLineOverUdp) {
  world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.10:5060"), options());
  world.run();
  EXPECT_FALSE(world.has_log("sips-arrival"));
}

TEST_F(InboundTest, FinishesEachStreamMessageThatItAnswered) {
  auto alice = phone();
  alice.send(options());
  alice.expect_response(200);
  EXPECT_EQ(world.unfinished_messages(), 0U);
}

TEST_F(InboundTest, IgnoresKeepAlivesSilently) {
  world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.10:5060"), "\r\n\r\n");
  world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.10:5060"), "");
  world.run();
  EXPECT_EQ(counter("sip_unparsable_dropped_total"), 0U);
}

TEST_F(InboundTest, AnswersAMalformedRequestWith400ClosesAndPenalises) {
  auto alice = phone();
  alice.send(options("Bad Header : x\r\n"));  // R038
  alice.expect_response(400);
  EXPECT_EQ(world.penalised.size(), 1U);
  EXPECT_EQ(counter("sip_unparsable_answered_total"), 1U);
  EXPECT_EQ(world.unfinished_messages(), 0U);
}

TEST_F(InboundTest, AnswersARepeatedFieldWith400R040) {
  auto alice = phone();
  alice.send(options("Call-ID: second\r\n"));
  alice.expect_response(400);
  EXPECT_EQ(counter("sip_requests_invalid_total"), 1U);
}

TEST_F(InboundTest, AnswersAndClosesOnAFramingFaultR028) {
  auto alice = phone();
  world.stream(*alice.connection(), options(), FramingFault::length_missing);
  alice.expect_response(400);
  world.stream(*alice.connection(), options());  // closed: goes nowhere
  alice.expect_silence();
  EXPECT_EQ(counter("sip_framing_length_missing_total"), 1U);
}

TEST_F(InboundTest, AnswersABodyTooLargeWith413R032) {
  auto alice = phone();
  world.stream(*alice.connection(), options(), FramingFault::body_too_large);
  alice.expect_response(413);
}

TEST_F(InboundTest, ClosesWithoutAWordOnWhatIsNoSip) {
  auto alice = phone();
  world.stream(*alice.connection(), "GET / HTTP/1.1\r\n\r\n", FramingFault::not_sip);
  alice.expect_silence();
  EXPECT_EQ(world.penalised.size(), 1U);
}

TEST_F(InboundTest, SaysNothingToStrangersOnTheTrunkSidesUdp) {
  auto stranger = UserAgent::on_udp(world, {"x", "", "demo.example"}, kTrunkUdp, "127.0.0.99:5060");
  stranger.send(options());
  stranger.send(options("Call-ID: second\r\n", "2 OPTIONS"));
  stranger.send("OPTIONS sip:x SIP/2.0\r\nbad\r\n\r\n");
  stranger.invite("4930123", audio_sdp(40000), false);
  stranger.expect_silence();
}

TEST_F(InboundTest, DropsAResponseToNothingR026) {
  auto alice = phone();
  alice.send(
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/TLS 127.0.0.1:6061;branch=z9hG4bKnone\r\n"
      "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>;tag=2\r\nCall-ID: c\r\nCSeq: 1 INVITE\r\n"
      "Content-Length: 0\r\n\r\n");
  alice.expect_silence();
  EXPECT_EQ(counter("stray_responses_total"), 1U);
  EXPECT_EQ(world.unfinished_messages(), 0U);
}

}  // namespace
}  // namespace ringfence::sip_core
