#include "media-worker/session/session.hpp"

#include "session/session_fixture.hpp"

namespace ringfence::media_worker::test {
namespace {

TEST_F(SessionTest, relays_plain_to_plain_as_it_is) {
  ASSERT_TRUE(apply());
  const Outcome out = from_a(rtp(kA, 65000));
  EXPECT_EQ(out.packet, rtp(kA, 65000));
  EXPECT_EQ(out.destination, kPeerB);
  EXPECT_EQ(out.component, Component::rtp);
  EXPECT_EQ(totals_.packets_received, 1u);
  EXPECT_EQ(totals_.packets_sent, 1u);
}

TEST_F(SessionTest, decrypts_with_the_peer_s_key_and_encrypts_with_ours) {
  a_.protection = sdes(1, 2);
  b_.protection = sdes(3, 4);
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 700))).packet, srtp(3, rtp(kA, 700)));
  EXPECT_EQ(from_b(srtp(4, rtp(kB, 800))).packet, srtp(1, rtp(kB, 800)));
}

TEST_F(SessionTest, measures_each_peer_s_stream_and_way_by_itself) {
  a_.protection = sdes(1, 2);
  a_.clock_rates.add(0, 8000);
  b_.clock_rates.add(0, 8000);
  ASSERT_TRUE(apply());
  from_a(srtp(2, rtp(kA, 1)));
  now_ += std::chrono::milliseconds(16);
  from_a(srtp(2, rtp(kA, 2)));  // of the same timestamp: 16 ms uneven
  from_b(rtp(kB, 1));
  EXPECT_EQ(view_.leg(LegName::a).jitter(), std::chrono::milliseconds(1));
  EXPECT_FALSE(view_.leg(LegName::b).jitter());

  EXPECT_EQ(arrive(LegName::a, kPeerARtcp, reference_srtcp(key(2).bytes(), sender_report(kA, 7), 1),
                   Component::rtcp)
                .packet,
            sender_report(kA, 7));
  now_ += std::chrono::milliseconds(30);
  EXPECT_FALSE(arrive(LegName::b, kPeerBRtcp, receiver_report(kB, kA, 2, 7, 0), Component::rtcp)
                   .packet.empty());
  EXPECT_EQ(view_.leg(LegName::b).round_trip(), std::chrono::milliseconds(30));
  EXPECT_FALSE(view_.leg(LegName::a).round_trip());
}

// A key that was told by SIP: no index of the stream is sent twice, and none is left out.
TEST_F(SessionTest, tells_a_key_in_the_stream_and_under_the_numbers_of_the_speech) {
  a_.protection = sdes(1, 2);
  a_.events = {101, 8000};
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_b(rtp(kB, 900)).packet, srtp(1, rtp(kB, 900)));
  session_.press(LegName::a, {5, std::chrono::milliseconds(20)}, now_);
  session_.press(LegName::b, {5, std::chrono::milliseconds(20)}, now_);  // who takes none
  Packet told = octets("80e50385000000a00000bbbb058a00a0");
  EXPECT_EQ(from_b(rtp(kB, 901)).packet, srtp(1, told));
  told[1] = 0x65;
  told[3] = 0x86;
  EXPECT_EQ(from_b(rtp(kB, 902)).packet, srtp(1, told));
  told[3] = 0x87;
  EXPECT_EQ(from_b(rtp(kB, 903)).packet, srtp(1, told));
  EXPECT_EQ(from_b(rtp(kB, 904)).packet, srtp(1, rtp(kB, 904)));
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 1))).packet, rtp(kA, 1));
}

TEST_F(SessionTest, bridges_SRTP_and_RTP_both_ways) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 700))).packet, rtp(kA, 700));
  EXPECT_EQ(from_b(rtp(kB, 800)).packet, srtp(1, rtp(kB, 800)));
}

