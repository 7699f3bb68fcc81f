#include "sip-core/message/hop_limits.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core::sip {
namespace {

Message request_with(const std::string& fields) {
  auto parsed = parse(
      "MESSAGE sip:bob@demo.example SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n"
      "From: <sip:a@h>;tag=1\r\nTo: <sip:b@h>\r\nCall-ID: 1\r\nCSeq: 1 MESSAGE\r\n" +
      fields + "Content-Length: 0\r\n\r\n");
  EXPECT_TRUE(parsed);
  return parsed ? std::move(*parsed) : Message{};
}

TEST(HopLimits, TakesOneHopAwayR048) {
  EXPECT_EQ(forwards_left(request_with("Max-Forwards: 5\r\n")), 4U);
  EXPECT_EQ(forwards_left(request_with("Max-Forwards: 1\r\n")), 0U);
  EXPECT_EQ(forwards_left(request_with("Max-Forwards: 0\r\n")), std::nullopt);
}

TEST(HopLimits, CountsFromSeventyWhereNothingOrMoreIsSaidR048) {
  EXPECT_EQ(forwards_left(request_with("")), 69U);
  EXPECT_EQ(forwards_left(request_with("Max-Forwards: 255\r\n")), 69U);
}

TEST(HopLimits, SharesTheBreadthAmongTheBranchesR065) {
  EXPECT_EQ(breadth_left(request_with("")), 60U);
  EXPECT_EQ(breadth_left(request_with("Max-Breadth: 3\r\n")), 3U);
  EXPECT_EQ(breadth_left(request_with("Max-Breadth: 4294967296\r\n")), 60U);
  EXPECT_EQ(breadth_left(request_with("Max-Breadth: many\r\n")), 0U);
  EXPECT_EQ(breadth_of_branch(60, 8), 7U);
  EXPECT_EQ(breadth_of_branch(3, 3), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core::sip
