// RFC 3261 §14.1.
#include "sip-core/dialog/glare.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

TEST(GlareTest, TheOwnerOfTheCallIdWaitsLongerThanTheOther) {
  SeededRandom random(1);
  for (int i = 0; i < 1000; ++i) {
    const auto owner = glare_delay(CallIdOwner::us, random);
    EXPECT_GE(owner, 2100ms);
    EXPECT_LE(owner, 4s);
    EXPECT_EQ(owner % 10ms, 0ms);
    const auto peer = glare_delay(CallIdOwner::peer, random);
    EXPECT_GE(peer, 0ms);
    EXPECT_LE(peer, 2s);
  }
}

}  // namespace
}  // namespace ringfence::sip_core