TEST_F(SessionTest, an_SRTP_leg_without_the_peer_s_key_accepts_nothing_and_sends_encrypted_R108) {
  a_.protection = sdes(1, std::nullopt);
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(rtp(kA, 700)).drop, DropReason::no_key);
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 700))).drop, DropReason::no_key);
  EXPECT_EQ(from_b(rtp(kB, 800)).packet, srtp(1, rtp(kB, 800)));
}

TEST_F(SessionTest, never_lets_plain_media_into_an_SRTP_leg_F093) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(rtp(kA, 700, "long enough for a tag")).drop, DropReason::auth_failure);
  EXPECT_EQ(arrive(LegName::a, kPeerARtcp, receiver_report(kA, kB, 1), Component::rtcp).drop,
            DropReason::auth_failure);
  EXPECT_EQ(dropped(LegName::a, DropReason::auth_failure), 2u);
  EXPECT_EQ(totals_.dropped_for(DropReason::auth_failure), 2u);
  EXPECT_EQ(view_.leg(LegName::a).counters.packets_received, 0u);
}

TEST_F(SessionTest, a_storm_of_forged_packets_changes_only_counters_F091) {
  a_.protection = sdes(1, 2);
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  for (int i = 0; i < 100000; ++i) {
    EXPECT_TRUE(from_a(srtp(9, rtp(kA, 1))).drop);
    if (i % 100 != 0) continue;
    EXPECT_TRUE(arrive(LegName::a, kStranger, srtp(9, rtp(kA, 1))).drop);
  }
  EXPECT_FALSE(view_.leg(LegName::a).latched());
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 1))).packet, rtp(kA, 1));
}

TEST_F(SessionTest, is_silent_when_neither_peer_has_proved_to_be_there_for_so_long_R169) {
  using std::chrono::seconds;
  a_.protection = sdes(1, 2);
  silence_timeout_ = seconds(120);
  ASSERT_TRUE(apply());
  now_ += seconds(119);
  EXPECT_FALSE(view_.is_silent(now_));
  EXPECT_FALSE(from_b(rtp(kB, 1)).drop);
  now_ += seconds(119);
  EXPECT_FALSE(view_.is_silent(now_));
  EXPECT_TRUE(from_a(srtp(9, rtp(kA, 1))).drop);  // forged: proves nothing
  now_ += seconds(1);
  EXPECT_TRUE(view_.is_silent(now_));
  EXPECT_FALSE(arrive(LegName::b, kPeerBRtcp, receiver_report(kB, kA, 1), Component::rtcp).drop);
  EXPECT_FALSE(view_.is_silent(now_));
}

TEST_F(SessionTest, may_be_silent_on_hold_and_counts_anew_afterwards_R169) {
  using std::chrono::seconds;
  ASSERT_TRUE(apply());
  now_ += seconds(3600);
  EXPECT_FALSE(view_.is_silent(now_));
  silence_timeout_ = seconds(120);
  ASSERT_TRUE(apply());
  EXPECT_FALSE(view_.is_silent(now_));
  now_ += seconds(120);
  EXPECT_TRUE(view_.is_silent(now_));
}

TEST_F(SessionTest, drops_a_replay_R128) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  EXPECT_FALSE(from_a(srtp(2, rtp(kA, 700))).drop);
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 700))).drop, DropReason::replay);
}

TEST_F(SessionTest, drops_the_ninth_source_of_a_leg_R133_F095) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  for (std::uint32_t ssrc = 1; ssrc <= 8; ++ssrc)
    EXPECT_FALSE(from_a(srtp(2, rtp(ssrc, 700))).drop);
  EXPECT_EQ(from_a(srtp(2, rtp(9, 700))).drop, DropReason::ssrc_limit);
  // A plain peer cannot make us protect without bound either.
  for (std::uint32_t ssrc = 1; ssrc <= 8; ++ssrc)
    EXPECT_FALSE(from_b(rtp(ssrc, 700)).drop);
  EXPECT_EQ(from_b(rtp(9, 700)).drop, DropReason::ssrc_limit);
}

