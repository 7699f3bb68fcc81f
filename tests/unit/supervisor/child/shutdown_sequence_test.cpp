// How the bundle ends within five seconds.
#include "supervisor/child/shutdown_sequence.hpp"

#include <gmock/gmock.h>

namespace ringfence::supervisor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class Shutdown : public testing::Test {
 protected:
  Shutdown() {
    EXPECT_THAT(begin_shutdown(sequence_, clock_.now()),
                ElementsAre(ShutdownOrder::finish_sip_core));
  }
  std::vector<ShutdownOrder> after(Duration time, Alive alive) {
    clock_.advance(time);
    return step(sequence_, alive, clock_.now());
  }

  ManualClock clock_;
  ShutdownSequence sequence_;
};

TEST_F(Shutdown, EndsTheOthersWhenSipCoreIsGone) {
  EXPECT_THAT(after(100ms, {true, true}), IsEmpty());
  EXPECT_THAT(after(100ms, {false, true}), ElementsAre(ShutdownOrder::finish_others));
  EXPECT_THAT(after(100ms, {false, true}), IsEmpty());
  EXPECT_THAT(after(100ms, {false, false}), ElementsAre(ShutdownOrder::exit));
  EXPECT_THAT(after(100ms, {false, false}), IsEmpty());
}

TEST_F(Shutdown, DoesNotWaitForASipCoreThatHangs) {
  EXPECT_THAT(after(3100ms, {true, true}), IsEmpty());
  EXPECT_THAT(after(100ms, {true, true}), ElementsAre(ShutdownOrder::finish_others));
  EXPECT_THAT(after(900ms, {true, true}), IsEmpty());
  EXPECT_THAT(after(100ms, {true, true}), ElementsAre(ShutdownOrder::kill_all));
  EXPECT_THAT(after(10ms, {false, false}), ElementsAre(ShutdownOrder::exit));
}

TEST_F(Shutdown, KillsWhatIsLeftBeforeFiveSecondsAreOver) {
  EXPECT_LT(kKillAfter, 5s);
  after(3200ms, {true, true});
  EXPECT_THAT(after(1000ms, {false, true}), ElementsAre(ShutdownOrder::kill_all));
}

}  // namespace
}  // namespace ringfence::supervisor
