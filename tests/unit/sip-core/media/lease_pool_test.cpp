#include "sip-core/media/lease_pool.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

const IpAddress kNear = *IpAddress::parse("192.0.2.1");
const IpAddress kFar = *IpAddress::parse("192.0.2.2");
constexpr WorkerIndex kFirst{0};
constexpr WorkerIndex kSecond{1};

class LeasePoolTest : public ::testing::Test {
 protected:
  LeasePoolTest() {
    Listener near;
    near.media_address = kNear;
    Listener far;
    far.media_address = kFar;
    config.listeners = {near, far};
  }
  // Answers everything that was asked for.
  std::size_t lend() {
    std::size_t asked = 0;
    for (const Action& action : actions) {
      const auto* request = std::get_if<RequestLeases>(&action);
      if (request == nullptr) continue;
      ++asked;
      MediaLeased event{request->worker, request->address, {}};
      for (std::uint32_t i = 0; i < request->count; ++i) {
        next_port = static_cast<Port>(next_port + 2);
        event.leases.push_back({LeaseId{++last_lease}, next_port});
      }
      pool.on_leased(event);
    }
    actions.clear();
    return asked;
  }

  Config config;
  LeasePool pool;
  Actions actions;
  std::uint64_t last_lease = 0;
  Port next_port = 20000;
};

TEST_F(LeasePoolTest, AsksForEachMediaAddressWhenAWorkerComesUp) {
  pool.on_worker_up(kFirst, config, actions);
  EXPECT_EQ(lend(), 2U);
  pool.ensure(config, actions);
  EXPECT_TRUE(actions.empty());
}

TEST_F(LeasePoolTest, AsksForMoreBelowTheLowWaterMarkAndOnlyOnce) {
  pool.on_worker_up(kFirst, config, actions);
  lend();
  for (std::size_t i = 0; i < LeasePool::kFirstBatch; ++i) {
    ASSERT_TRUE(pool.take(kFirst, kNear, actions));
  }
  EXPECT_EQ(actions.size(), 1U);
  EXPECT_FALSE(pool.take(kFirst, kNear, actions));
  EXPECT_EQ(lend(), 1U);
  EXPECT_TRUE(pool.take(kFirst, kNear, actions));
}

TEST_F(LeasePoolTest, KeepsMoreWhereAStockHasNearlyRunDry) {
  pool.on_worker_up(kFirst, config, actions);
  lend();
  for (std::size_t i = 0; i < LeasePool::kFirstBatch; ++i) {
    ASSERT_TRUE(pool.take(kFirst, kNear, actions));
  }
  lend();
  for (std::size_t i = 0; i < LeasePool::kFirstBatch; ++i) {
    ASSERT_TRUE(pool.take(kFirst, kNear, actions));
  }
  ASSERT_FALSE(actions.empty());
  EXPECT_GT(std::get<RequestLeases>(actions[0]).count, LeasePool::kFirstBatch);
  lend();
  for (std::size_t i = 0; i < 2 * LeasePool::kFirstBatch; ++i) {
    ASSERT_TRUE(pool.take(kFirst, kNear, actions)) << i;
  }
}

TEST_F(LeasePoolTest, ChoosesTheWorkerThatCarriesTheFewest) {
  pool.on_worker_up(kFirst, config, actions);
  pool.on_worker_up(kSecond, config, actions);
  lend();
  EXPECT_EQ(pool.choose(kNear, kFar), kFirst);
  const auto taken = pool.take(kFirst, kNear, actions);
  EXPECT_EQ(pool.choose(kNear, kFar), kSecond);
  pool.give_back(*taken, actions);
  EXPECT_EQ(pool.choose(kNear, kFar), kFirst);
}

TEST_F(LeasePoolTest, HasNothingToLendOfAWorkerThatIsDown) {
  pool.on_worker_up(kFirst, config, actions);
  lend();
  pool.on_worker_down(kFirst);
  EXPECT_FALSE(pool.choose(kNear, kFar));
  EXPECT_FALSE(pool.is_leased(kNear, 20002));
}

TEST_F(LeasePoolTest, KnowsItsPortsUntilTheyAreGivenBack) {
  pool.on_worker_up(kFirst, config, actions);
  lend();
  const auto taken = pool.take(kFirst, kNear, actions);
  const Port rtp = taken->lease.rtp_port;
  EXPECT_TRUE(pool.is_leased(kNear, rtp));
  EXPECT_TRUE(pool.is_leased(kNear, static_cast<Port>(rtp + 1)));
  pool.give_back(*taken, actions);
  EXPECT_FALSE(pool.is_leased(kNear, rtp));
}

TEST_F(LeasePoolTest, AsksAgainAfterAFailureF020) {
  pool.on_worker_up(kFirst, config, actions);
  actions.clear();
  pool.on_failed({kFirst, kNear, "no ports"});
  EXPECT_FALSE(pool.choose(kNear, kFar));
  pool.ensure(config, actions);
  EXPECT_EQ(actions.size(), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
