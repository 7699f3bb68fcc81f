#include "sip-core/engine/overload_control.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using Change = OverloadControl::Change;

class OverloadControlTest : public ::testing::Test {
 protected:
  Change judge(Duration delay, OverloadControl::Figures figures = {}) {
    return control.judge(delay, figures, now);
  }
  OverloadControl control;
  TimePoint now{1h};
};

TEST_F(OverloadControlTest, BeginsWhenEventsLieLongerThanHalfASecondF023) {
  EXPECT_EQ(judge(500ms), Change::none);
  EXPECT_EQ(judge(501ms), Change::began);
  EXPECT_TRUE(control.is_on());
  EXPECT_EQ(control.reason(), "queue-delay");
  EXPECT_EQ(judge(600ms), Change::none);
}

TEST_F(OverloadControlTest, EndsAfterAQuietSecondF023) {
  judge(600ms);
  now += 900ms;
  EXPECT_EQ(judge(300ms), Change::none);
  now += 900ms;
  EXPECT_EQ(judge(10ms), Change::none);
  now += 100ms;
  EXPECT_EQ(judge(10ms), Change::ended);
  EXPECT_FALSE(control.is_on());
}

TEST_F(OverloadControlTest, BeginsBeforeQueuesAreFull) {
  EXPECT_EQ(judge(0ms, {OverloadControl::kMaxUnanswered, OverloadControl::kMaxTransactions,
                        OverloadControl::kMaxWaiting}),
            Change::none);
  EXPECT_EQ(judge(0ms, {OverloadControl::kMaxUnanswered + 1, 0, 0}), Change::began);
  EXPECT_EQ(control.reason(), "unanswered-requests");
  control = {};
  EXPECT_EQ(judge(0ms, {0, OverloadControl::kMaxTransactions + 1, 0}), Change::began);
  EXPECT_EQ(control.reason(), "transactions");
  control = {};
  EXPECT_EQ(judge(0ms, {0, 0, OverloadControl::kMaxWaiting + 1}), Change::began);
  EXPECT_EQ(control.reason(), "waiting-messages");
}

TEST_F(OverloadControlTest, StaysOnWhileAFigureIsNearItsLimit) {
  judge(0ms, {OverloadControl::kMaxUnanswered + 1, 0, 0});
  now += 10s;
  EXPECT_EQ(judge(0ms, {OverloadControl::kMaxUnanswered - 1, 0, 0}), Change::none);
  now += 1s;
  EXPECT_EQ(judge(0ms, {OverloadControl::kMaxUnanswered / 2, 0, 0}), Change::ended);
}

}  // namespace
}  // namespace ringfence::sip_core