TEST_F(SessionTest, hold_stops_RTP_in_its_direction_and_leaves_RTCP) {
  a_.from_peer = Flow::held;
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(rtp(kA, 1)).drop, DropReason::hold);
  EXPECT_FALSE(from_b(rtp(kB, 1)).drop);
  EXPECT_FALSE(arrive(LegName::a, kPeerARtcp, receiver_report(kA, kB, 1), Component::rtcp).drop);
  a_.from_peer = Flow::open;
  a_.to_peer = Flow::held;
  ASSERT_TRUE(apply());
  EXPECT_FALSE(from_a(rtp(kA, 2)).drop);
  EXPECT_EQ(from_b(rtp(kB, 2)).drop, DropReason::hold);
  EXPECT_FALSE(arrive(LegName::b, kPeerBRtcp, receiver_report(kB, kA, 1), Component::rtcp).drop);
}

TEST_F(SessionTest, the_roll_over_counter_survives_a_hold_R127) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  EXPECT_FALSE(from_a(srtp(2, rtp(kA, 30000))).drop);
  a_.from_peer = Flow::held;
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 60000))).drop, DropReason::hold);
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 5000), 1)).drop, DropReason::hold);
  a_.from_peer = Flow::open;
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 5001), 1)).packet, rtp(kA, 5001));
}

TEST_F(SessionTest, a_session_set_again_neither_restarts_a_stream_nor_unlatches_R118_R135) {
  a_.protection = sdes(1, 2);
  a_.latch = LatchPolicy::follow_source;
  ASSERT_TRUE(apply());
  EXPECT_FALSE(arrive(LegName::a, kStranger, srtp(2, rtp(kA, 700))).drop);
  EXPECT_FALSE(from_b(rtp(kB, 800)).drop);
  ASSERT_TRUE(apply());
  EXPECT_EQ(arrive(LegName::a, kStranger, srtp(2, rtp(kA, 700))).drop, DropReason::replay);
  EXPECT_EQ(from_b(rtp(kB, 800)).drop, DropReason::replay);
  EXPECT_EQ(from_b(rtp(kB, 801)).destination, kStranger);
}

TEST_F(SessionTest, a_new_key_of_the_peer_is_followed_without_a_gap_R119_F087) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  EXPECT_FALSE(from_a(srtp(2, rtp(kA, 700))).drop);
  a_.protection = sdes(1, 7);
  ASSERT_TRUE(apply());
  EXPECT_FALSE(from_a(srtp(2, rtp(kA, 701))).drop);
  EXPECT_FALSE(from_a(srtp(7, rtp(kA, 702))).drop);
  EXPECT_EQ(from_a(srtp(2, rtp(kA, 703))).drop, DropReason::auth_failure);
}

TEST_F(SessionTest, refuses_to_make_a_keyed_leg_plain_and_changes_nothing_F087) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  a_.protection = PlainRtp{};
  a_.remote_rtp = kStranger;
  EXPECT_FALSE(apply());
  EXPECT_EQ(from_b(rtp(kB, 800)).packet, srtp(1, rtp(kB, 800)));
  EXPECT_EQ(from_b(rtp(kB, 801)).destination, kPeerA);
}

TEST_F(SessionTest, a_leg_that_only_offered_SRTP_may_be_answered_plain) {
  a_.protection = sdes(1, std::nullopt);
  ASSERT_TRUE(apply());
  a_.protection = PlainRtp{};
  ASSERT_TRUE(apply());
  EXPECT_EQ(from_b(rtp(kB, 800)).packet, rtp(kB, 800));
}

TEST_F(SessionTest, refuses_a_key_of_ours_that_is_in_the_call_already_R109_R134_F085) {
  a_.protection = sdes(1, 1);
  EXPECT_FALSE(apply());
  a_.protection = sdes(1, 2);
  b_.protection = sdes(1, 3);
  EXPECT_FALSE(apply());
  b_.protection = sdes(2, 3);
  EXPECT_FALSE(apply());
  b_.protection = sdes(4, 1);
  EXPECT_FALSE(apply());
  b_.protection = sdes(4, 5);
  EXPECT_TRUE(apply());
}

