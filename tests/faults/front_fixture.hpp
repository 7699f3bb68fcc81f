// tls-front with a public TLS, a trunk-side TLS and a public TCP port, reached from public
// addresses of the test's own network.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/faults/own_network.hpp"
#include "tests/unit/tls-front/front_process.hpp"

namespace ringfence::faults {

using tls_front::ClientWish;
using tls_front::TestPeer;

class FrontFaults : public testing::Test {
 protected:
  void SetUp() override {
    if (!enter_own_network()) GTEST_SKIP() << "no network namespace can be made here";
    front_ = std::make_unique<tls_front::FrontProcess>();
    tls_front::CertificateWish wish;
    wish.alternative_names = {"DNS:a.test"};
    front_->certificate("a.test", authority_.issue(wish));
    trunk_tls_ = front_->listen(1, "trunk", "tls", "::");
    public_tls_ = front_->listen(2, "public", "tls", "::");
    public_tcp_ = front_->listen(3, "public", "tcp", "::");
    front_->settings({});
    core_ = front_->sip_core();
    ASSERT_TRUE(wait_for([&] { return front_->ready && core_->hello.epoch() != 0; }));
  }

  bool wait_for(const std::function<bool()>& condition) { return front_->wait_for(condition); }
  // Settings in force, without a port lost in between.
  void settings(const std::map<std::string, std::string>& values) {
    front_->settings(values);
    const std::uint64_t revision = front_->revision();
    ASSERT_TRUE(wait_for([&] { return front_->applied == revision; }));
  }
  TestPeer phone(const std::string& source) {
    return TestPeer::connect_tls(public_tls_, {.server_name = "a.test", .source = source});
  }
  // Speaks, but no TLS.
  void fail_from(const std::string& source) {
    TestPeer peer = TestPeer::connect_tcp(public_tls_, source);
    peer.write("GET / HTTP/1.1\r\n\r\n");
    peer.at_end();
  }
  std::uint64_t counter(const std::string& name) const { return front_->counter(name); }

  tls_front::TestAuthority authority_;
  std::unique_ptr<tls_front::FrontProcess> front_;
  std::unique_ptr<tls_front::PlayedSipCore> core_;
  unsigned short trunk_tls_ = 0;
  unsigned short public_tls_ = 0;
  unsigned short public_tcp_ = 0;
};

}  // namespace ringfence::faults
