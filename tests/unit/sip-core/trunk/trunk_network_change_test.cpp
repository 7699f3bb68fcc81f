// F119: what registrations do when the network is another one.
#include "tests/unit/sip-core/trunk/trunk_registrations_fixture.hpp"

namespace ringfence::sip_core {
namespace {

TEST_F(TrunkRegistrationsTest, AsksAgainAtOnceWhenTheNetworkChangesAndNobodyHadAnsweredF119) {
  configure();
  pass(17s);  // no answer
  ASSERT_EQ(state(), "failed");
  change_network();
  EXPECT_EQ(requests(), 1U) << "not all in one moment";
  pass(600ms);
  ASSERT_EQ(requests(), 2U);
  respond("200 OK");
  EXPECT_EQ(state(), "registered");
}

TEST_F(TrunkRegistrationsTest, LeavesARegistrarThatHasAnsweredItsTimeF119) {
  configure();
  respond("503 Service Unavailable", "Retry-After: 120\r\n");
  change_network();
  pass(100s);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(TrunkRegistrationsTest, AsksWhetherARegistrationStillStandsF119) {
  configure();
  respond("200 OK", "Expires: 3600\r\n");
  change_network();
  pass(600ms);
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(state(), "registered");
  respond("200 OK", "Expires: 3600\r\n");
  pass(1h / 2);
  EXPECT_EQ(requests(), 2U) << "and that was all";
}

TEST_F(TrunkRegistrationsTest,
       GivesAConnectionUpOnWhichNothingComesBackAndRegistersWithinTenSecondsF119) {
  configure();
  connect(ConnectionId{1, 2});
  respond("200 OK");
  harness_.actions.clear();
  change_network();
  pass(600ms);
  ASSERT_EQ(requests(), 2U);
  pass(3s);
  const auto* closed = harness_.last<CloseConnection>();
  ASSERT_NE(closed, nullptr);
  EXPECT_EQ(closed->connection, (ConnectionId{1, 2}));
  pass(2100ms);
  ASSERT_EQ(requests(), 3U) << "5.7 s after the change";
  respond("200 OK");
  EXPECT_EQ(state(), "registered");
}

TEST_F(TrunkRegistrationsTest, HurriesFourTimesAndThenFallsBackToItsOwnPaceF119) {
  configure();
  pass(17s);
  change_network();
  pass_slowly(19s);
  EXPECT_EQ(requests(), 1U + 4U);
  pass_slowly(7s);
  EXPECT_EQ(requests(), 1U + 4U) << "15 s at least (R093)";
  pass_slowly(24s);
  EXPECT_EQ(requests(), 1U + 4U + 1U);
}

TEST_F(TrunkRegistrationsTest, CutsShortAnAttemptThatIsUnderWayWhenTheNetworkChangesF119) {
  configure();
  pass(1s);
  change_network();
  pass(3s);
  EXPECT_EQ(state(), "failed");
  pass(2100ms);
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TrunkRegistrationsTest, SpreadsManyAlsoWhenTheNetworkIsBackF119) {
  harness_.config.trunks.clear();
  for (std::uint64_t id = 1; id <= 500; ++id) {
    harness_.config.trunks.push_back(carrier());
    harness_.config.trunks.back().id = TrunkId(id);
  }
  harness_.config.finish();
  configure();
  pass_slowly(60s);
  const std::size_t before = requests();
  change_network();
  pass(600ms);
  EXPECT_LE(requests() - before, StartPace::kAtOnce + 20);
}

}  // namespace
}  // namespace ringfence::sip_core
