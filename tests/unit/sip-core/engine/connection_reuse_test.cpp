// Which connection carries a trunk's requests (RFC 5923): only one that we dialled, for that very
// row, to whom it wants. R078-R082.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "sip-core/message/parser.hpp"
#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::Method;
using ::testing::StartsWith;

// A second tenant has a row of its own for the same host.
Config shared_host_config() {
  Config config = demo_config();
  for (Trunk& trunk : config.trunks) {
    trunk.registers = false;
    trunk.srtp = false;
    if (trunk.id == kSecure) trunk.host = "127.0.0.52";
  }
  Trunk other = *config.trunk(kSecure);
  other.id = TrunkId{9};
  other.tenant = TenantId{2};
  other.label = "other";
  config.trunks.push_back(other);
  config.tenants.push_back({TenantId{2}, "second", "second.example", false});
  Extension carol = config.extensions.front();
  carol.id = ExtensionId{9};
  carol.tenant = TenantId{2};
  carol.username = "carol";
  carol.password = "carol-password";
  config.extensions.push_back(carol);
  Route route = *std::ranges::find(config.routes, kSecure, &Route::trunk);
  route.id = 9;
  route.tenant = TenantId{2};
  route.trunk = TrunkId{9};
  config.routes.push_back(route);
  config.finish();
  return config;
}

class ConnectionReuseTest : public ::testing::Test {
 protected:
  ConnectionReuseTest() {
    world.listen(*SocketAddress::parse("127.0.0.52:5061"), [this](ConnectionId id) {
      dialled.push_back(id);
      received.emplace_back();
      return [this, n = received.size() - 1](const std::string& octets) {
        received[n].push_back(octets);
      };
    });
    alice.register_now();
    carol.register_now();
  }
  UserAgent phone(const std::string& name, const std::string& domain, const std::string& address) {
    return UserAgent::on_stream(world, {name, name + "-password", domain}, kPublicTls, address);
  }
  void respond(std::size_t n, const std::string& request, int status) {
    const auto parsed = sip::parse(request);
    ASSERT_TRUE(parsed);
    world.stream(dialled[n], sip::make_response(*parsed, status, {}, "t").serialize());
    world.run();
  }

  std::vector<ConnectionId> dialled;
  std::vector<std::vector<std::string>> received;  // over each of them
  World world{shared_host_config()};
  UserAgent alice = phone("alice", "demo.example", "127.0.0.10:40001");
  UserAgent carol = phone("carol", "second.example", "127.0.0.11:40001");
};

TEST_F(ConnectionReuseTest, ATrunksCallsShareTheConnectionThatWasDialledForIt) {
  alice.invite("9301", audio_sdp(41000));
  alice.invite("9302", audio_sdp(41002));
  ASSERT_EQ(dialled.size(), 1U);
  EXPECT_EQ(received[0].size(), 2U);
}

TEST_F(ConnectionReuseTest, AnotherTenantsTrunkAtTheSameHostGetsItsOwnR079R080) {
  alice.invite("9301", audio_sdp(41000));
  carol.invite("9301", audio_sdp(41002));
  ASSERT_EQ(dialled.size(), 2U);
  EXPECT_EQ(received[0].size(), 1U);
  EXPECT_EQ(received[1].size(), 1U);
}

// R078: ;alias is honoured of nobody: what the trunk opened carries none of our new requests.
TEST_F(ConnectionReuseTest, AConnectionThatTheTrunkOpenedIsNotReusedWhateverItsViaSaysR078) {
  std::vector<std::string> inbound;
  const auto id = world.connect(kTrunkTls, *SocketAddress::parse("127.0.0.52:33000"), "",
                                [&](const std::string& octets) { inbound.push_back(octets); });
  world.stream(id,
               "OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.52;branch=z9hG4bKa;alias"
               "\r\nMax-Forwards: 70\r\nFrom: <sip:x@127.0.0.52>;tag=1\r\nTo: <sip:127.0.0.1>\r\n"
               "Call-ID: alias\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
  world.run();
  ASSERT_EQ(inbound.size(), 1U);
  EXPECT_THAT(inbound[0], StartsWith("SIP/2.0 200"));
  alice.invite("9301", audio_sdp(41000));
  EXPECT_EQ(inbound.size(), 1U);
  EXPECT_EQ(dialled.size(), 1U);
}

TEST_F(ConnectionReuseTest, ATrunkThatNowWantsSomebodyElseGetsANewConnectionR079) {
  alice.invite("9301", audio_sdp(41000));
  Config config = shared_host_config();
  for (Trunk& trunk : config.trunks)
    trunk.tls_verify = "wildcard";
  world.set_config(config);
  alice.invite("9302", audio_sdp(41002));
  EXPECT_EQ(dialled.size(), 2U);
}

TEST_F(ConnectionReuseTest, AConnectionThatBreaksWhileTheTrunkRingsIsDialledAgainForTheCancelR082) {
  alice.invite("9301", audio_sdp(41000));
  respond(0, received[0].front(), 180);
  alice.expect_response(180);
  world.disconnect(dialled[0]);
  world.run();
  ASSERT_EQ(dialled.size(), 2U);
  ASSERT_FALSE(received[1].empty());
  EXPECT_THAT(received[1].front(), StartsWith("CANCEL "));
}

TEST_F(ConnectionReuseTest, AnAnswerThatCrossedTheCancelOverTheNewConnectionIsEndedR052R053) {
  alice.invite("9301", audio_sdp(41000));
  const std::string invite = received[0].front();
  respond(0, invite, 180);
  alice.expect_response(180);
  world.disconnect(dialled[0]);
  world.run();
  ASSERT_EQ(dialled.size(), 2U);
  respond(1, invite, 200);
  ASSERT_EQ(received[1].size(), 3U);
  EXPECT_THAT(received[1][1], StartsWith("ACK "));
  EXPECT_THAT(received[1][2], StartsWith("BYE "));
}

TEST_F(ConnectionReuseTest, AfterACloseNothingNewGoesThereAndWhatWasOutstandingFailsR083) {
  alice.invite("9301", audio_sdp(41000));
  world.disconnect(dialled[0]);
  alice.expect_response(503);
  alice.invite("9302", audio_sdp(41002));
  ASSERT_EQ(dialled.size(), 2U);
  EXPECT_EQ(received[0].size(), 1U);
  EXPECT_EQ(received[1].size(), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
