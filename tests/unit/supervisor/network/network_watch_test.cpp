// F119, its first half: what the kernel tells, in a network of the test's own.
#include "supervisor/network/network_watch.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <vector>

#include "tests/faults/own_network.hpp"

namespace ringfence::supervisor {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class NetworkWatchTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!faults::enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
    run("ip link del v0 2>/dev/null || true");
    run("ip link add v0 type veth peer name v1");
    run("ip link set v1 up");
    run("ip addr add 192.0.2.7/24 dev v0");
    run("ip link set v0 up");
    // The kernel hears of the cable a little later.
    run("timeout 10 sh -c 'until ip link show v0 | grep -q \"state UP\"; do sleep 0.01; done'");
    ASSERT_TRUE(watch_.start());
  }
  static void run(const char* command) { ASSERT_EQ(std::system(command), 0) << command; }
  // What it tells next; nothing where it stays silent for as long as a burst may last, and again.
  std::vector<std::string> told(Duration limit) {
    told_.clear();
    const Timer end = loop_.after(limit, [this] { loop_.stop(); });
    loop_.run();
    return told_;
  }

  Loop loop_;
  std::vector<std::string> told_;
  NetworkWatch watch_{loop_, [this](const std::string& what) {
                        told_.push_back(what);
                        loop_.stop();
                      }};
};

constexpr auto kLongest = 5s;
constexpr auto kSilence = 3 * NetworkWatch::kBurst;

TEST_F(NetworkWatchTest, TellsOfAnInterfaceThatGoesDownAndComesBackF119) {
  run("ip link set v0 down");
  EXPECT_THAT(told(kLongest), ElementsAre("gone v0 192.0.2.7"));
  run("ip link set v0 up");
  EXPECT_THAT(told(kLongest), ElementsAre("new v0 192.0.2.7"));
}

TEST_F(NetworkWatchTest, TellsOfALostCarrierF119) {
  run("ip link set v1 down");
  EXPECT_THAT(told(kLongest), ElementsAre("gone v0 192.0.2.7"));
}

TEST_F(NetworkWatchTest, TellsOnceOfAnAddressThatIsAnotherOneF119) {
  run("ip addr add 192.0.2.9/24 dev v0");
  run("ip addr del 192.0.2.7/24 dev v0");
  const auto first = told(kLongest);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_THAT(first[0], testing::HasSubstr("gone v0 192.0.2.7"));
}

TEST_F(NetworkWatchTest, TellsOfADefaultRouteF119) {
  run("ip route add default via 192.0.2.1");
  EXPECT_THAT(told(kLongest), ElementsAre("default route"));
  run("ip route del default");
  EXPECT_THAT(told(kLongest), ElementsAre("default route"));
}

TEST_F(NetworkWatchTest, SaysNothingOfWhatIsAsItWas) {
  run("ip addr change 192.0.2.7/24 dev v0 valid_lft 3600 preferred_lft 3600");
  run("ip link set v0 txqueuelen 500");
  run("ip route add 198.51.100.0/24 via 192.0.2.1");
  EXPECT_THAT(told(kSilence), IsEmpty());
}

}  // namespace
}  // namespace ringfence::supervisor
