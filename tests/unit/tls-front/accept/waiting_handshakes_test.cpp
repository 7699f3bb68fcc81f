#include "tls-front/accept/waiting_handshakes.hpp"

#include <gtest/gtest.h>

namespace ringfence::tls_front {
namespace {

using namespace std::chrono_literals;
using Number = HandshakeNumber;

class WaitingHandshakesTest : public testing::Test {
 protected:
  void begin(std::uint64_t number, Duration after) {
    since_[Number(number)] = start_ + after;
    waiting_.add(Number(number), start_ + after);
  }
  std::optional<Number> longest(Duration after) {
    return waiting_.longest(start_ + after, [this](Number number) { return since_.at(number); });
  }

  TimePoint start_{1000h};
  std::map<Number, std::optional<TimePoint>> since_;
  WaitingHandshakes waiting_;
};

TEST_F(WaitingHandshakesTest, GivesNobodyUpBeforeItsTime) {
  EXPECT_FALSE(longest(1h));
  begin(1, 0s);
  EXPECT_FALSE(longest(4999ms));
  EXPECT_EQ(longest(5s), Number(1));
}

TEST_F(WaitingHandshakesTest, GivesUpWhoHasWaitedLongest) {
  begin(1, 0s);
  begin(2, 1s);
  begin(3, 2s);
  since_[Number(1)] = start_ + 3s;  // its peer has answered
  EXPECT_EQ(longest(8s), Number(2));
  waiting_.remove(Number(2));
  EXPECT_EQ(longest(8s), Number(3));
  waiting_.remove(Number(3));
  EXPECT_EQ(longest(8s), Number(1));
}

TEST_F(WaitingHandshakesTest, NeverGivesUpWhoWaitsForUs) {
  begin(1, 0s);
  since_[Number(1)] = std::nullopt;
  EXPECT_FALSE(longest(1h));
  since_[Number(1)] = start_ + 1h;
  EXPECT_FALSE(longest(1h + 4999ms));
  EXPECT_EQ(longest(1h + 5s), Number(1));
}

TEST_F(WaitingHandshakesTest, ForgetsWhoIsOver) {
  begin(1, 0s);
  waiting_.remove(Number(1));
  waiting_.remove(Number(7));
  EXPECT_FALSE(longest(1h));
}

}  // namespace
}  // namespace ringfence::tls_front
