#include "sip-core/engine/connections.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using ::testing::ElementsAre;

Connection connection(std::uint64_t epoch, std::uint64_t number) {
  Connection c;
  c.id = {epoch, number};
  c.transport = TransportKind::tls;
  c.listener = ListenerId{4};
  c.remote = *SocketAddress::parse("192.0.2.1:1000");
  return c;
}

TEST(Connections, KnowTheListenerTransportAndPeerOfAFlow) {
  Connections all;
  all.add(connection(1, 1));
  const Flow flow = ConnectionId{1, 1};
  EXPECT_EQ(all.listener_of(flow), ListenerId{4});
  EXPECT_EQ(all.transport_of(flow), TransportKind::tls);
  EXPECT_EQ(all.remote_of(flow)->to_string(), "192.0.2.1:1000");
  EXPECT_TRUE(all.usable(flow));
}

TEST(Connections, AClosedOneIsNoFlowAnyMore) {
  Connections all;
  all.add(connection(1, 1));
  EXPECT_TRUE(all.remove({1, 1}));
  EXPECT_FALSE(all.usable(ConnectionId{1, 1}));
  EXPECT_FALSE(all.listener_of(ConnectionId{1, 1}));
  EXPECT_FALSE(all.remove({1, 1}));
}

TEST(Connections, ANumberOfAnotherEpochIsAnotherConnectionR092) {
  Connections all;
  all.add(connection(1, 1));
  EXPECT_FALSE(all.usable(ConnectionId{2, 1}));
}

TEST(Connections, AReplacementNamesThoseThatAreGone) {
  Connections all;
  all.add(connection(1, 1));
  all.add(connection(1, 2));
  all.assign({1, 1}, TrunkId{9});
  EXPECT_THAT(all.replace_all({connection(1, 2)}), ElementsAre(ConnectionId{1, 1}));
  EXPECT_FALSE(all.connection_of(TrunkId{9}));
}

TEST(Connections, ATrunkHasItsNewestConnection) {
  Connections all;
  all.add(connection(1, 1));
  all.add(connection(1, 2));
  all.assign({1, 1}, TrunkId{9});
  all.assign({1, 2}, TrunkId{9});
  EXPECT_EQ(all.connection_of(TrunkId{9}), (ConnectionId{1, 2}));
  EXPECT_EQ(all.trunk_of({1, 1}), TrunkId{9});
  EXPECT_FALSE(all.connection_of(TrunkId{8}));
}

}  // namespace
}  // namespace ringfence::sip_core