TEST_F(SessionTest, refuses_a_send_key_of_another_session_and_changes_nothing_R135) {
  Session other(SessionId(6), totals_, keys_, random_);
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  a_.protection = sdes(3, 2);
  b_.protection = sdes(1, 4);
  EXPECT_FALSE(apply());
  EXPECT_EQ(from_b(rtp(kB, 800)).packet, srtp(1, rtp(kB, 800)));
  SessionDescription description;
  description.a = copy(a_);
  description.a.protection = sdes(1, 2);
  description.b = copy(b_);
  description.b.protection = PlainRtp{};
  EXPECT_FALSE(other.apply(description, now_));
}

TEST_F(SessionTest, drops_everything_that_is_no_packet_of_ours_R132_R199_F096) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  for (std::size_t size = 0; size <= 40; ++size) {
    Packet packet(size, 0x80);
    EXPECT_TRUE(from_a(packet).drop) << size;
    if (size >= 12) continue;
    EXPECT_TRUE(from_b(packet).drop) << size;
  }
  EXPECT_EQ(from_b(octets("000100002112a442") + Packet(12)).drop, DropReason::not_rtp);
  EXPECT_EQ(from_b(octets("16fefd0000") + Packet(40)).drop, DropReason::not_rtp);
  Packet broken = rtp(kB, 1);
  broken[0] = 0x9f;
  EXPECT_EQ(from_b(broken).drop, DropReason::malformed);
}

TEST_F(SessionTest, drops_what_is_longer_than_media_ever_is_F096) {
  ASSERT_TRUE(apply());
  EXPECT_FALSE(from_b(rtp(kB, 1, std::string(kMaxPacket - 12, 'x'))).drop);
  EXPECT_EQ(from_b(rtp(kB, 2, std::string(kMaxPacket - 11, 'x'))).drop, DropReason::too_long);
}

TEST_F(SessionTest, the_longest_packet_has_room_for_its_tag) {
  a_.protection = sdes(1, 2);
  ASSERT_TRUE(apply());
  const Packet longest = rtp(kB, 700, std::string(kMaxPacket - 12, 'x'));
  EXPECT_EQ(from_b(longest).packet, srtp(1, longest));
}

TEST_F(SessionTest, shapes_a_stream_far_beyond_a_codec_s_rate_F099) {
  ASSERT_TRUE(apply());
  int passed = 0;
  for (std::uint16_t n = 0; n < 5000; ++n) {
    now_ += std::chrono::milliseconds(1);
    if (!from_a(rtp(kA, n)).drop) ++passed;
  }
  EXPECT_NEAR(passed, 400 + 5 * 400, 20);
  // Ten milliseconds a packet and a pause that is caught up with are no storm.
  for (std::uint16_t n = 0; n < 1000; ++n) {
    now_ += std::chrono::milliseconds(10);
    EXPECT_FALSE(from_b(rtp(kB, n)).drop);
  }
  now_ += std::chrono::seconds(2);
  for (std::uint16_t n = 1000; n < 1200; ++n)
    EXPECT_FALSE(from_b(rtp(kB, n)).drop);
}

TEST_F(SessionTest, counts_loss_and_octets) {
  ASSERT_TRUE(apply());
  for (const int n : {10, 11, 14})
    from_a(rtp(kA, static_cast<std::uint16_t>(n), "12345678"));
  EXPECT_EQ(view_.leg(LegName::a).lost(), 2u);
  EXPECT_EQ(view_.leg(LegName::a).counters.octets_received, 60u);
  EXPECT_EQ(view_.leg(LegName::b).counters.packets_sent, 3u);
}

}  // namespace
}  // namespace ringfence::media_worker::test
