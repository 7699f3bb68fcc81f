#include "tls-front/accept/handshake_governor.hpp"

#include <gtest/gtest.h>

#include <array>

namespace ringfence::tls_front {
namespace {

const ListenerId kTrunk(1);
const ListenerId kPublic(2);

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}

class HandshakeGovernorTest : public testing::Test {
 protected:
  // nullopt: admitted.
  std::optional<Refusal> knock(ListenerId listener, std::string_view address) {
    const Side side = listener == kTrunk ? Side::trunk : Side::public_side;
    const auto admitted = governor_.admit({listener, side, ip(address)}, clock_.now());
    if (!admitted) return admitted.error();
    counted_ = *admitted;
    return std::nullopt;
  }
  void handshake_over(ListenerId listener, std::string_view address) {
    governor_.handshake_over(listener, Source::of(ip(address)));
  }
  void trunk_at(std::string_view network) {
    trunks_.replace(std::array{*IpNetwork::parse(network)});
  }

  ManualClock clock_;
  FrontSettings settings_;
  Blocklist blocklist_{settings_};
  TrunkSources trunks_;
  HandshakeGovernor governor_{settings_, blocklist_, trunks_};
  CountedSource counted_;  // of the last one admitted
};

constexpr std::nullopt_t kAdmitted = std::nullopt;

TEST_F(HandshakeGovernorTest, CapsWhatIsInFlightPerPort) {  // F045
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(knock(kPublic, "127.0.0.1"), kAdmitted);
  EXPECT_EQ(governor_.in_flight(kPublic), 200u);
  EXPECT_EQ(knock(kPublic, "127.0.0.1"), Refusal::over_cap);
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), Refusal::over_cap);
  EXPECT_EQ(knock(kTrunk, "203.0.113.1"), kAdmitted);
  governor_.handshake_over(kPublic, std::nullopt);
  EXPECT_EQ(knock(kPublic, "127.0.0.1"), kAdmitted);
}

TEST_F(HandshakeGovernorTest, AnOverCapIsNotHeldAgainstItsSource) {  // F045
  settings_.handshake_cap = 1;
  knock(kPublic, "203.0.113.1");
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(knock(kPublic, "203.0.113.2"), Refusal::over_cap);
  handshake_over(kPublic, "203.0.113.1");
  EXPECT_EQ(knock(kPublic, "203.0.113.2"), kAdmitted);
}

TEST_F(HandshakeGovernorTest, LimitsTheHandshakesOfOneSource) {
  for (int i = 0; i < 32; ++i)
    ASSERT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), Refusal::source_handshakes);
  EXPECT_EQ(knock(kTrunk, "203.0.113.1"), Refusal::source_handshakes);
  EXPECT_EQ(knock(kPublic, "203.0.113.2"), kAdmitted);
  handshake_over(kPublic, "203.0.113.1");
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
}

TEST_F(HandshakeGovernorTest, ASourceThatHoldsItsShareIsRefusedBeforeTheCapIsLookedAt) {
  settings_.handshake_cap = 4;
  settings_.handshakes_per_source = 3;
  for (int i = 0; i < 3; ++i)
    ASSERT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
  ASSERT_EQ(knock(kPublic, "203.0.113.2"), kAdmitted);
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), Refusal::source_handshakes);
  EXPECT_EQ(knock(kPublic, "203.0.113.2"), Refusal::over_cap);
}

TEST_F(HandshakeGovernorTest, KeepsAnEighthOfATrunkSidePortForTheTrunks) {  // F045
  trunk_at("198.51.100.0/24");
  for (int i = 0; i < 175; ++i)
    ASSERT_EQ(knock(kTrunk, "10.0.0.1"), kAdmitted);
  EXPECT_EQ(knock(kTrunk, "10.0.0.1"), Refusal::over_cap);
  EXPECT_EQ(knock(kTrunk, "203.0.113.1"), Refusal::over_cap);
  for (int i = 0; i < 25; ++i)
    ASSERT_EQ(knock(kTrunk, "198.51.100.7"), kAdmitted);
  EXPECT_EQ(knock(kTrunk, "198.51.100.7"), Refusal::over_cap);
  // On a public port nothing is kept.
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(knock(kPublic, "10.0.0.1"), kAdmitted);
}

TEST_F(HandshakeGovernorTest, LimitsTheConnectionsOfOneSource) {  // F057
  settings_.connections_per_source = 2;
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
    handshake_over(kPublic, "203.0.113.1");
  }
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), Refusal::source_connections);
  governor_.connection_over(counted_);
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
}

TEST_F(HandshakeGovernorTest, PrivateSourcesAndTrunksAreNotLimitedBySource) {
  settings_.connections_per_source = 1;
  settings_.handshakes_per_source = 1;
  trunk_at("203.0.113.1");
  for (const char* address : {"192.168.1.1", "203.0.113.1"}) {
    for (int i = 0; i < 10; ++i)
      EXPECT_EQ(knock(kPublic, address), kAdmitted);
    EXPECT_EQ(counted_, std::nullopt) << address;
  }
}

TEST_F(HandshakeGovernorTest, WhoProvesToBeATrunkCountsNoLonger) {
  settings_.connections_per_source = 1;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(knock(kTrunk, "203.0.113.1"), kAdmitted);
    handshake_over(kTrunk, "203.0.113.1");
    governor_.connection_over(counted_);
  }
}

TEST_F(HandshakeGovernorTest, WhatCameBeforeItsSourceWasATrunksStillCountsAndIsGivenBack) {
  settings_.connections_per_source = 2;
  knock(kPublic, "203.0.113.1");
  const CountedSource before = counted_;
  trunk_at("203.0.113.1");
  knock(kPublic, "203.0.113.1");
  governor_.handshake_over(kPublic, counted_);
  governor_.connection_over(counted_);
  trunks_.replace({});
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), Refusal::source_connections);
  governor_.connection_over(before);
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
}

TEST_F(HandshakeGovernorTest, ZeroSwitchesALimitOff) {
  settings_.connections_per_source = 0;
  settings_.handshakes_per_source = 0;
  for (int i = 0; i < 190; ++i)
    EXPECT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
}

TEST_F(HandshakeGovernorTest, RefusesABlockedSource) {  // F048
  for (int i = 0; i < 16; ++i)
    blocklist_.fail(Source::of(ip("203.0.113.1")), clock_.now());
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), Refusal::blocked);
  EXPECT_EQ(governor_.in_flight(kPublic), 0u);
  clock_.advance(std::chrono::seconds(3600));
  EXPECT_EQ(knock(kPublic, "203.0.113.1"), kAdmitted);
}

}  // namespace
}  // namespace ringfence::tls_front
