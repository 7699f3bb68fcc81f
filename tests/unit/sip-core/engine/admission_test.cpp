// The door under load, on the whole engine: what is refused and what passes (F023, F008, F059).
#include "sip-core/engine/admission.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

class AdmissionTest : public ::testing::Test {
 protected:
  AdmissionTest() {
    Config config = demo_config();
    config.settings["emergency_numbers"] = "110 112";
    world.set_config(config);
    alice.register_now();
    bob.register_now();
    world.advance(1min);
  }
  UserAgent phone(const std::string& name, const std::string& address) {
    return UserAgent::on_udp(world, {name, name + "-password", "demo.example"}, kPublicUdp,
                             address);
  }
  // A datagram that lay for so long before anybody looked at it.
  void late_datagram(Duration age, std::string octets = "\r\n\r\n") {
    world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.99:5060"), std::move(octets), age);
    world.run();
  }
  std::uint64_t counter(std::string_view name) {
    for (const auto& [key, value] : world.engine().health().counters) {
      if (key == name) return value;
    }
    return 0;
  }

  World world{demo_config()};
  UserAgent alice = phone("alice", "127.0.0.10:5060");
  UserAgent bob = phone("bob", "127.0.0.11:5060");
};

TEST_F(AdmissionTest, RefusesNewCallsWhileEventsLieTooLongF023) {
  late_datagram(600ms);
  EXPECT_EQ(world.count_log("overload"), 1U);
  alice.invite("bob", audio_sdp(41000), false);
  const auto refusal = alice.expect_response(503);
  EXPECT_GE(refusal.number(HeaderName::retry_after).value_or(0), 2U);
  EXPECT_EQ(counter("overload_rejects_total"), 1U);
  bob.expect_silence();
}

TEST_F(AdmissionTest, WhatLayWhileNobodyWasHereIsNoLoadF001) {
  World begun{demo_config()};
  const auto lay_for = [&](Duration age) {
    begun.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.99:5060"), "\r\n\r\n", age);
    begun.run();
  };
  lay_for(10s);
  EXPECT_EQ(begun.count_log("overload"), 0U);
  begun.advance(600ms);
  lay_for(10s);
  EXPECT_EQ(begun.count_log("overload"), 1U);
}

TEST_F(AdmissionTest, TakesCallsAgainAfterAQuietSecondF023) {
  late_datagram(600ms);
  world.advance(1s);
  alice.invite("bob", audio_sdp(41000));
  bob.expect_request(Method::invite);
  EXPECT_EQ(world.count_log("overload"), 2U);
}

TEST_F(AdmissionTest, LetsCallsEndAndRegistrationsBeRefreshedF023) {
  auto a = alice.invite("bob", audio_sdp(41000));
  auto b = bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  alice.ack(a, alice.expect_response(200));
  bob.expect_request(Method::ack);
  late_datagram(600ms);
  bob.register_now();
  alice.request(a, Method::bye);
  bob.reply(bob.expect_request(Method::bye), 200);
  alice.expect_response(200);
  EXPECT_EQ(counter("overload_rejects_total"), 0U);
}

TEST_F(AdmissionTest, RefusesTheFirstRegisterOfAStrangerF023) {
  auto stranger = phone("alice", "127.0.0.77:5060");
  late_datagram(600ms);
  EXPECT_EQ(stranger.send_register(600).status_code(), 503);
}

TEST_F(AdmissionTest, LetsEmergencyCallsPassF023) {
  late_datagram(600ms);
  alice.invite("112", audio_sdp(41000), false);
  alice.expect_response(407);
}

TEST_F(AdmissionTest, DropsWhatLayLongerThanATransactionLivesF008) {
  late_datagram(33s, "OPTIONS sip:demo.example SIP/2.0\r\n\r\n");
  EXPECT_EQ(counter("sip_stale_dropped_total"), 1U);
  EXPECT_EQ(counter("sip_unparsable_answered_total"), 0U);
}

// A flood from one forged address: what leaves is no more than what came, but for an allowance.
TEST_F(AdmissionTest, AFloodOfForgedInvitesIsNoWeaponF059) {
  const SocketAddress victim = *SocketAddress::parse("11.0.0.2:5060");
  std::size_t out = 0;
  std::size_t in = 0;
  world.attach_udp(victim, [&](const std::string& octets) { out += octets.size(); });
  for (int i = 0; i < 2000; ++i) {
    const std::string n = std::to_string(i);
    std::string invite =
        "INVITE sip:bob@demo.example SIP/2.0\r\nVia: SIP/2.0/UDP 11.0.0.2;branch="
        "z9hG4bK" +
        n + ";rport\r\nMax-Forwards: 70\r\nFrom: <sip:a@h>;tag=" + n +
        "\r\nTo: <sip:bob@demo.example>\r\nCall-ID: " + n +
        "\r\nCSeq: 1 INVITE\r\nContact: <sip:a@h>\r\nContent-Length: 0\r\n\r\n";
    in += invite.size();
    world.datagram(kPublicUdp, victim, std::move(invite));
    world.run();
  }
  world.advance(64s);  // nothing is repeated either
  EXPECT_LE(out, in + 8192);
  EXPECT_GT(out, 0U);
  EXPECT_GT(counter("udp_unauth_drops_total"), 0U);
}

TEST_F(AdmissionTest, ARepeatedRequestIsChallengedWithTheSameTagF059) {
  const std::string request =
      "REGISTER sip:demo.example SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.10;branch=z9hG4bKsame;rport"
      "\r\nMax-Forwards: 70\r\nFrom: <sip:alice@demo.example>;tag=1\r\nTo: "
      "<sip:alice@demo.example>\r\nCall-ID: same\r\nCSeq: 1 REGISTER\r\nContent-Length: 0\r\n\r\n";
  alice.send(request);
  const auto first = alice.expect_response(401);
  alice.send(request);
  const auto second = alice.expect_response(401);
  EXPECT_FALSE(first.to_tag().empty());
  EXPECT_EQ(first.to_tag(), second.to_tag());
}

}  // namespace
}  // namespace ringfence::sip_core
