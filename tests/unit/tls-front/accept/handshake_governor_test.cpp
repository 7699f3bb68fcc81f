#include "tls-front/accept/handshake_governor.hpp"

#include <gtest/gtest.h>

namespace ringfence::tls_front {
namespace {

const ListenerId kTrunk(1);
const ListenerId kPublic(2);

Source source(std::string_view text) {
  return *Source::parse(text);
}

class HandshakeGovernorTest : public testing::Test {
 protected:
  Admission admit(ListenerId listener, std::string_view text) {
    return governor_.admit(listener, source(text), clock_.now());
  }

  ManualClock clock_;
  FrontSettings settings_;
  Blocklist blocklist_{settings_};
  HandshakeGovernor governor_{settings_, blocklist_};
};

TEST_F(HandshakeGovernorTest, CapsWhatIsInFlightPerPort) {  // F045
  for (int i = 0; i < 200; ++i)
    ASSERT_EQ(admit(kPublic, "127.0.0.1"), Admission::admitted);
  EXPECT_EQ(governor_.in_flight(kPublic), 200u);
  EXPECT_EQ(admit(kPublic, "127.0.0.1"), Admission::over_cap);
  EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::over_cap);
  EXPECT_EQ(admit(kTrunk, "203.0.113.1"), Admission::admitted);
  governor_.handshake_over(kPublic, source("127.0.0.1"));
  EXPECT_EQ(admit(kPublic, "127.0.0.1"), Admission::admitted);
}

TEST_F(HandshakeGovernorTest, AnOverCapIsNotHeldAgainstItsSource) {  // F045
  settings_.handshake_cap = 1;
  admit(kPublic, "203.0.113.1");
  for (int i = 0; i < 100; ++i)
    EXPECT_EQ(admit(kPublic, "203.0.113.2"), Admission::over_cap);
  governor_.handshake_over(kPublic, source("203.0.113.1"));
  EXPECT_EQ(admit(kPublic, "203.0.113.2"), Admission::admitted);
}

TEST_F(HandshakeGovernorTest, LimitsTheHandshakesOfOneSource) {
  for (int i = 0; i < 32; ++i)
    ASSERT_EQ(admit(kPublic, "203.0.113.1"), Admission::admitted);
  EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::source_handshakes);
  EXPECT_EQ(admit(kTrunk, "203.0.113.1"), Admission::source_handshakes);
  EXPECT_EQ(admit(kPublic, "203.0.113.2"), Admission::admitted);
  governor_.handshake_over(kPublic, source("203.0.113.1"));
  EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::admitted);
}

TEST_F(HandshakeGovernorTest, LimitsTheConnectionsOfOneSource) {  // F057
  settings_.connections_per_source = 2;
  for (int i = 0; i < 2; ++i) {
    ASSERT_EQ(admit(kPublic, "203.0.113.1"), Admission::admitted);
    governor_.handshake_over(kPublic, source("203.0.113.1"));
  }
  EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::source_connections);
  governor_.connection_over(source("203.0.113.1"));
  EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::admitted);
}

TEST_F(HandshakeGovernorTest, PrivateSourcesAndTrunksAreNotLimitedBySource) {
  settings_.connections_per_source = 1;
  settings_.handshakes_per_source = 1;
  for (int i = 0; i < 10; ++i)
    EXPECT_EQ(admit(kPublic, "192.168.1.1"), Admission::admitted);
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(admit(kTrunk, "203.0.113.1"), Admission::admitted);
    governor_.handshake_over(kTrunk, source("203.0.113.1"));
    governor_.exempt_connection(source("203.0.113.1"));
  }
}

TEST_F(HandshakeGovernorTest, ZeroSwitchesALimitOff) {
  settings_.connections_per_source = 0;
  settings_.handshakes_per_source = 0;
  for (int i = 0; i < 190; ++i)
    EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::admitted);
}

TEST_F(HandshakeGovernorTest, RefusesABlockedSource) {  // F048
  for (int i = 0; i < 16; ++i)
    blocklist_.fail(source("203.0.113.1"), clock_.now());
  EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::blocked);
  EXPECT_EQ(governor_.in_flight(kPublic), 0u);
  clock_.advance(std::chrono::seconds(3600));
  EXPECT_EQ(admit(kPublic, "203.0.113.1"), Admission::admitted);
}

}  // namespace
}  // namespace ringfence::tls_front
