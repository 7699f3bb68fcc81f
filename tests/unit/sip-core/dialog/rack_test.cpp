// RFC 3262 §7.2.
#include "sip-core/dialog/rack.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

TEST(RAckTest, ReadsAndWritesItsThreeParts) {
  const auto rack = RAck::parse("  776656 1\tINVITE ");
  ASSERT_TRUE(rack);
  EXPECT_EQ(*rack, (RAck{776656, 1, "INVITE"}));
  EXPECT_EQ(rack->to_string(), "776656 1 INVITE");
}

TEST(RAckTest, RefusesWhatIsNoRAck) {
  for (const char* text : {"", "1", "1 2", "1 2 INVITE x", "a 2 INVITE", "1 -2 INVITE",
                           "4294967296 1 INVITE", "1 1x INVITE"}) {
    EXPECT_FALSE(RAck::parse(text)) << text;
  }
}

}  // namespace
}  // namespace ringfence::sip_core
