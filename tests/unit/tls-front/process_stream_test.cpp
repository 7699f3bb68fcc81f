// Messages between peers and sip-core: framing, back-pressure, and what outlives a sip-core.
#include <thread>

#include "tests/unit/tls-front/process_fixture.hpp"

namespace ringfence::tls_front {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ProcessTest, CarriesMessagesBothWays) {  // R035
  TestPeer tls = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  ASSERT_TRUE(tls.write(kOptions + kMessage));
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  EXPECT_EQ(core_->messages[0].bytes(), kOptions);
  EXPECT_EQ(core_->messages[1].bytes(), kMessage);
  EXPECT_EQ(core_->messages[1].message_number(), 2u);
  EXPECT_FALSE(core_->messages[1].offered_again());
  core_->say(core_->messages[0].connection(), "SIP/2.0 200 OK\r\n\r\n", false);
  core_->say(core_->messages[0].connection(), "SIP/2.0 202 Accepted\r\n\r\n", false);
  core_flush();
  EXPECT_EQ(tls.read(42), "SIP/2.0 200 OK\r\n\r\nSIP/2.0 202 Accepted\r\n\r\n");

  TestPeer tcp = TestPeer::connect_tcp(public_tcp_);
  ASSERT_TRUE(tcp.write(kOptions));
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 3; }));
  EXPECT_EQ(core_->opened[1].transport(), proto::TCP);
  EXPECT_EQ(core_->opened[1].tls_version(), "");
  core_->say(core_->messages[2].connection(), "SIP/2.0 200 OK\r\n\r\n", true);
  core_flush();
  EXPECT_EQ(tcp.read(18), "SIP/2.0 200 OK\r\n\r\n");
  EXPECT_TRUE(tcp.at_end());
  ASSERT_TRUE(front_.wait_for([&] { return core_->closed.size() == 1; }));
}

TEST_F(ProcessTest, TellsSipCoreOfAPeerWhenItFirstSpeaks) {  // F057
  TestPeer::connect_tls(public_tls_, {.server_name = "a.test"}).close();
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  peer.write("\r\n\r\n");
  EXPECT_EQ(peer.read(2), "\r\n");
  core_ = front_.sip_core();
  ASSERT_TRUE(front_.wait_for([&] { return core_->hello.epoch() != 0; }));
  front_.settle();
  EXPECT_THAT(core_->hello.held(), IsEmpty());
  EXPECT_THAT(core_->told, SizeIs(1));
  peer.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->told.size() == 3; }));
  EXPECT_EQ(core_->told[1].opened().sni(), "a.test");
  EXPECT_EQ(core_->told[2].message().bytes(), kOptions);
}

TEST_F(ProcessTest, AnswersPingsItself) {  // R084
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  peer.write("\r\n\r\n");
  EXPECT_EQ(peer.read(2), "\r\n");
}

TEST_F(ProcessTest, TellsWhyFramingFailedAndReadsNoFurther) {  // R028, R034, F067
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  const std::string header = "INVITE sip:a.test SIP/2.0\r\nCall-ID: x\r\n\r\n";
  peer.write(header + kOptions);
  peer.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  EXPECT_EQ(core_->messages[0].framing_error(), proto::CONTENT_LENGTH_MISSING);
  EXPECT_EQ(core_->messages[0].bytes(), header);
  core_->say(core_->messages[0].connection(), "SIP/2.0 400 Bad\r\n\r\n", true);
  core_flush();
  EXPECT_EQ(peer.read(19), "SIP/2.0 400 Bad\r\n\r\n");
  EXPECT_TRUE(peer.at_end());
  front_.settle();
  EXPECT_THAT(core_->messages, SizeIs(1));
}

