// What tls-front stands: floods, silence, sources that fail too often.
#include "tests/unit/tls-front/process_fixture.hpp"

namespace ringfence::tls_front {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ProcessTest, ResetsHandshakesOverTheCapAndFreesTheirPlaces) {  // F045
  front_.settings({{"handshake_cap", "2"}, {"handshake_timeout_s", "1"}});
  front_.settle();
  TestPeer first = TestPeer::connect_tcp(public_tls_);
  TestPeer second = TestPeer::connect_tcp(public_tls_);
  TestPeer third = TestPeer::connect_tcp(public_tls_);
  EXPECT_TRUE(third.at_end());
  // The cap is the port's own.
  EXPECT_TRUE(TestPeer::connect_tls(trunk_tls_, {.server_name = "a.test"}).connected());
  EXPECT_TRUE(first.at_end());
  EXPECT_TRUE(second.at_end());
  EXPECT_TRUE(TestPeer::connect_tls(public_tls_, {.server_name = "a.test"}).connected());
  ASSERT_TRUE(front_.wait_for([&] {
    return front_.health.ports_size() == 2 && front_.health.ports(1).handshakes_ok() == 1;
  }));
  EXPECT_EQ(front_.health.ports(1).over_cap(), 1u);
  EXPECT_EQ(front_.health.ports(1).handshakes_failed(), 2u);
}

TEST_F(ProcessTest, AProbeWithoutAnOctetIsNoFailure) {  // F055
  TestPeer::connect_tcp(public_tls_).close();
  ASSERT_TRUE(front_.wait_for(
      [&] { return front_.health.counters().contains("accept_closed_empty_total"); }));
  EXPECT_EQ(front_.health.ports(1).handshakes_failed(), 0u);
  EXPECT_EQ(front_.health.ports(1).in_flight(), 0u);
}

TEST_F(ProcessTest, ACertificateRefusedAfterTheHandshakeCountsAsAFailure) {
  ClientWish wish{.server_name = "a.test"};
  wish.distrustful = true;
  EXPECT_FALSE(TestPeer::connect_tls(public_tls_, wish).connected());
  ASSERT_TRUE(front_.wait_for(
      [&] { return front_.health.counters().contains("tls_handshakes_failed_peer_alert_total"); }));
  EXPECT_EQ(front_.health.ports(1).handshakes_failed(), 1u);
}

TEST_F(ProcessTest, RestoresTheBlocklistWithTheTimeThatIsLeft) {
  front_.blocklist({{"203.0.113.7", 60}, {"203.0.113.8", -60}});
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.blocklist_active() == 1; }));
  front_.blocklist({});
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.blocklist_active() == 0; }));
}

TEST_F(ProcessTest, ShowsTheBlocklistAndReleasesASource) {
  front_.blocklist({{"203.0.113.7", 60}});
  proto::BlocklistAnswer answer = front_.order({}, 5);
  EXPECT_EQ(answer.request(), 5u);
  ASSERT_THAT(answer.blocklist().sources(), SizeIs(1));
  EXPECT_EQ(answer.blocklist().sources(0).source(), "203.0.113.7");
  EXPECT_EQ(front_.order("nonsense", 6).error(), "nonsense is no address");
  EXPECT_EQ(front_.order("203.0.113.8", 7).error(), "203.0.113.8 is not blocked");
  EXPECT_EQ(front_.order("203.0.113.7", 8).error(), "");
  answer = front_.order({}, 9);
  EXPECT_THAT(answer.blocklist().sources(), IsEmpty());
  // The supervisor keeps the shorter list.
  ASSERT_TRUE(front_.wait_for([&] { return !front_.blocklists.empty(); }));
  EXPECT_THAT(front_.blocklists.back().sources(), IsEmpty());
}

TEST_F(ProcessTest, CutsPeersThatSayNothingOrNeverEnd) {  // R190, R033, F047
  front_.settings({{"first_message_timeout_s", "1"}, {"message_timeout_s", "2"}});
  front_.settle();
  TestPeer silent = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  TestPeer begun = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  begun.write("OPTIONS sip:a.test SIP/2.0\r\n");
  TestPeer slow = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  slow.write(kOptions + "OPTIONS sip:a.test SIP/2.0\r\n");
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(begun.at_end());
  EXPECT_TRUE(slow.at_end());
  ASSERT_TRUE(front_.wait_for([&] { return core_->closed.size() == 1; }));
  EXPECT_EQ(core_->closed[0].reason(), "a message did not end");
}

TEST_F(ProcessTest, AClosedListenerRefusesAndItsConnectionsStay) {
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  front_.close_listener(2);
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.ports_size() == 1; }));
  EXPECT_FALSE(TestPeer::connect_tcp(public_tls_).connected());
  peer.write("\r\n\r\n");
  EXPECT_EQ(peer.read(2), "\r\n");
}

TEST_F(ProcessTest, PenalisedSourcesAreBlockedAndTheListIsHandedToTheSupervisor) {  // F048
  proto::FromSipCore message;
  message.mutable_penalise()->set_address("203.0.113.9");
  message.mutable_penalise()->set_reason("test");
  for (int i = 0; i < 16; ++i)
    core_->send(message);
  core_flush();
  ASSERT_TRUE(front_.wait_for([&] { return !front_.blocklists.empty(); }));
  ASSERT_THAT(front_.blocklists[0].sources(), SizeIs(1));
  EXPECT_EQ(front_.blocklists[0].sources(0).source(), "203.0.113.9");
  EXPECT_EQ(front_.blocklists[0].sources(0).failures(), 16u);
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.blocklist_active() == 1; }));
}

}  // namespace
}  // namespace ringfence::tls_front
