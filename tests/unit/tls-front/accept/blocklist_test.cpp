// Blocklist: the sliding window, who is exempt, what bounds it.
#include "tls-front/accept/blocklist.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringfence::tls_front {
namespace {

using std::chrono::seconds;
using testing::SizeIs;

Source source(std::string_view text) {
  return *Source::parse(text);
}

class BlocklistTest : public testing::Test {
 protected:
  bool fail(std::string_view text, int times) {
    bool blocked = false;
    for (int i = 0; i < times; ++i)
      blocked = list_.fail(source(text), clock_.now()).has_value() || blocked;
    return blocked;
  }
  bool blocked(std::string_view text) { return list_.is_blocked(source(text), clock_.now()); }

  ManualClock clock_;
  FrontSettings settings_;
  Blocklist list_{settings_};
};

TEST_F(BlocklistTest, BlocksAtTheSixteenthFailure) {  // F048
  EXPECT_FALSE(fail("203.0.113.1", 15));
  EXPECT_FALSE(blocked("203.0.113.1"));
  const auto entry = list_.fail(source("203.0.113.1"), clock_.now());
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->failures, 16u);
  EXPECT_EQ(entry->until, clock_.now() + seconds(3600));
  EXPECT_TRUE(blocked("203.0.113.1"));
  EXPECT_FALSE(blocked("203.0.113.2"));
  EXPECT_EQ(list_.active(clock_.now()), 1u);
  EXPECT_EQ(list_.blocked_lifetime(), 1u);
}

TEST_F(BlocklistTest, ForgetsFailuresThatLeftTheWindow) {  // F049
  EXPECT_FALSE(fail("203.0.113.1", 1));
  clock_.advance(seconds(10));
  EXPECT_FALSE(fail("203.0.113.1", 14));
  clock_.advance(seconds(291));
  EXPECT_FALSE(fail("203.0.113.1", 1));
  EXPECT_FALSE(blocked("203.0.113.1"));
  EXPECT_TRUE(fail("203.0.113.1", 1));
}

TEST_F(BlocklistTest, AnOperatorReleasesASourceAndItsFailures) {
  fail("203.0.113.1", 16);
  EXPECT_TRUE(list_.release(source("203.0.113.1"), clock_.now()));
  EXPECT_FALSE(blocked("203.0.113.1"));
  EXPECT_FALSE(list_.release(source("203.0.113.1"), clock_.now()));
  EXPECT_FALSE(fail("203.0.113.1", 15));
  EXPECT_TRUE(fail("203.0.113.1", 1));
}

TEST_F(BlocklistTest, AnyAddressOfASlash64ReleasesIt) {
  fail("2001:db8:1:2::1", 16);
  EXPECT_TRUE(list_.release(source("2001:db8:1:2::9"), clock_.now()));
  EXPECT_THAT(list_.size(), 0u);
}

TEST_F(BlocklistTest, EndsByItselfAndCountsAnewThen) {
  fail("203.0.113.1", 16);
  clock_.advance(seconds(3599));
  EXPECT_TRUE(blocked("203.0.113.1"));
  clock_.advance(seconds(1));
  EXPECT_FALSE(blocked("203.0.113.1"));
  EXPECT_EQ(list_.active(clock_.now()), 0u);
  EXPECT_FALSE(fail("203.0.113.1", 15));
  EXPECT_TRUE(fail("203.0.113.1", 1));
}

TEST_F(BlocklistTest, AFailureWhileBlockedProlongsNothing) {
  fail("203.0.113.1", 16);
  clock_.advance(seconds(100));
  EXPECT_FALSE(fail("203.0.113.1", 100));
  EXPECT_EQ(list_.blocked(clock_.now(), 10)[0].until, clock_.now() + seconds(3500));
}

TEST_F(BlocklistTest, NeverBlocksPrivateSources) {
  for (const char* text : {"10.1.2.3", "172.31.255.1", "192.168.0.1", "127.0.0.1", "169.254.1.1",
                           "::1", "fe80::1", "fd00::1", "::ffff:192.168.0.1"}) {
    EXPECT_FALSE(fail(text, 100)) << text;
  }
  EXPECT_EQ(list_.size(), 0u);
}

TEST_F(BlocklistTest, BlocksWhatOnlyLooksPrivate) {
  for (const char* text : {"100.64.0.1", "172.32.0.1", "192.0.2.1", "198.51.100.1", "11.0.0.2",
                           "2001:db8::1", "::ffff:8.8.8.8"}) {
    EXPECT_TRUE(fail(text, 16)) << text;
  }
}

TEST_F(BlocklistTest, CountsAMappedAddressAsItsIpv4) {  // F051
  EXPECT_FALSE(fail("::ffff:11.0.0.2", 15));
  EXPECT_TRUE(fail("11.0.0.2", 1));
}

TEST_F(BlocklistTest, CountsIpv6ByItsSlash64) {  // F052
  for (int i = 0; i < 15; ++i)
    EXPECT_FALSE(fail("2001:db8:1:2::" + std::to_string(i), 1));
  EXPECT_TRUE(fail("2001:db8:1:2:ffff::1", 1));
  EXPECT_TRUE(blocked("2001:db8:1:2::abcd"));
  EXPECT_FALSE(blocked("2001:db8:1:3::abcd"));
  EXPECT_EQ(source("2001:db8:1:2::abcd").to_string(), "2001:db8:1:2::/64");
}

TEST_F(BlocklistTest, DropsTheOldestSourceOfTheFamilyWhenFull) {  // F052
  Blocklist small(settings_, 2);
  for (int i = 0; i < 15; ++i) {
    small.fail(source("203.0.113.1"), clock_.now());
    small.fail(source("203.0.113.2"), clock_.now());
    small.fail(source("2001:db8::1"), clock_.now());
  }
  small.fail(source("203.0.113.1"), clock_.now());  // blocked, and the younger one now
  small.fail(source("203.0.113.3"), clock_.now());
  EXPECT_EQ(small.size(), 3u);
  EXPECT_EQ(small.evictions(), 1u);
  EXPECT_TRUE(small.is_blocked(source("203.0.113.1"), clock_.now()));
  EXPECT_FALSE(small.fail(source("203.0.113.2"), clock_.now()));
}

TEST_F(BlocklistTest, IsOffAtZero) {
  settings_.blocklist_failures = 0;
  EXPECT_FALSE(fail("203.0.113.1", 1000));
}

TEST_F(BlocklistTest, RestoresWithNoMoreThanTheDurationInForce) {
  const TimePoint now = clock_.now();
  list_.restore({{source("203.0.113.1"), now + seconds(60), 16},
                 {source("203.0.113.2"), now + seconds(1'000'000), 17},
                 {source("203.0.113.3"), now - seconds(1), 18},
                 {source("10.0.0.1"), now + seconds(60), 19}},
                now);
  const auto all = list_.blocked(now, 10);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].until, now + seconds(3600));
  EXPECT_EQ(all[1].until, now + seconds(60));
  EXPECT_EQ(all[1].failures, 16u);
  EXPECT_THAT(list_.blocked(now, 1), SizeIs(1));
  // A later list takes its place: this is how an operator's removal arrives.
  list_.restore({}, now);
  EXPECT_EQ(list_.active(now), 0u);
}

}  // namespace
}  // namespace ringfence::tls_front
