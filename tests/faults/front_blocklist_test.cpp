// Sources that fail too often, from public addresses: F013, F048, F049, F051, F052, F053.
#include <csignal>
#include <vector>

#include "tests/faults/front_fixture.hpp"

namespace ringfence::faults {
namespace {

class FrontBlocklist : public FrontFaults {
 protected:
  void fail_from_often(const std::string& source, int times) {
    for (int i = 0; i < times; ++i)
      fail_from(source);
  }
  bool is_refused(const std::string& source) {
    return TestPeer::connect_tcp(public_tls_, source).was_reset();
  }
};

TEST_F(FrontBlocklist, F048TheSixteenthFailureBlocksAndOpenConnectionsStay) {
  TestPeer open = phone("11.0.0.2");
  ASSERT_TRUE(open.connected());
  fail_from_often("11.0.0.2", 15);
  EXPECT_TRUE(phone("11.0.0.2").connected());
  fail_from("11.0.0.2");
  ASSERT_TRUE(wait_for([&] { return front_->logged("[sips-block]") == 1; }));
  EXPECT_EQ(front_->logged("remote=11.0.0.2 failures=16 until="), 1u);
  EXPECT_TRUE(is_refused("11.0.0.2"));
  EXPECT_TRUE(TestPeer::connect_tcp(trunk_tls_, "11.0.0.2").was_reset());
  EXPECT_TRUE(TestPeer::connect_tcp(public_tcp_, "11.0.0.2").was_reset());
  EXPECT_TRUE(phone("11.0.0.3").connected());
  open.write("\r\n\r\n");
  EXPECT_EQ(open.read(2), "\r\n");
  ASSERT_TRUE(wait_for([&] { return front_->health.blocklist_active() == 1; }));
}

TEST_F(FrontBlocklist, F048ABlockedSourceIsServedAgainWhenItsTimeIsOver) {
  settings({{"blocklist_duration_s", "1"}});
  fail_from_often("11.0.0.2", 16);
  ASSERT_TRUE(wait_for([&] { return front_->logged("[sips-block]") == 1; }));
  EXPECT_TRUE(wait_for([&] { return phone("11.0.0.2").connected(); }));
}

TEST_F(FrontBlocklist, F049FailuresThatLeftTheWindowAreForgotten) {
  settings({{"blocklist_window_s", "1"}});
  fail_from_often("11.0.0.2", 15);
  ASSERT_TRUE(wait_for([&] { return counter("tls_handshakes_failed_not_tls_total") == 15; }));
  wait_for([until = front_->loop.now() + std::chrono::milliseconds(1100), this] {
    return front_->loop.now() >= until;
  });
  fail_from("11.0.0.2");
  ASSERT_TRUE(wait_for([&] { return counter("tls_handshakes_failed_not_tls_total") == 16; }));
  EXPECT_EQ(front_->health.blocklist_active(), 0u);
  EXPECT_TRUE(phone("11.0.0.2").connected());
}

// The listeners are dual-stack: each IPv4 peer shows as ::ffff:11.0.0.2.
TEST_F(FrontBlocklist, F051AMappedAddressIsItsIpv4Address) {
  fail_from_often("11.0.0.2", 16);
  ASSERT_TRUE(wait_for([&] { return !front_->blocklists.empty(); }));
  EXPECT_EQ(front_->blocklists[0].sources(0).source(), "11.0.0.2");
}

TEST_F(FrontBlocklist, F052Ipv6CountsByItsSlash64) {
  for (int i = 1; i <= 16; ++i)
    fail_from("2001:db8:1:2::" + std::to_string(i));
  ASSERT_TRUE(wait_for([&] { return front_->logged("[sips-block]") == 1; }));
  EXPECT_EQ(front_->logged("remote=2001:db8:1:2::/64"), 1u);
  EXPECT_TRUE(is_refused("2001:db8:1:2:ffff::1"));
  EXPECT_TRUE(phone("2001:db8:1:3::1").connected());
}

// A source that sip-core reports is a source like any other.
TEST_F(FrontBlocklist, F052TheTableIsBoundedAndTheOldestGoesFirst) {
  constexpr std::uint32_t kSources = 70'000;
  constexpr std::uint32_t kKept = 65'536;
  proto::FromSipCore message;
  for (std::uint32_t i = 0; i < kSources; ++i) {
    message.mutable_penalise()->set_address("11." + std::to_string(i >> 16) + "." +
                                            std::to_string(i >> 8 & 255) + "." +
                                            std::to_string(i & 255));
    core_->send(message);
  }
  ASSERT_TRUE(wait_for([&] { return counter("sources_penalised_total") == kSources; }));
  EXPECT_EQ(counter("blocklist_evictions_total"), kSources - kKept);
  EXPECT_TRUE(phone("11.0.0.2").connected());
}

// A carrier that relays somebody's poison must stay reachable.
TEST_F(FrontBlocklist, F013OfATrunksSourceNothingIsHeldAgainstIt) {
  proto::FromSipCore message;
  message.mutable_trunk_sources()->add_networks("11.0.9.0/24");
  core_->send(message);
  for (const char* source : {"11.0.9.1", "11.0.0.2"}) {
    message.mutable_penalise()->set_address(source);
    for (int i = 0; i < 16; ++i)
      core_->send(message);
  }
  ASSERT_TRUE(wait_for([&] { return front_->logged("[sips-block]") == 1; }));
  EXPECT_EQ(front_->logged("remote=11.0.0.2 failures=16 until="), 1u);
  EXPECT_TRUE(is_refused("11.0.0.2"));
  EXPECT_TRUE(phone("11.0.9.1").connected());
}

TEST_F(FrontBlocklist, F053SuccessesBetweenFailuresDoNotForgiveThem) {
  for (int i = 0; i < 16; ++i) {
    EXPECT_TRUE(phone("11.0.0.2").connected());
    fail_from("11.0.0.2");
  }
  ASSERT_TRUE(wait_for([&] { return front_->logged("[sips-block]") == 1; }));
  EXPECT_TRUE(is_refused("11.0.0.2"));
}

TEST_F(FrontBlocklist, F045OverCapResetsCountAgainstNobody) {
  settings({{"handshake_cap", "1"}, {"handshakes_per_source", "0"}});
  const TestPeer hanging = TestPeer::connect_tcp(public_tls_, "11.0.0.3");
  for (int i = 0; i < 40; ++i)
    EXPECT_TRUE(is_refused("11.0.0.2"));
  ASSERT_TRUE(wait_for([&] { return counter("accept_refused_over_cap_total") == 40; }));
  EXPECT_EQ(front_->health.blocklist_active(), 0u);
}

// F008: what ran out while we stood still is our own fault.
TEST_F(FrontBlocklist, F048WhatWeDidNotLookAtCountsAgainstNobody) {
  settings({{"handshake_timeout_s", "3"}});
  std::vector<TestPeer> peers;
  for (int i = 0; i < 20; ++i)
    peers.push_back(TestPeer::connect_tcp(public_tls_, "11.0.0.2"));
  ASSERT_TRUE(wait_for([&] { return front_->health.ports(1).in_flight() == 20; }));
  ::kill(front_->pid(), SIGSTOP);
  for (TestPeer& peer : peers)
    peer.write("\x16\x03");
  wait_for([until = front_->loop.now() + std::chrono::milliseconds(4500), this] {
    return front_->loop.now() >= until;
  });
  ::kill(front_->pid(), SIGCONT);
  ASSERT_TRUE(wait_for([&] { return counter("tls_handshakes_failed_timeout_total") == 20; }));
  EXPECT_EQ(front_->health.blocklist_active(), 0u);
}

TEST_F(FrontBlocklist, LoopbackIsNeverBlocked) {
  fail_from_often("127.0.0.1", 40);
  ASSERT_TRUE(wait_for([&] { return counter("tls_handshakes_failed_not_tls_total") == 40; }));
  EXPECT_EQ(front_->health.blocklist_active(), 0u);
}

}  // namespace
}  // namespace ringfence::faults
