#include "supervisor/health/listen_overflows.hpp"

#include <gtest/gtest.h>

namespace ringfence::supervisor {
namespace {

TEST(ListenOverflows, AreFoundByTheirName) {  // F056
  EXPECT_EQ(parse_listen_overflows("IpExt: InNoRoutes ListenOverflows\nIpExt: 1 2\n"
                                   "TcpExt: SyncookiesSent ListenOverflows ListenDrops\n"
                                   "TcpExt: 5 7 9\n"),
            7u);
}

TEST(ListenOverflows, AreUnknownWhereTheKernelDoesNotSay) {
  EXPECT_EQ(parse_listen_overflows(""), std::nullopt);
  EXPECT_EQ(parse_listen_overflows("TcpExt: ListenOverflows\n"), std::nullopt);
  EXPECT_EQ(parse_listen_overflows("TcpExt: ListenDrops\nTcpExt: 1\n"), std::nullopt);
  EXPECT_EQ(parse_listen_overflows("TcpExt: ListenOverflows\nTcpExt: many\n"), std::nullopt);
}

TEST(ListenOverflows, AreKnownHere) {
  EXPECT_TRUE(listen_overflows());
}

}  // namespace
}  // namespace ringfence::supervisor
