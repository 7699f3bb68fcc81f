// SessionTest: a session of two legs, and what each peer is sent.
#pragma once

#include <gtest/gtest.h>

#include "media-worker/session/session.hpp"
#include "support/packets.hpp"
#include "support/reference_srtp.hpp"

namespace ringfence::media_worker::test {

constexpr std::uint32_t kA = 0xaaaa;
constexpr std::uint32_t kB = 0xbbbb;
const SocketAddress kPeerA = *SocketAddress::parse("192.0.2.1:4000");
const SocketAddress kPeerARtcp = *SocketAddress::parse("192.0.2.1:4001");
const SocketAddress kPeerB = *SocketAddress::parse("198.51.100.2:5000");
const SocketAddress kPeerBRtcp = *SocketAddress::parse("198.51.100.2:5001");
const SocketAddress kStranger = *SocketAddress::parse("203.0.113.66:6666");

inline SdesSrtp sdes(std::uint8_t send, std::optional<std::uint8_t> receive) {
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
    other.events = leg.events;
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

}  // namespace ringfence::media_worker::test
