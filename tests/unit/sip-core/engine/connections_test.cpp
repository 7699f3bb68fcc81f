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

Trunk trunk_row(std::uint64_t id) {
  Trunk trunk;
  trunk.id = TrunkId{id};
  trunk.host = "carrier.example";
  trunk.tls = true;
  trunk.tls_verify = "full";
  return trunk;
}

std::optional<ConnectionId> newest_of(const Connections& all, const Trunk& trunk) {
  return all.newest_of(trunk, [](const SocketAddress&) { return true; });
}

TEST(Connections, AReplacementNamesThoseThatAreGone) {
  Connections all;
  all.add(connection(1, 1));
  all.add(connection(1, 2));
  all.assign({1, 1}, trunk_row(9));
  EXPECT_THAT(all.replace_all({connection(1, 2)}), ElementsAre(ConnectionId{1, 1}));
  EXPECT_FALSE(newest_of(all, trunk_row(9)));
}

TEST(Connections, ATrunkHasItsNewestConnectionToAPeerThatFits) {
  Connections all;
  all.add(connection(1, 1));
  all.add(connection(1, 2));
  all.assign({1, 1}, trunk_row(9));
  all.assign({1, 2}, trunk_row(9));
  EXPECT_EQ(newest_of(all, trunk_row(9)), (ConnectionId{1, 2}));
  EXPECT_EQ(all.trunk_of({1, 1}), TrunkId{9});
  EXPECT_FALSE(all.newest_of(trunk_row(9), [](const SocketAddress&) { return false; }));
}

// R080: another tenant's row of the same host is another row.
TEST(Connections, OneThatWasOpenedForATrunkNeverServesAnotherR080) {
  Connections all;
  all.add(connection(1, 1));
  all.assign({1, 1}, trunk_row(9));
  EXPECT_FALSE(newest_of(all, trunk_row(8)));
}

// R079: the address alone is not enough.
TEST(Connections, OneNeverServesItsTrunkOnceThatWantsSomebodyElseR079) {
  Connections all;
  all.add(connection(1, 1));
  Trunk trunk = trunk_row(9);
  trunk.tls_verify = "none";
  all.assign({1, 1}, trunk);
  trunk.tls_verify = "full";
  EXPECT_FALSE(newest_of(all, trunk));
  trunk.tls_verify = "none";
  EXPECT_TRUE(newest_of(all, trunk));
  trunk.host = "other.example";
  EXPECT_FALSE(newest_of(all, trunk));
}

}  // namespace
}  // namespace ringfence::sip_core
