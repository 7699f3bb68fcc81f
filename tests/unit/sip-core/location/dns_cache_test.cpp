#include "sip-core/location/dns_cache.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using State = DnsCache::State;

class DnsCacheTest : public ::testing::Test {
 protected:
  State look(const std::string& name, RecordType type = RecordType::address) {
    return cache.lookup(type, name, now, actions).state;
  }
  std::vector<ResolveName> take_asked() {
    std::vector<ResolveName> asked;
    for (Action& action : std::exchange(actions, {})) {
      if (auto* question = std::get_if<ResolveName>(&action)) asked.push_back(*question);
      if (auto* line = std::get_if<WriteLog>(&action)) warnings += line->level == LogLevel::warning;
    }
    return asked;
  }
  void answer(DnsResult result) {
    const auto asked = take_asked();
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_TRUE(cache.on_resolved({asked[0].query, std::move(result)}, now, actions));
  }
  static DnsAnswer good(std::chrono::seconds ttl) {
    return {std::vector{*IpAddress::parse("192.0.2.7")}, ttl};
  }
  static DnsResult fault(DnsFault kind) { return std::unexpected(DnsFailure{kind, "why"}); }

  TimePoint now{1h};
  Actions actions;
  Identifiers ids;
  DnsCache cache{ids};
  int warnings = 0;
};

TEST_F(DnsCacheTest, AsksOnceForANameHoweverItIsSpelt) {
  EXPECT_EQ(look("Carrier.example."), State::pending);
  EXPECT_EQ(look("carrier.example"), State::pending);
  answer(good(60s));
  EXPECT_EQ(look("CARRIER.example"), State::found);
  EXPECT_TRUE(take_asked().empty());
  EXPECT_EQ(look("carrier.example", RecordType::srv), State::pending);
}

TEST_F(DnsCacheTest, AsksAgainWhenTheTtlIsOverAndServesMeanwhile) {
  look("h");
  answer(good(120s));
  now += 119s;
  look("h");
  EXPECT_TRUE(take_asked().empty());
  now += 1s;
  EXPECT_EQ(look("h"), State::found);
  EXPECT_EQ(take_asked().size(), 1U);
}

TEST_F(DnsCacheTest, KeepsTheTtlWithinBounds) {
  look("short");
  answer(good(0s));
  look("long");
  answer(good(999'999s));
  now += DnsCache::kShortestTtl - 1s;
  look("short");
  EXPECT_TRUE(take_asked().empty());
  now += 1s;
  look("short");
  EXPECT_EQ(take_asked().size(), 1U);
  now += DnsCache::kLongestTtl;
  look("long");
  EXPECT_EQ(take_asked().size(), 1U);
}

TEST_F(DnsCacheTest, RemembersForAWhileThatThereIsNothingR100) {
  look("h");
  answer(fault(DnsFault::absent));
  EXPECT_EQ(look("h"), State::absent);
  EXPECT_TRUE(take_asked().empty());
  now += DnsCache::kNoAddressTtl;
  EXPECT_EQ(look("h"), State::pending);
  take_asked();
  look("_sip._udp.h", RecordType::srv);
  answer(fault(DnsFault::absent));
  now += DnsCache::kNoServiceTtl - 1s;
  EXPECT_EQ(look("_sip._udp.h", RecordType::srv), State::absent);
  now += 1s;
  EXPECT_EQ(look("_sip._udp.h", RecordType::srv), State::pending);
}

TEST_F(DnsCacheTest, BelievesThatANameIsGone) {
  look("h");
  answer(good(60s));
  now += 60s;
  look("h");
  answer(fault(DnsFault::absent));
  EXPECT_EQ(look("h"), State::absent);
}

TEST_F(DnsCacheTest, KeepsTheLastGoodAnswerForAnHourWithOneWarningR100F116) {
  look("h");
  answer(good(60s));
  const TimePoint good_at = now;
  now += 60s;
  while (now - good_at <= DnsCache::kKeepLastGood) {
    ASSERT_EQ(look("h"), State::found);
    answer(fault(DnsFault::unavailable));
    take_asked();
    now += DnsCache::kRetry;
  }
  EXPECT_EQ(warnings, 1);
  look("h");
  answer(fault(DnsFault::unavailable));
  EXPECT_EQ(look("h"), State::unavailable);
}

TEST_F(DnsCacheTest, WarnsAgainAfterAnOutageIsOver) {
  look("h");
  answer(good(10s));
  for (int outage = 1; outage <= 2; ++outage) {
    now += 10s;
    look("h");
    answer(fault(DnsFault::unavailable));
    take_asked();
    EXPECT_EQ(warnings, outage);
    now += DnsCache::kRetry;
    look("h");
    answer(good(10s));
  }
}

TEST_F(DnsCacheTest, ForgetsWhatNobodyAsksFor) {
  look("h");
  answer(good(30s));
  now += 61s;
  cache.forget_unused(now);
  EXPECT_EQ(cache.size(), 0U);
}

TEST_F(DnsCacheTest, IsBoundedInWhatPeersMayMakeItAskFor) {
  for (std::size_t i = 0; i < DnsCache::kMaxNames; ++i)
    ASSERT_EQ(look("h" + std::to_string(i)), State::pending);
  EXPECT_EQ(look("one-more"), State::unavailable);
}

TEST_F(DnsCacheTest, IgnoresAnAnswerThatItDidNotAskFor) {
  EXPECT_FALSE(cache.on_resolved({QueryId{99}, good(60s)}, now, actions));
}

}  // namespace
}  // namespace ringfence::sip_core
