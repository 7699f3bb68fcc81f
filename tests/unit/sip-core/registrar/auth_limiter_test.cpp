#include "sip-core/registrar/auth_limiter.hpp"

#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

class AuthLimiterTest : public testing::Test {
 protected:
  // Each port is another flow of that source.
  AuthLimiter::Attempt from(const std::string& ip, Port port, std::string_view user = "alice") {
    const IpAddress source = *IpAddress::parse(ip);
    return {TenantId(1), user, UdpFlow{ListenerId(1), {source, port}}, source};
  }
  bool may(const AuthLimiter::Attempt& attempt) { return limiter_.may_try(attempt, now_); }
  void fail(const AuthLimiter::Attempt& attempt, std::uint32_t times) {
    for (std::uint32_t i = 0; i < times; ++i)
      limiter_.note_wrong(attempt, now_);
  }
  // So many wrong tries, each from another flow of the source.
  void guess(const std::string& ip, std::uint32_t times, std::string_view user = "alice") {
    for (std::uint32_t i = 0; i < times; ++i)
      fail(from(ip, static_cast<Port>(1000 + i), user), 1);
  }

  TimePoint now_{1h};
  AuthLimiter limiter_{7};
};

TEST_F(AuthLimiterTest, ShutsAFlowThatGuessesUntilTheWindowIsOverR151) {
  const auto attempt = from("10.0.0.1", 5060);
  fail(attempt, AuthLimiter::kPerFlow - 1);
  EXPECT_TRUE(may(attempt));
  fail(attempt, 1);
  EXPECT_FALSE(may(attempt));
  EXPECT_TRUE(may(from("10.0.0.1", 5061)));
  now_ += 301s;
  EXPECT_TRUE(may(attempt));
}

TEST_F(AuthLimiterTest, ShutsASourceThatGuessesFromManyPortsAndNamesF060) {
  for (std::uint32_t i = 0; i < AuthLimiter::kPerSource; ++i)
    guess("192.0.2.1", 1, "user" + std::to_string(i));
  EXPECT_FALSE(may(from("192.0.2.1", 9, "somebody")));
  EXPECT_TRUE(may(from("192.0.2.2", 9, "somebody")));
}

TEST_F(AuthLimiterTest, NeverShutsAPrivateNetworkAsAWhole) {
  guess("127.0.0.1", 5000);
  EXPECT_TRUE(may(from("127.0.0.1", 9)));
}

TEST_F(AuthLimiterTest, CountsTheSourcesOfOneIpv6NetworkTogether) {
  guess("2001:db8::1", AuthLimiter::kPerSource);
  EXPECT_FALSE(may(from("2001:db8::2", 9)));
  EXPECT_TRUE(may(from("2001:db8:0:1::2", 9)));
}

// F060: many sources guess at one user; each has one try, and so has the true phone.
TEST_F(AuthLimiterTest, LeavesEverySourceOneTryAtAUserUnderAttack) {
  for (int i = 0; i < 150; ++i)
    guess("198.51.100." + std::to_string(i), 1);
  EXPECT_TRUE(may(from("192.0.2.1", 9)));
  fail(from("192.0.2.1", 9), 1);
  EXPECT_FALSE(may(from("192.0.2.1", 10)));
  EXPECT_TRUE(may(from("192.0.2.1", 10, "bob")));
}

// F060
TEST_F(AuthLimiterTest, NeverLocksOutWhoWasRightBeforeNorARegisteredFlow) {
  const auto phone = from("192.0.2.1", 5060);
  limiter_.note_right(phone, now_);
  guess("192.0.2.1", 200, "bob");
  for (int i = 0; i < 150; ++i)
    guess("198.51.100." + std::to_string(i), 1);
  EXPECT_TRUE(may(phone));
  EXPECT_FALSE(may(from("192.0.2.1", 5060, "carol")));
  guess("192.0.2.1", AuthLimiter::kPerKnownUserOfSource);
  EXPECT_FALSE(may(phone));
  auto registered = phone;
  registered.via = AuthLimiter::Via::registered_flow;
  EXPECT_TRUE(may(registered));
}

TEST_F(AuthLimiterTest, KeepsItsSizeWhateverComes) {
  for (std::uint32_t i = 0; i < 100'000; ++i)
    limiter_.note_wrong(from("198.51.100.1", static_cast<Port>(i), "u" + std::to_string(i)), now_);
  EXPECT_LE(limiter_.size(), 65'536U);
}

}  // namespace
}  // namespace ringfence::sip_core
