#include "admin/trace/traced_message.hpp"

#include <gtest/gtest.h>

namespace ringfence::admin {
namespace {

TEST(TracedMessage, IsReadFromItsLine) {
  const auto line = read_trace_line(
      R"({"kind":"message","time_unix_ns":1700000000123456789,"direction":"sent","transport":"tls",)"
      R"("local":"192.0.2.1:5061","remote":"[2001:db8::2]:40000","call":"e-7","leg":"b",)"
      R"j("label":"180 Ringing (INVITE)","call_id":"x@y","message":"SIP/2.0 180\r\n"})j");
  ASSERT_TRUE(line);
  const auto& message = std::get<TracedMessage>(*line);
  EXPECT_EQ(message.time.count(), 1700000000123456789);
  EXPECT_EQ(message.direction, TraceDirection::sent);
  EXPECT_EQ(message.transport, TraceTransport::tls);
  EXPECT_EQ(message.local.port, 5061);
  EXPECT_EQ(message.remote.to_string(), "[2001:db8::2]:40000");
  EXPECT_EQ(message.leg, TraceLeg::b);
  EXPECT_EQ(message.call, "e-7");
  EXPECT_EQ(message.octets, "SIP/2.0 180\r\n");
}

TEST(TracedMessage, MayHoldAnyOctets) {
  const auto line = read_trace_line(
      R"({"kind":"message","time_unix_ns":1,"transport":"udp","local":"192.0.2.1:1",)"
      R"("remote":"192.0.2.2:2","call":null,"leg":null,"message_base64":"AP+A"})");
  ASSERT_TRUE(line);
  EXPECT_EQ(std::get<TracedMessage>(*line).octets, std::string("\x00\xff\x80", 3));
  EXPECT_EQ(std::get<TracedMessage>(*line).leg, TraceLeg::none);
}

TEST(TracedMessage, HasOtherLinesBesideIt) {
  EXPECT_TRUE(std::holds_alternative<NowLive>(*read_trace_line(R"({"kind":"live"})")));
  const auto missed = read_trace_line(R"({"kind":"missed","messages":7})");
  ASSERT_TRUE(missed);
  EXPECT_EQ(std::get<MessagesMissed>(*missed).count, 7U);
}

TEST(TracedMessage, IsNotGuessedFromAnythingElse) {
  for (const char* line : {"", "[]", "{}", R"({"kind":"new"})", R"({"kind":"message"})"}) {
    EXPECT_FALSE(read_trace_line(line)) << line;
  }
}

}  // namespace
}  // namespace ringfence::admin
