#include "sip-core/engine/front_claims.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;

class FrontClaimsTest : public testing::Test {
 protected:
  static constexpr ListenerId kPublicTcp{77};

  FrontClaimsTest() {
    Listener tcp;
    tcp.id = kPublicTcp;
    tcp.transport = TransportKind::tcp;
    config_.listeners.push_back(tcp);
    claim_.id = {7, 1};
    claim_.transport = TransportKind::tls;
    claim_.listener = kPublicTls;
    claim_.remote = *SocketAddress::parse("192.0.2.1:1000");
    claim_.sni = "demo.example";
  }
  std::string_view lie() const { return lie_in(claim_, 7, known_, config_).value_or(""); }

  Config config_ = demo_config();
  Connections known_;
  Connection claim_;
};

TEST_F(FrontClaimsTest, F104WhatFitsIsBelieved) {
  EXPECT_EQ(lie(), "");
  claim_.listener = ListenerId(999);
  EXPECT_EQ(lie(), "") << "a listener that is gone";
}

TEST_F(FrontClaimsTest, F104ANumberIsNotGivenTwiceAndBelongsToThisLife) {
  known_.add(claim_);
  EXPECT_EQ(lie(), "it was opened before");
  claim_.id = {6, 2};
  EXPECT_EQ(lie(), "it is of another life of tls-front");
}

TEST_F(FrontClaimsTest, F104TcpProvesNobodysName) {
  claim_.transport = TransportKind::tcp;
  claim_.listener = kPublicTcp;
  EXPECT_EQ(lie(), "a TCP connection proves nothing by TLS");
  claim_.sni.clear();
  EXPECT_EQ(lie(), "");
  claim_.verified_names = {"carrier.example"};
  EXPECT_EQ(lie(), "a TCP connection proves nothing by TLS");
}

TEST_F(FrontClaimsTest, F104AListenerSpeaksItsOwnTransport) {
  claim_.listener = kPublicTcp;
  EXPECT_EQ(lie(), "its listener speaks another transport");
  claim_.dial = DialId(3);
  EXPECT_EQ(lie(), "") << "outbound: whose name we speak in";
}

}  // namespace
}  // namespace ringfence::sip_core
