#include "sip-core/transaction/reflection_guard.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

const IpAddress kSource = *IpAddress::parse("11.0.0.2");

class ReflectionGuardTest : public ::testing::Test {
 protected:
  bool answer(std::size_t received, std::size_t answer) {
    guard.note_received(kSource, received);
    return guard.may_answer(kSource, received, answer, now);
  }
  ReflectionGuard guard;
  TimePoint now{1h};
};

// 2,000 requests a second of 300 octets, each worth a challenge of 700.
TEST_F(ReflectionGuardTest, AFloodGetsNoMoreThanItSendsAndAnAllowanceF059) {
  std::int64_t in = 0;
  std::int64_t out = 0;
  for (int i = 0; i < 20'000; ++i) {
    now += 500us;
    in += 300;
    if (answer(300, 700)) out += 700;
  }
  // Ten seconds: the first allowance, and as much again.
  EXPECT_LE(out, in + 2 * ReflectionGuard::kAllowance);
  EXPECT_GT(out, in / 2);
}

TEST_F(ReflectionGuardTest, APhoneIsAlwaysAnswered) {
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(answer(400, 700));
    now += 1s;
  }
}

// Each is challenged, and proves itself by a longer request that is not answered statelessly.
TEST_F(ReflectionGuardTest, ManyPhonesBehindOneAddressAreAnsweredF059) {
  for (int i = 0; i < 10'000; ++i) {
    ASSERT_TRUE(answer(450, 700)) << i;
    guard.note_received(kSource, 750);
  }
}

TEST_F(ReflectionGuardTest, LoopbackIsNobodysVictim) {
  for (int i = 0; i < 100; ++i)
    ASSERT_TRUE(guard.may_answer(*IpAddress::parse("127.0.0.1"), 1, 1000, now));
}

TEST_F(ReflectionGuardTest, SmallAnswersAreNeverHeldBack) {
  for (int i = 0; i < 10'000; ++i)
    ASSERT_TRUE(answer(500, 400));
}

TEST_F(ReflectionGuardTest, CountsIpv6ByItsNetwork) {
  int answered = 0;
  for (int i = 1; i <= 100; ++i) {
    const auto ip = *IpAddress::parse("2001:db8::" + std::to_string(i));
    answered += guard.may_answer(ip, 0, 1000, now) ? 1 : 0;
  }
  EXPECT_EQ(answered, 8);
}

TEST_F(ReflectionGuardTest, IsBoundedAndMakesRoomForTheNextF059) {
  for (std::uint32_t i = 0; i < ReflectionGuard::kMaxSources; ++i) {
    const std::array<std::uint8_t, 4> octets = {12, static_cast<std::uint8_t>(i >> 16),
                                                static_cast<std::uint8_t>(i >> 8),
                                                static_cast<std::uint8_t>(i)};
    guard.may_answer(*IpAddress::from_bytes(IpAddress::Family::v4, octets.data()), 1, 1, now);
  }
  EXPECT_FALSE(answer(300, 700));
  EXPECT_TRUE(answer(300, 300));
  EXPECT_EQ(guard.size(), ReflectionGuard::kMaxSources);
  now += ReflectionGuard::kRenewal;
  EXPECT_TRUE(answer(300, 700));
  EXPECT_EQ(guard.size(), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
