#include "supervisor/child/drain.hpp"

#include <gtest/gtest.h>

namespace ringfence::supervisor {
namespace {

const TimePoint kNow{};

proto::SipCoreHealth sip_core(bool draining, std::uint32_t calls) {
  proto::SipCoreHealth health;
  health.set_draining(draining);
  health.set_calls_active(calls);
  return health;
}

TEST(Drain, IsOverWithTheLastCallThatSipCoreKnewAfterTheOrder) {
  Drain drain;
  EXPECT_FALSE(is_over(drain, sip_core(true, 0), kNow));
  order(drain, {}, kNow);
  EXPECT_FALSE(is_over(drain, sip_core(false, 0), kNow));  // a call may be on its way to it
  EXPECT_FALSE(is_over(drain, sip_core(true, 1), kNow + std::chrono::hours(9)));
  EXPECT_TRUE(is_over(drain, sip_core(true, 0), kNow));
}

TEST(Drain, IsOverWhenItsTimeIsWhateverCallsThereAre) {
  Drain drain;
  proto::DrainOrder minute;
  minute.set_seconds(60);
  order(drain, minute, kNow);
  EXPECT_FALSE(is_over(drain, sip_core(true, 5), kNow + std::chrono::seconds(59)));
  EXPECT_TRUE(is_over(drain, sip_core(true, 5), kNow + std::chrono::seconds(60)));
  order(drain, {}, kNow);
  EXPECT_FALSE(is_over(drain, sip_core(true, 5), kNow + std::chrono::seconds(60)));
}

}  // namespace
}  // namespace ringfence::supervisor
