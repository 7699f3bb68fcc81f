#include "sip-core/trunk/start_pace.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

TEST(StartPace, LetsAFewGoAtOnceAndTheFiveHundredthAfterHalfAMinute) {
  StartPace pace;
  SeededRandom random{1};
  const TimePoint now{1h};
  std::chrono::milliseconds last{0};
  for (unsigned i = 0; i < 500; ++i) {
    const auto wait = pace.wait(now, random);
    if (i < StartPace::kAtOnce) {
      EXPECT_EQ(wait, 0ms) << i;
    } else {
      EXPECT_GT(wait, 0ms) << i;
    }
    last = wait;
  }
  EXPECT_GT(last, 25s);
  EXPECT_LE(last, 30s);
}

TEST(StartPace, ForgetsARushThatIsOver) {
  StartPace pace;
  SeededRandom random{1};
  for (int i = 0; i < 100; ++i)
    pace.wait(TimePoint{1h}, random);
  EXPECT_EQ(pace.wait(TimePoint{1h + 10s}, random), 0ms);
}

}  // namespace
}  // namespace ringfence::sip_core
