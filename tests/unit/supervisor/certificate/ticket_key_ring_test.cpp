#include "supervisor/certificate/ticket_key_ring.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace ringfence::supervisor {
namespace {

using testing::SizeIs;
using namespace std::chrono_literals;

TEST(TicketKeyRing, MakesANewKeyEveryEightHoursAndKeepsThree) {  // R180
  SeededRandom random(1);
  ManualClock clock;
  TicketKeyRing ring(random);
  EXPECT_TRUE(ring.rotate(clock.now()));
  EXPECT_FALSE(ring.rotate(clock.now()));
  const std::string first = ring.message().ticket_keys().keys(0);
  EXPECT_THAT(first, SizeIs(80));
  clock.advance(8h - 1s);
  EXPECT_FALSE(ring.rotate(clock.now()));
  clock.advance(1s);
  EXPECT_TRUE(ring.rotate(clock.now()));
  const auto message = ring.message();
  ASSERT_THAT(message.ticket_keys().keys(), SizeIs(2));
  EXPECT_NE(message.ticket_keys().keys(0), first);
  EXPECT_EQ(message.ticket_keys().keys(1), first);
  for (int i = 0; i < 2; ++i) {
    clock.advance(8h);
    ring.rotate(clock.now());
  }
  EXPECT_THAT(ring.message().ticket_keys().keys(), SizeIs(3));
  EXPECT_THAT(ring.message().ticket_keys().keys(), testing::Not(testing::Contains(first)));
}

TEST(TicketKeyRing, LeavesNothingInAMessageThatWasSent) {
  SeededRandom random(1);
  TicketKeyRing ring(random);
  ring.rotate({});
  auto message = ring.message();
  wipe_keys(message);
  const std::string& key = message.ticket_keys().keys(0);
  EXPECT_TRUE(std::ranges::all_of(key, [](char c) { return c == 0; }));
}

}  // namespace
}  // namespace ringfence::supervisor
