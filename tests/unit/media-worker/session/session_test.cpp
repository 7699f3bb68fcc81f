#include "media-worker/session/session.hpp"

#include <gtest/gtest.h>

#include "support/packets.hpp"
#include "support/reference_srtp.hpp"

namespace ringfence::media_worker::test {
namespace {

constexpr std::uint32_t kA = 0xaaaa;
constexpr std::uint32_t kB = 0xbbbb;
const SocketAddress kPeerA = *SocketAddress::parse("192.0.2.1:4000");
const SocketAddress kPeerARtcp = *SocketAddress::parse("192.0.2.1:4001");
const SocketAddress kPeerB = *SocketAddress::parse("198.51.100.2:5000");
const SocketAddress kPeerBRtcp = *SocketAddress::parse("198.51.100.2:5001");
const SocketAddress kStranger = *SocketAddress::parse("203.0.113.66:6666");

SdesSrtp sdes(std::uint8_t send, std::optional<std::uint8_t> receive) {
  SdesSrtp keys;
  keys.suite = &suite_80();
  keys.send_key_salt = key(send);
  if (receive) keys.receive_key_salt = key(*receive);
  return keys;
}

// What left, or why nothing did.
struct Outcome {
  Packet packet;
  std::optional<SocketAddress> destination;
  std::optional<Component> component;
  std::optional<DropReason> drop;
};

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    a_.lease = LeaseId(1);
    a_.remote_rtp = kPeerA;
    a_.remote_rtcp = kPeerARtcp;
    b_.lease = LeaseId(2);
    b_.remote_rtp = kPeerB;
    b_.remote_rtcp = kPeerBRtcp;
  }
  Result<void> apply() {
    SessionDescription description;
    description.a = copy(a_);
    description.b = copy(b_);
    description.silence_timeout = silence_timeout_;
    return session_.apply(description, now_);
  }
  static LegDescription copy(const LegDescription& leg) {
    LegDescription other;
    other.lease = leg.lease;
    other.remote_rtp = leg.remote_rtp;
    other.remote_rtcp = leg.remote_rtcp;
    other.to_peer = leg.to_peer;
    other.from_peer = leg.from_peer;
    other.latch = leg.latch;
    other.clock_rates = leg.clock_rates;
    if (const auto* keys = std::get_if<SdesSrtp>(&leg.protection)) {
      SdesSrtp same;
      same.suite = keys->suite;
      same.send_key_salt = keys->send_key_salt.copy();
      same.receive_key_salt = keys->receive_key_salt.copy();
      other.protection = std::move(same);
    }
    return other;
  }
  Outcome arrive(LegName from, const SocketAddress& source, const Packet& packet,
                 Component component = Component::rtp) {
    Stored stored(packet);
    const auto forward =
        session_.on_packet(from, component, source, stored.octets(), stored.size, now_);
    if (!forward) return {{}, {}, {}, forward.error()};
    EXPECT_EQ(forward->to, other_leg(from));
    session_.on_sent(forward->to, forward->kind);
    return {{forward->octets.begin(), forward->octets.end()},
            forward->destination,
            forward->component,
            {}};
  }
  Outcome from_a(const Packet& packet) { return arrive(LegName::a, kPeerA, packet); }
  Outcome from_b(const Packet& packet) { return arrive(LegName::b, kPeerB, packet); }
  static Packet srtp(std::uint8_t seed, const Packet& plain, std::uint32_t counter = 0) {
    return reference_srtp(key(seed).bytes(), plain, counter);
  }
  std::uint64_t dropped(LegName name, DropReason reason) const {
    return session_.leg(name).counters.dropped_for(reason);
  }

  MediaCounters totals_;
  SendKeyRegister keys_;
  SeededRandom random_{1};
  TimePoint now_{std::chrono::hours(1)};
  LegDescription a_;
  LegDescription b_;
  std::chrono::seconds silence_timeout_{0};
  const Session& view_ = session_;
  Session session_{SessionId(5), totals_, keys_, random_};
};

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
