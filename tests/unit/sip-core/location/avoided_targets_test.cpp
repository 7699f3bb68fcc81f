#include "sip-core/location/avoided_targets.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using Standing = AvoidedTargets::Standing;

const TrunkId kTrunk{1};
const SocketAddress kTarget = *SocketAddress::parse("192.0.2.1:5060");

class AvoidedTargetsTest : public ::testing::Test {
 protected:
  Standing standing(TrunkId trunk = kTrunk) const { return avoided.standing(trunk, kTarget, now); }
  AvoidedTargets avoided;
  TimePoint now{1h};
};

TEST_F(AvoidedTargetsTest, AFailedTargetIsAvoidedForItsTimeR097) {
  avoided.note_failed(kTrunk, kTarget, 30s, now);
  EXPECT_EQ(standing(), Standing::failed);
  now += 30s;
  EXPECT_EQ(standing(), Standing::good);
}

TEST_F(AvoidedTargetsTest, AnAnswerEndsAFailureAndNoRetryAfter) {
  avoided.note_failed(kTrunk, kTarget, 30s, now);
  avoided.note_answered(kTrunk, kTarget);
  EXPECT_EQ(standing(), Standing::good);
  avoided.note_retry_after(kTrunk, kTarget, 60s, now);
  avoided.note_failed(kTrunk, kTarget, 1s, now);
  avoided.note_answered(kTrunk, kTarget);
  EXPECT_EQ(standing(), Standing::refusing);
}

TEST_F(AvoidedTargetsTest, ARetryAfterIsHeldWithinReason) {
  avoided.note_retry_after(kTrunk, kTarget, 86400s, now);
  now += AvoidedTargets::kLongestRetryAfter;
  EXPECT_EQ(standing(), Standing::good);
}

TEST_F(AvoidedTargetsTest, OneTrunksTroubleIsNotAnothers) {
  avoided.note_failed(kTrunk, kTarget, 30s, now);
  EXPECT_EQ(standing(TrunkId{2}), Standing::good);
}

TEST_F(AvoidedTargetsTest, IsBoundedAndMakesRoomOfWhatIsOver) {
  for (std::size_t i = 0; i < AvoidedTargets::kMaxTargets; ++i)
    avoided.note_failed(TrunkId{i + 10}, kTarget, 30s, now);
  avoided.note_failed(kTrunk, kTarget, 30s, now);
  EXPECT_EQ(standing(), Standing::good);
  now += 30s;
  avoided.note_failed(kTrunk, kTarget, 30s, now);
  EXPECT_EQ(standing(), Standing::failed);
}

}  // namespace
}  // namespace ringfence::sip_core
