// Whose packets a leg takes, and where it sends.
#include "session/session_fixture.hpp"

namespace ringfence::media_worker::test {
namespace {

TEST_F(SessionTest, drops_what_comes_from_elsewhere_and_sends_nothing_there_F092) {
  ASSERT_TRUE(apply());
  EXPECT_EQ(arrive(LegName::a, kStranger, rtp(kA, 1)).drop, DropReason::wrong_source);
  EXPECT_EQ(arrive(LegName::a, kPeerB, rtp(kA, 1)).drop, DropReason::wrong_source);
  EXPECT_EQ(view_.leg(LegName::a).foreign_source(), kPeerB);
  EXPECT_EQ(from_b(rtp(kB, 1)).destination, kPeerA);
}

TEST_F(SessionTest, a_plain_leg_that_may_follow_does_so_once_R172) {
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  const SocketAddress nat = *SocketAddress::parse("203.0.113.5:7000");
  EXPECT_FALSE(arrive(LegName::a, nat, rtp(kA, 1)).drop);
  EXPECT_EQ(from_b(rtp(kB, 1)).destination, nat);
  EXPECT_EQ(arrive(LegName::a, kStranger, rtp(kA, 2)).drop, DropReason::wrong_source);
  EXPECT_FALSE(from_a(rtp(kA, 3)).drop);
  EXPECT_EQ(from_b(rtp(kB, 2)).destination, kPeerA);
  EXPECT_EQ(arrive(LegName::a, nat, rtp(kA, 4)).drop, DropReason::wrong_source);
}

TEST_F(SessionTest, plain_RTCP_is_followed_only_at_the_address_of_its_RTP_R172) {
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  const Packet report = receiver_report(kA, kB, 1);
  EXPECT_EQ(arrive(LegName::a, kStranger, report, Component::rtcp).drop, DropReason::wrong_source);
  const SocketAddress other_port = *SocketAddress::parse("192.0.2.1:9999");
  EXPECT_FALSE(arrive(LegName::a, other_port, report, Component::rtcp).drop);
  EXPECT_EQ(arrive(LegName::b, kPeerBRtcp, receiver_report(kB, kA, 1), Component::rtcp).destination,
            other_port);
}

TEST_F(SessionTest, strangers_may_ask_a_leg_that_follows_for_little_work_F091) {
  a_.protection = sdes(1, 2);
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  for (int i = 0; i < 1000; ++i)
    EXPECT_TRUE(arrive(LegName::a, kStranger, srtp(9, rtp(kA, 1))).drop);
  EXPECT_EQ(dropped(LegName::a, DropReason::auth_failure), 50u);
  EXPECT_EQ(dropped(LegName::a, DropReason::rate_limit), 950u);
  EXPECT_FALSE(from_a(srtp(2, rtp(kA, 1))).drop);
}

TEST_F(SessionTest, an_SRTP_leg_latches_only_what_authenticates_R125_R172) {
  a_.protection = sdes(1, 2);
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  EXPECT_EQ(arrive(LegName::a, kStranger, srtp(9, rtp(kA, 1))).drop, DropReason::auth_failure);
  EXPECT_EQ(from_b(rtp(kB, 1000)).destination, kPeerA);
  EXPECT_FALSE(arrive(LegName::a, kStranger, srtp(2, rtp(kA, 1))).drop);
  EXPECT_EQ(from_b(rtp(kB, 1001)).destination, kStranger);
  // A replay of that packet from somewhere else moves nothing.
  EXPECT_EQ(arrive(LegName::a, kPeerB, srtp(2, rtp(kA, 1))).drop, DropReason::replay);
  EXPECT_EQ(from_b(rtp(kB, 1002)).destination, kStranger);
}

TEST_F(SessionTest, a_packet_that_was_held_back_does_not_move_the_latch) {
  a_.protection = sdes(1, 2);
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  EXPECT_FALSE(from_a(srtp(2, rtp(kA, 10))).drop);
  EXPECT_FALSE(arrive(LegName::a, kStranger, srtp(2, rtp(kA, 9))).drop);
  EXPECT_EQ(from_b(rtp(kB, 1000)).destination, kPeerA);
}

TEST_F(SessionTest, accepts_and_sends_nothing_before_the_peer_s_address_is_known) {
  a_.remote_rtp.reset();
  a_.remote_rtcp.reset();
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(rtp(kA, 1)).drop, DropReason::no_peer_address);
  EXPECT_EQ(from_b(rtp(kB, 1)).drop, DropReason::no_peer_address);
}

}  // namespace
}  // namespace ringfence::media_worker::test
