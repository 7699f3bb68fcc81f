// RFC 3262 §3 and §4.
#include "sip-core/dialog/reliable_provisional.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using Due = ReliableProvisional::Due;

class ReliableProvisionalTest : public ::testing::Test {
 protected:
  TimePoint now{1h};
  ReliableProvisional machine{7};
};

TEST_F(ReliableProvisionalTest, NumbersResponsesInOrder) {
  EXPECT_EQ(machine.send(1, Carries::nothing, now), 7U);
  EXPECT_TRUE(machine.on_prack({7, 1, "INVITE"}));
  EXPECT_EQ(machine.send(1, Carries::nothing, now), 8U);
}

TEST_F(ReliableProvisionalTest, RepeatsFromT1OnAndDoublesWithoutT2sBound) {
  machine.send(1, Carries::nothing, now);
  Duration waited{};
  for (const auto step : {500ms, 1000ms, 2000ms, 4000ms, 8000ms}) {
    waited += step;
    EXPECT_EQ(*machine.next_time(), now + waited);
    EXPECT_EQ(machine.on_time(now + waited - 1ms), Due::nothing);
    EXPECT_EQ(machine.on_time(now + waited), Due::repeat);
  }
}

TEST_F(ReliableProvisionalTest, GivesUpAfter64T1F075) {
  machine.send(1, Carries::description, now);
  EXPECT_EQ(machine.on_time(now + 32s), Due::give_up);
  EXPECT_FALSE(machine.is_out());
  EXPECT_FALSE(machine.next_time());
}

TEST_F(ReliableProvisionalTest, IsStilledByItsOwnPrackOnly) {
  machine.send(3, Carries::description, now);
  EXPECT_FALSE(machine.on_prack({8, 3, "INVITE"}));
  EXPECT_FALSE(machine.on_prack({7, 4, "INVITE"}));
  EXPECT_FALSE(machine.on_prack({7, 3, "UPDATE"}));
  EXPECT_TRUE(machine.description_is_out());
  EXPECT_TRUE(machine.on_prack({7, 3, "INVITE"}));
  EXPECT_FALSE(machine.description_is_out());
  EXPECT_FALSE(machine.on_prack({7, 3, "INVITE"}));
  EXPECT_EQ(machine.on_time(now + 32s), Due::nothing);
}

TEST(ReliableReceptionTest, AcceptsEachNumberOnceAndInOrderOnly) {
  ReliableReception reception;
  EXPECT_TRUE(reception.accept(100));
  EXPECT_FALSE(reception.accept(100));  // a repetition
  EXPECT_FALSE(reception.accept(102));  // beyond a gap
  EXPECT_TRUE(reception.accept(101));
  EXPECT_TRUE(reception.accept(102));
}

}  // namespace
}  // namespace ringfence::sip_core
