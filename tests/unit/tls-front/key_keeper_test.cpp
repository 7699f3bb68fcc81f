// tls-front and key-keeper, both confined, from the outside: who signs, and what if nobody does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <future>

#include "tests/unit/tls-front/front_process.hpp"

namespace ringfence::tls_front {
namespace {

class KeyKeeperTest : public testing::Test {
 protected:
  void SetUp() override {
    give("ec.test", 0);
    give("rsa.test", 2048);
    port_ = front_.listen(1, "public", "tls");
    front_.settings({});
    core_ = front_.sip_core();
    ASSERT_TRUE(front_.wait_for([&] { return front_.ready && core_->hello.epoch() != 0; }));
  }
  void give(const std::string& name, int rsa_bits) {
    CertificateWish wish;
    wish.common_name = name;
    wish.alternative_names = {"DNS:" + name};
    wish.rsa_bits = rsa_bits;
    front_.certificate(name, authority_.issue(wish));
  }
  TestPeer connect(const std::string& name, int max_version = 0) const {
    ClientWish wish{.server_name = name};
    wish.max_version = max_version;
    return TestPeer::connect_tls(port_, wish);
  }
  bool waits_for_a_signature(std::uint64_t before) {
    return front_.wait_for([&] {
      return front_.health.ports_size() == 1 && front_.health.ports(0).in_flight() > before;
    });
  }

  TestAuthority authority_;
  FrontProcess front_;
  std::unique_ptr<PlayedSipCore> core_;
  unsigned short port_ = 0;
};

TEST_F(KeyKeeperTest, SignsForEveryKindOfKeyAndEveryVersion) {
  for (const char* name : {"ec.test", "rsa.test"}) {
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
      const TestPeer peer = connect(name, version);
      EXPECT_TRUE(peer.connected()) << name << " " << version;
      EXPECT_EQ(peer.peer_common_name(), name);
    }
  }
  // Two of them for the handshakes with itself.
  EXPECT_TRUE(front_.wait_for([&] { return front_.counter("signatures_total") >= 6; }));
  EXPECT_EQ(front_.counter("signatures_failed_total"), 0u);
}

TEST_F(KeyKeeperTest, KeepsNobodyElseWaitingWhileItIsSlow) {
  TestPeer established = connect("ec.test");
  ::kill(front_.key_keeper().pid(), SIGSTOP);
  auto late = std::async(std::launch::async, [&] { return connect("rsa.test").connected(); });
  ASSERT_TRUE(waits_for_a_signature(0));
  established.write("\r\n\r\n");
  EXPECT_EQ(established.read(2), "\r\n");
  ::kill(front_.key_keeper().pid(), SIGCONT);
  EXPECT_TRUE(late.get());
}

TEST_F(KeyKeeperTest, MayDieAndBeReplacedWithoutAConnectionNoticing) {
  TestPeer established = connect("ec.test");
  ::kill(front_.key_keeper().pid(), SIGSTOP);
  auto cut_short = std::async(std::launch::async, [&] { return connect("ec.test").connected(); });
  ASSERT_TRUE(waits_for_a_signature(0));
  front_.replace_key_keeper();
  EXPECT_TRUE(front_.wait_for([&] { return front_.counter("signatures_failed_total") == 1; }));
  EXPECT_FALSE(cut_short.get());
  EXPECT_TRUE(
      front_.wait_for([&] { return front_.counter("tls_handshakes_failed_internal_total") == 1; }));
  EXPECT_TRUE(front_.wait_for([&] { return connect("rsa.test").connected(); }));
  EXPECT_TRUE(connect("ec.test").connected());
  established.write("\r\n\r\n");
  EXPECT_EQ(established.read(2), "\r\n");
}

TEST_F(KeyKeeperTest, SignsForNobodyWhoHasHungUp) {
  ::kill(front_.key_keeper().pid(), SIGSTOP);
  front_.settings({{"handshake_timeout_s", "1"}});
  ASSERT_TRUE(front_.wait_for([&] { return front_.applied == front_.revision(); }));
  EXPECT_FALSE(connect("ec.test").connected());
  ::kill(front_.key_keeper().pid(), SIGCONT);
  EXPECT_TRUE(connect("ec.test").connected());
}

TEST_F(KeyKeeperTest, RenewsKeyAndChainTogether) {
  for (int i = 0; i < 5; ++i)
    give("ec.test", i % 2 == 0 ? 2048 : 0);
  ASSERT_TRUE(front_.wait_for([&] {
    return std::ranges::any_of(front_.health.certificates(), [](const auto& certificate) {
      return certificate.newest_key() == 7 && certificate.confirmed();
    });
  }));
  EXPECT_TRUE(connect("ec.test").connected());
}

TEST_F(KeyKeeperTest, IsAskedAgainForWhatAHandshakeWithOurselvesDidNotGet) {
  CertificateWish wish;
  wish.alternative_names = {"DNS:late.test"};
  const TestPair pair = authority_.issue(wish);
  const std::uint64_t key = front_.key(pair);
  front_.settle();
  ::kill(front_.key_keeper().pid(), SIGSTOP);
  front_.chain("late.test", pair, key);
  ASSERT_TRUE(front_.wait_for(
      [&] { return front_.logged("a certificate is not what a handshake with ourselves") == 1; }));
  ::kill(front_.key_keeper().pid(), SIGCONT);
  EXPECT_TRUE(front_.wait_for([&] { return front_.logged("a certificate is in use") == 3; }));
}

}  // namespace
}  // namespace ringfence::tls_front
