#include "sip-core/trace/call_index.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core::trace {
namespace {

using namespace std::chrono_literals;

CallLegOpened leg(std::uint64_t call, CallSide side, std::string call_id, std::string extension) {
  return {CallNumber(call), side, TenantId(1), std::move(call_id), std::move(extension)};
}

TEST(CallIndex, FindsACallByEitherLeg) {
  CallIndex index;
  index.open(leg(1, CallSide::a, "one", "alice"));
  index.open(leg(1, CallSide::b, "two", ""));
  ASSERT_NE(index.leg_of("two"), nullptr);
  EXPECT_EQ(index.leg_of("two")->call, index.leg_of("one")->call);
  EXPECT_EQ(index.leg_of("two")->side, CallSide::b);
  EXPECT_EQ(index.leg_of("three"), nullptr);
  EXPECT_TRUE(index.has_extension(CallNumber(1), TenantId(1), "alice"));
  EXPECT_FALSE(index.has_extension(CallNumber(1), TenantId(2), "alice"));
}

TEST(CallIndex, KnowsACallAfterItsEndAndSaysWhenThatWas) {
  CallIndex index;
  index.open(leg(1, CallSide::a, "one", "alice"));
  EXPECT_FALSE(index.ended(CallNumber(1)));
  index.forget(CallNumber(1), TimePoint(5s));
  index.forget(CallNumber(1), TimePoint(9s));
  EXPECT_EQ(index.ended(CallNumber(1)), TimePoint(5s));
  EXPECT_NE(index.leg_of("one"), nullptr);
}

TEST(CallIndex, HoldsABoundedNumberOfEndedCallsAndNoLegOfOthers) {
  CallIndex index;
  for (std::uint64_t i = 1; i <= CallIndex::kMaxForgotten + 1; ++i) {
    index.open(leg(i, CallSide::a, i == 1 ? "same" : std::to_string(i), ""));
    if (i == 2) index.open(leg(i, CallSide::a, "same", ""));
    index.forget(CallNumber(i), TimePoint());
  }
  EXPECT_FALSE(index.knows(CallNumber(1)));
  EXPECT_TRUE(index.knows(CallNumber(2)));
  ASSERT_NE(index.leg_of("same"), nullptr);
  EXPECT_EQ(index.leg_of("same")->call, CallNumber(2));
}

}  // namespace
}  // namespace ringfence::sip_core::trace
