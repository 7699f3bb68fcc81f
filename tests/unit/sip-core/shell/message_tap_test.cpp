#include "sip-core/shell/message_tap.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

class MessageTapTest : public ::testing::Test {
 protected:
  MessageTapTest() : engine(random, clock.now(), clock.wall_now()) {
    Config config;
    Listener listener;
    listener.id = ListenerId(1);
    listener.address = *IpAddress::parse("::");
    listener.port = 5060;
    config.listeners = {listener};
    config.finish();
    step(ConfigChanged{std::make_shared<const Config>(config)});
    Connection connection;
    connection.id = {1, 1};
    connection.transport = TransportKind::tls;
    connection.local = *SocketAddress::parse("192.0.2.1:5061");
    connection.remote = *SocketAddress::parse("198.51.100.2:40000");
    step(TlsFrontUp{1, {connection}});
    traces.configure(4096, trace::Traces::Export::off);
  }
  void step(Event event) {
    Actions actions;
    engine.step(std::move(event), clock.now(), actions);
  }
  DatagramReceived datagram(std::string octets) const {
    return {ListenerId(1), *SocketAddress::parse("198.51.100.2:5070"), std::move(octets)};
  }

  ManualClock clock;
  SeededRandom random{1};
  Engine engine;
  trace::Traces traces;
  MessageTap tap{engine, clock, traces};
};

TEST_F(MessageTapTest, FilesWhatComesAndGoesWithBothEnds) {
  tap.on_event(Event(datagram("OPTIONS sip:a SIP/2.0\r\n\r\n")));
  tap.on_sending(SendStream{{1, 1}, "SIP/2.0 200 OK\r\n\r\n"});
  const auto first = traces.ring().read(1);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->direction, trace::Direction::received);
  EXPECT_EQ(first->time, clock.wall_now());
  EXPECT_EQ(first->remote.to_string(), "198.51.100.2:5070");
  EXPECT_EQ(first->local.to_string(), "0.0.0.0:5060") << "of the family that the peer has";
  const auto second = traces.ring().read(2);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->direction, trace::Direction::sent);
  EXPECT_EQ(second->transport, TransportKind::tls);
  EXPECT_EQ(second->local.to_string(), "192.0.2.1:5061");
}

TEST_F(MessageTapTest, LeavesOutKeepAlivesAndClosedConnections) {
  tap.on_event(Event(datagram("\r\n\r\n")));
  tap.on_event(Event(datagram(std::string(4, '\0'))));
  tap.on_sending(SendStream{{1, 2}, "SIP/2.0 200 OK\r\n\r\n"});
  EXPECT_EQ(traces.ring().next(), 1U);
}

TEST_F(MessageTapTest, DoesNothingWhereNobodyWantsMessages) {
  traces.configure(0, trace::Traces::Export::off);
  tap.on_event(Event(datagram("OPTIONS sip:a SIP/2.0\r\n\r\n")));
  EXPECT_EQ(traces.ring().next(), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
