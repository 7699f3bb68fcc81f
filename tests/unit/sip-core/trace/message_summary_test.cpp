#include "sip-core/trace/message_summary.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core::trace {
namespace {

constexpr std::string_view kInvite =
    "INVITE sip:bob@b.test SIP/2.0\r\nFrom: \"A <x>\" <sip:alice@a.test>;tag=1\r\n"
    "t: <sips:bob:pw@b.test>\r\nCALL-ID :\r\n  abc@a.test\r\nCSeq: 7 INVITE\r\n\r\nv=0\r\n";

TEST(MessageSummary, ReadsARequestWithCompactAndFoldedFields) {
  const auto summary = summarise(kInvite);
  EXPECT_EQ(summary.method, "INVITE");
  EXPECT_EQ(summary.call_id, "abc@a.test");
  EXPECT_EQ(call_id_of(kInvite), "abc@a.test");
  EXPECT_EQ(summary.to_user, "bob");
  EXPECT_TRUE(summary.has_body);
  EXPECT_EQ(label_of(summary), "INVITE");
}

TEST(MessageSummary, ReadsAResponse) {
  const auto summary =
      summarise("SIP/2.0 180 Still Ringing\r\ni: x\r\nFrom: sip:1@a\r\nCSeq: 1 INVITE\r\n\r\n");
  EXPECT_EQ(summary.status, "180");
  EXPECT_EQ(summary.reason, "Still Ringing");
  EXPECT_EQ(summary.call_id, "x");
  EXPECT_EQ(summary.from_user, "1");
  EXPECT_FALSE(summary.has_body);
  EXPECT_EQ(label_of(summary), "180 Still Ringing (INVITE)");
}

TEST(MessageSummary, TakesTheFirstCallIdAndNothingFromTheBody) {
  EXPECT_EQ(call_id_of("BYE sip:a SIP/2.0\r\nCall-ID: 1\r\nCall-ID: 2\r\n\r\n"), "1");
  EXPECT_EQ(call_id_of("BYE sip:a SIP/2.0\r\n\r\nCall-ID: 2\r\n"), "");
}

TEST(MessageSummary, ReadsNothingWhereNothingIs) {
  for (const std::string_view text :
       {"", "\r\n", ":", "\n \n :", "SIP/2.0", "GET / HTTP/1.1\r\n"}) {
    EXPECT_EQ(label_of(summarise(text)), "(not SIP)") << text;
    EXPECT_EQ(call_id_of(text), "");
  }
  EXPECT_EQ(summarise("INVITE x SIP/2.0\nFrom: <sip:a.test>\nTo: tel:+49;x=1\n").from_user, "");
  EXPECT_EQ(summarise("INVITE x SIP/2.0\nFrom: <sip:a.test>\nTo: tel:+49;x=1\n").to_user, "+49");
}

}  // namespace
}  // namespace ringfence::sip_core::trace
