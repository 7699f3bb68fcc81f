#include "media-worker/session/latch.hpp"

#include <gtest/gtest.h>

#include "media-worker/session/token_bucket.hpp"

namespace ringfence::media_worker::test {
namespace {

using Verdict = Latch::Verdict;

const SocketAddress kNegotiated = *SocketAddress::parse("192.0.2.1:4000");
const SocketAddress kOther = *SocketAddress::parse("198.51.100.9:5000");
const SocketAddress kThird = *SocketAddress::parse("203.0.113.3:6000");

TEST(Latch, hears_only_the_negotiated_address_unless_it_may_follow_R172) {
  for (const auto proof : {SourceProof::none, SourceProof::authenticated}) {
    Latch latch;
    latch.negotiate(kNegotiated, LatchPolicy::negotiated_only);
    EXPECT_EQ(latch.judge(kNegotiated, proof), Verdict::expected);
    EXPECT_EQ(latch.judge(kOther, proof), Verdict::foreign);
    SocketAddress other_port = kNegotiated;
    ++other_port.port;
    EXPECT_EQ(latch.judge(other_port, proof), Verdict::foreign);
  }
}

TEST(Latch, follows_one_other_source_once_and_sends_there_R172) {
  Latch latch;
  latch.negotiate(kNegotiated, LatchPolicy::follow_source);
  EXPECT_EQ(latch.destination(), kNegotiated);
  EXPECT_EQ(latch.judge(kOther, SourceProof::none), Verdict::candidate);
  latch.confirm(kOther);
  EXPECT_EQ(latch.destination(), kOther);
  EXPECT_EQ(latch.judge(kOther, SourceProof::none), Verdict::expected);
  EXPECT_EQ(latch.judge(kThird, SourceProof::none), Verdict::foreign);
}

TEST(Latch, the_negotiated_address_wins_over_one_that_was_quicker_R172) {
  Latch latch;
  latch.negotiate(kNegotiated, LatchPolicy::follow_source);
  latch.confirm(kOther);
  EXPECT_EQ(latch.judge(kNegotiated, SourceProof::none), Verdict::expected);
  latch.confirm(kNegotiated);
  EXPECT_EQ(latch.destination(), kNegotiated);
  EXPECT_EQ(latch.judge(kOther, SourceProof::none), Verdict::foreign);
}

TEST(Latch, an_authenticated_stream_may_move_again_R172) {
  Latch latch;
  latch.negotiate(kNegotiated, LatchPolicy::follow_source);
  latch.confirm(kOther);
  EXPECT_EQ(latch.judge(kThird, SourceProof::authenticated), Verdict::candidate);
  latch.confirm(kThird);
  EXPECT_EQ(latch.destination(), kThird);
}

TEST(Latch, a_new_negotiated_address_forgets_the_latched_one) {
  Latch latch;
  latch.negotiate(kNegotiated, LatchPolicy::follow_source);
  latch.confirm(kOther);
  latch.negotiate(kNegotiated, LatchPolicy::follow_source);
  EXPECT_EQ(latch.destination(), kOther);
  latch.negotiate(kThird, LatchPolicy::follow_source);
  EXPECT_EQ(latch.destination(), kThird);
  EXPECT_EQ(latch.judge(kOther, SourceProof::none), Verdict::candidate);
}

TEST(Latch, sends_nowhere_without_a_negotiated_address) {
  Latch latch;
  latch.negotiate(std::nullopt, LatchPolicy::follow_source);
  EXPECT_EQ(latch.judge(kOther, SourceProof::none), Verdict::foreign);
  EXPECT_EQ(latch.judge(kOther, SourceProof::authenticated), Verdict::candidate);
  latch.confirm(kOther);
  EXPECT_FALSE(latch.destination());
}

TEST(TokenBucket, gives_a_burst_and_then_the_rate) {
  TokenBucket bucket(10, 5);
  TimePoint now{std::chrono::hours(1)};
  const auto taken = [&] {
    int count = 0;
    while (bucket.take(now))
      ++count;
    return count;
  };
  EXPECT_EQ(taken(), 5);
  now += std::chrono::milliseconds(100);
  EXPECT_EQ(taken(), 1);
  now += std::chrono::hours(1);
  EXPECT_EQ(taken(), 5);
}

}  // namespace
}  // namespace ringfence::media_worker::test
