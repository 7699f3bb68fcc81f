// RTCP and SRTCP through a session.
#include "session/session_fixture.hpp"

namespace ringfence::media_worker::test {
namespace {

TEST_F(SessionTest, carries_RTCP_on_its_own_port) {
  ASSERT_TRUE(apply());
  const Packet report = receiver_report(kA, kB, 77);
  const Outcome out = arrive(LegName::a, kPeerARtcp, report, Component::rtcp);
  EXPECT_EQ(out.packet, report);
  EXPECT_EQ(out.destination, kPeerBRtcp);
  EXPECT_EQ(out.component, Component::rtcp);
  EXPECT_EQ(arrive(LegName::a, kPeerA, report, Component::rtp).drop, DropReason::not_rtp);
  EXPECT_EQ(arrive(LegName::a, kPeerARtcp, rtp(kA, 1), Component::rtcp).drop, DropReason::not_rtp);
  EXPECT_EQ(view_.leg(LegName::a).counters.rtcp_received, 1u);
  EXPECT_EQ(view_.leg(LegName::b).counters.rtcp_sent, 1u);
}

TEST_F(SessionTest, carries_RTCP_between_a_multiplexed_leg_and_one_that_is_not_R136) {
  a_.remote_rtcp = kPeerA;
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  const Packet report = receiver_report(kA, kB, 77);
  const Packet encrypted = reference_srtcp(key(2).bytes(), report, 1);
  Outcome out = arrive(LegName::a, kPeerA, encrypted);
  EXPECT_EQ(out.packet, report);
  EXPECT_EQ(out.destination, kPeerBRtcp);
  EXPECT_EQ(out.component, Component::rtcp);
  EXPECT_EQ(arrive(LegName::a, kPeerARtcp, encrypted, Component::rtcp).drop, DropReason::not_rtp);
  const Packet answer = receiver_report(kB, kA, 5);
  out = arrive(LegName::b, kPeerBRtcp, answer, Component::rtcp);
  EXPECT_EQ(out.packet, reference_srtcp(key(1).bytes(), answer, 1));
  EXPECT_EQ(out.destination, kPeerA);
  EXPECT_EQ(out.component, Component::rtp);
}

TEST_F(SessionTest, replaces_names_in_RTCP_by_one_that_stays_R168) {
  ASSERT_TRUE(apply());
  const Packet report = receiver_report(kA, kB, 77) + source_description(kA, "alice@192.168.1.20");
  const Outcome first = arrive(LegName::a, kPeerARtcp, report, Component::rtcp);
  const Outcome second = arrive(LegName::a, kPeerARtcp, report, Component::rtcp);
  EXPECT_EQ(first.packet, second.packet);
  EXPECT_EQ(std::string(first.packet.begin(), first.packet.end()).find("192.168"),
            std::string::npos);
}

TEST_F(SessionTest, reports_on_a_renumbered_stream_come_back_in_the_source_s_numbers_R121) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_b(rtp(kB, 65000)).packet, srtp(1, rtp(kB, 32232)));
  const Packet report = reference_srtcp(key(2).bytes(), receiver_report(kA, kB, 32232), 1);
  EXPECT_EQ(arrive(LegName::a, kPeerARtcp, report, Component::rtcp).packet,
            receiver_report(kA, kB, 65000));
}

}  // namespace
}  // namespace ringfence::media_worker::test
