// The whole engine: calls go where the registrar wants them to (RFC 3608), also where that is
// another host than the trunk's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;

Config registering_config() {
  Config config = demo_config();
  for (Trunk& trunk : config.trunks)
    trunk.registers = trunk.id != kBackup;
  return config;
}

class EngineServiceRouteTest : public ::testing::Test {
 protected:
  EngineServiceRouteTest() {
    world.dns["secure.example"] = {*IpAddress::parse("127.0.0.52")};
    world.dns["edge.example"] = {*IpAddress::parse("127.0.0.70")};
    alice.register_now();
  }
  void let_register(UserAgent& at, const std::string& service_route) {
    const auto request = at.expect_request(Method::register_);
    auto success = sip::make_response(request, 200, {}, "c");
    success
        .add(HeaderName::contact,
             std::string(request.header(HeaderName::contact).value_or("")) + ";expires=3600")
        .add(HeaderName::service_route, service_route);
    at.send(success.serialize());
  }
  static std::string route_of(const sip::Message& request) {
    return std::string(request.header(HeaderName::route).value_or(""));
  }

  World world{registering_config()};
  UserAgent carrier =
      UserAgent::on_udp(world, {"carrier", "", "127.0.0.1"}, kTrunkUdp, "127.0.0.50:5060");
  UserAgent udp_edge =
      UserAgent::on_udp(world, {"edge", "", "127.0.0.1"}, kTrunkUdp, "127.0.0.70:5090");
  UserAgent secure = UserAgent::listening(world, {"secure", "", "127.0.0.1"}, "127.0.0.52:5061");
  UserAgent alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
};

TEST_F(EngineServiceRouteTest, ACallOverUdpGoesToTheHostOfTheServiceRoute) {
  let_register(carrier, "<sip:edge.example:5090;lr>, <sip:inside.example;lr>");
  alice.invite("0301234", audio_sdp(41000));
  world.advance(1s);
  const auto invite = udp_edge.expect_request(Method::invite);
  EXPECT_EQ(invite.request_uri_text(), "sip:0301234@127.0.0.50");
  EXPECT_EQ(invite.count(HeaderName::route), 2U);
  EXPECT_EQ(route_of(invite), "<sip:edge.example:5090;lr>");
  carrier.expect_silence();
}

TEST_F(EngineServiceRouteTest, ACallOverTlsDialsTheHostOfTheServiceRoute) {
  UserAgent edge = UserAgent::listening(world, {"edge", "", "127.0.0.1"}, "127.0.0.70:5061");
  world.advance(31s);  // the DNS did not know it at first
  let_register(secure, "<sips:edge.example:5061;lr>");
  alice.invite("9301234", audio_sdp(41000));
  world.advance(1s);
  EXPECT_EQ(route_of(edge.expect_request(Method::invite)), "<sips:edge.example:5061;lr>");
  secure.expect_silence();
  alice.invite("9305678", audio_sdp(41010));
  edge.expect_request(Method::invite);
}

TEST_F(EngineServiceRouteTest, AHostThatCannotBeReachedLeavesTheTrunksOwn) {
  world.advance(31s);  // the DNS did not know it at first
  let_register(secure, "<sips:edge.example:5061;lr>");
  alice.invite("9301234", audio_sdp(41000));
  world.advance(1s);
  EXPECT_EQ(route_of(secure.expect_request(Method::invite)), "<sips:edge.example:5061;lr>");
}

TEST_F(EngineServiceRouteTest, ANameThatNobodyKnowsLeavesTheTrunksOwn) {
  let_register(carrier, "<sip:unknown.example;lr>");
  alice.invite("0301234", audio_sdp(41000));
  world.advance(1s);
  EXPECT_EQ(route_of(carrier.expect_request(Method::invite)), "<sip:unknown.example;lr>");
}

}  // namespace
}  // namespace ringfence::sip_core
