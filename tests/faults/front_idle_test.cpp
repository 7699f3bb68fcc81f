// Ten thousand phones that are connected and silent (F057).
#include <sys/resource.h>

#include <fstream>
#include <vector>

#include "tests/faults/front_fixture.hpp"

namespace ringfence::faults {
namespace {

constexpr std::size_t kIdle = 10'000;

const std::string kOptions =
    "OPTIONS sip:a.test SIP/2.0\r\nCall-ID: one\r\nContent-Length: 0\r\n\r\n";

// Sockets for all of them, here and in tls-front; false: the machine does not allow it.
bool allow_sockets() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  return limit.rlim_max > kIdle + 1000;
}

class FrontIdle : public FrontFaults {
 protected:
  void SetUp() override {
    if (!allow_sockets()) GTEST_SKIP() << "too few descriptors are allowed here";
    FrontFaults::SetUp();
  }
  static std::string address(std::size_t number) {
    return "11.1." + std::to_string(number / 200) + "." + std::to_string(number % 200 + 1);
  }
  std::size_t resident_pages() const {
    std::ifstream file("/proc/" + std::to_string(front_->pid()) + "/statm");
    std::size_t size = 0;
    std::size_t resident = 0;
    file >> size >> resident;
    return resident;
  }
};

TEST_F(FrontIdle, F057TenThousandSilentPhonesAndACapOfHangingOnesHoldNobodyUp) {
  settings({{"first_message_timeout_s", "3600"}, {"handshake_cap", "16"}});
  core_->finish_at_once = true;
  TestPeer early = phone("11.0.0.2");
  const std::size_t before = resident_pages();
  std::vector<Fd> idle;
  for (std::size_t i = 0; i < kIdle; ++i) {
    TestPeer peer = phone(address(i));
    ASSERT_TRUE(peer.connected()) << i;
    idle.push_back(peer.leave_open());
  }
  ASSERT_TRUE(wait_for([&] { return front_->health.connections() == kIdle + 1; }));
  EXPECT_THAT(core_->opened, testing::IsEmpty());
  RecordProperty("octets_per_connection",
                 std::to_string((resident_pages() - before) * 4096 / kIdle));

  std::vector<TestPeer> hanging;
  for (int i = 0; i < 16; ++i)
    hanging.push_back(TestPeer::connect_tcp(public_tls_, address(20'000)));
  EXPECT_TRUE(TestPeer::connect_tcp(public_tls_, "11.0.0.3").was_reset());
  early.write(kOptions);
  ASSERT_TRUE(wait_for([&] { return core_->messages.size() == 1; }));
  hanging.clear();
  ASSERT_TRUE(wait_for([&] { return counter("accept_closed_empty_total") == 16; }));
  TestPeer late = phone("11.0.0.3");
  ASSERT_TRUE(late.connected());
  late.write(kOptions);
  EXPECT_TRUE(wait_for([&] { return core_->messages.size() == 2; }));
  EXPECT_THAT(core_->closed, testing::IsEmpty());
}

}  // namespace
}  // namespace ringfence::faults