TEST_F(ProcessTest, OffersUnfinishedMessagesToTheNextSipCoreOnce) {  // F001, F109
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  peer.write(kOptions + kMessage);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  core_->done(core_->messages[0]);
  core_flush();
  core_ = front_.sip_core();
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  ASSERT_THAT(core_->hello.held(), SizeIs(1));
  EXPECT_EQ(core_->hello.held(0).sni(), "a.test");
  EXPECT_EQ(core_->messages[0].bytes(), kMessage);
  EXPECT_EQ(core_->messages[0].message_number(), 2u);
  EXPECT_TRUE(core_->messages[0].offered_again());
  // The connection is the same one, and goes on.
  core_->say(core_->hello.held(0).connection(), "SIP/2.0 200 OK\r\n\r\n", false);
  core_flush();
  EXPECT_EQ(peer.read(18), "SIP/2.0 200 OK\r\n\r\n");

  core_ = front_.sip_core();
  ASSERT_TRUE(front_.wait_for([&] { return core_->hello.epoch() != 0; }));
  front_.settle();
  EXPECT_THAT(core_->messages, IsEmpty());
  EXPECT_THAT(core_->hello.held(), SizeIs(1));
}

TEST_F(ProcessTest, KeepsWhatComesWhileThereIsNoSipCore) {  // F001
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  ASSERT_TRUE(peer.connected());
  core_.reset();
  front_.settle();
  peer.write(kOptions);
  TestPeer later = TestPeer::connect_tls(public_tls_, {.server_name = "b.test"});
  EXPECT_TRUE(later.connected());
  later.write(kMessage);
  front_.settle();
  core_ = front_.sip_core();
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  EXPECT_FALSE(core_->messages[0].offered_again());
  EXPECT_FALSE(core_->messages[1].offered_again());
}

TEST_F(ProcessTest, IgnoresOrdersForConnectionsOfAnotherLife) {  // R092, F109
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  peer.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  proto::ConnectionId stale = core_->opened[0].connection();
  stale.set_epoch(stale.epoch() + 1);
  core_->say(stale, "for somebody else", false);
  core_->say(core_->opened[0].connection(), "for you", false);
  core_flush();
  EXPECT_EQ(peer.read(7), "for you");
}

TEST_F(ProcessTest, StopsReadingWhileSipCoreIsSlowAndLosesNothing) {  // F107
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  peer.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  core_->done(core_->messages[0]);
  proto::FromSipCore trunk;
  *trunk.mutable_connection_class()->mutable_connection() = core_->opened[0].connection();
  trunk.mutable_connection_class()->set_class_of_connection(proto::TRUNK_PEER);
  core_->send(trunk);
  core_flush();
  core_->read(PlayedSipCore::Reading::off);
  std::thread writer([&] { write_large_messages(peer, 400); });
  EXPECT_TRUE(
      front_.wait_for([&] { return front_.health.counters().contains("link_high_water_total"); }));
  core_->finish_at_once = true;
  core_->read(PlayedSipCore::Reading::on);
  EXPECT_TRUE(front_.wait_for([&] { return core_->messages.size() == 401; }));
  writer.join();
  for (std::size_t i = 0; i < core_->messages.size(); ++i)
    EXPECT_EQ(core_->messages[i].message_number(), i + 1);
}

TEST_F(ProcessTest, StopsReadingAPeerWhoseMessagesAreNotFinished) {  // F107
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  std::thread writer([&] { write_large_messages(peer, 400); });
  EXPECT_TRUE(front_.wait_for([&] { return core_->messages.size() > 50; }));
  front_.settle();
  EXPECT_LT(core_->messages.size(), 60u);
  core_->finish_at_once = true;
  for (std::size_t i = 0; i < 50; ++i)
    core_->done(core_->messages[i]);
  EXPECT_TRUE(front_.wait_for([&] { return core_->messages.size() == 400; }));
  writer.join();
}

TEST_F(ProcessTest, ClosesAPeerThatDoesNotRead) {  // F061
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  peer.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  const std::string large(500'000, 'x');
  for (int i = 0; i < 40 && core_->closed.empty(); ++i) {
    core_->say(core_->opened[0].connection(), large, false);
    core_flush();
  }
  ASSERT_TRUE(front_.wait_for([&] { return core_->closed.size() == 1; }));
  EXPECT_EQ(core_->closed[0].reason(), "the peer does not read");
}

}  // namespace
}  // namespace ringfence::tls_front
