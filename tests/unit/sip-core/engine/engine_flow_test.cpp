// The whole engine: where a phone is reached, what keeps its flow open, and what its end means.
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

class EngineFlowTest : public ::testing::Test {
 protected:
  UserAgent on_udp(const std::string& user, const std::string& address) {
    return UserAgent::on_udp(world, {user, user + "-password", "demo.example"}, kPublicUdp,
                             address);
  }
  UserAgent on_tls(const std::string& user, const std::string& address) {
    return UserAgent::on_stream(world, {user, user + "-password", "demo.example"}, kPublicTls,
                                address);
  }
  static void register_as(UserAgent& phone, const std::string& contact,
                          const std::string& path = {}) {
    auto message = sip::OutgoingMessage::request(Method::register_, "sip:demo.example");
    message.add(HeaderName::to, "<sip:bob@demo.example>")
        .add(HeaderName::contact, contact)
        .add(HeaderName::supported, "path, outbound");
    if (!path.empty()) message.add(HeaderName::path, path);
    phone.submit(message);
    phone.expect_response(200);
  }
  // What arrives at an address that is no user agent.
  void listen_raw(const std::string& address) {
    world.attach_udp(*SocketAddress::parse(address),
                     [this](const std::string& octets) { raw.push_back(octets); });
  }
  World world{demo_config()};
  std::vector<std::string> raw;
};

// R166: the request goes where the registration came from, not where its contact points.
TEST_F(EngineFlowTest, APhoneBehindANatIsCalledAtItsSourceR166R170) {
  auto alice = on_tls("alice", "127.0.0.10:40001");
  auto bob = on_udp("bob", "127.0.0.20:5062");
  register_as(bob, "<sip:bob@10.0.0.7:5060>");
  alice.register_now();
  alice.invite("bob", audio_sdp(41000));
  EXPECT_EQ(bob.expect_request(Method::invite).request_uri_text(), "sip:bob@10.0.0.7:5060");
}

// RFC 3327 §5.3, §5.4
TEST_F(EngineFlowTest, ThePathOfARegistrationIsTheRouteOfACall) {
  auto alice = on_tls("alice", "127.0.0.10:40001");
  auto edge = on_udp("bob", "127.0.0.20:5062");
  register_as(edge, "<sip:bob@10.0.0.7:5060>", "<sip:edge.example;lr>, <sip:inner.example;lr>");
  alice.register_now();
  alice.invite("bob", audio_sdp(41000));
  const auto invite = edge.expect_request(Method::invite);
  std::vector<std::string> routes;
  for (const std::string_view route : invite.values(HeaderName::route))
    routes.emplace_back(route);
  EXPECT_THAT(routes, ::testing::ElementsAre("<sip:edge.example;lr>", "<sip:inner.example;lr>"));
}

// R166, R167: what the wire says of received and rport counts for nothing.
TEST_F(EngineFlowTest, TheResponseGoesToTheSourceWhateverTheViaSaysR166R167) {
  listen_raw("127.0.0.30:5070");
  listen_raw("127.0.0.31:9999");
  world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.30:5070"),
                 "OPTIONS sip:demo.example SIP/2.0\r\nVia: SIP/2.0/UDP "
                 "127.0.0.30:5070;branch=z9hG4bKv;received=127.0.0.31;rport=9999\r\n"
                 "From: <sip:x@demo.example>;tag=1\r\nTo: <sip:demo.example>\r\nCall-ID: v\r\n"
                 "CSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n");
  world.run();
  ASSERT_EQ(raw.size(), 1U);
  EXPECT_NE(raw[0].find(";received=127.0.0.30;rport=5070"), std::string::npos) << raw[0];
  EXPECT_EQ(raw[0].find("9999"), std::string::npos);
}

// R084 (RFC 5626 §4.4.2): STUN keeps a registered flow open; strangers get nothing.
TEST_F(EngineFlowTest, AStunKeepAliveOnARegisteredFlowIsAnswered) {
  auto bob = on_udp("bob", "127.0.0.20:5062");
  register_as(bob, "<sip:bob@127.0.0.20:5062>");
  const std::string request(
      "\x00\x01\x00\x00\x21\x12\xa4\x42"
      "transaction!",
      20);
  listen_raw("127.0.0.20:5062");
  listen_raw("127.0.0.66:5062");
  world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.66:5062"), request);
  world.run();
  EXPECT_TRUE(raw.empty());
  world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.20:5062"), request);
  world.run();
  ASSERT_EQ(raw.size(), 1U);
  EXPECT_EQ(raw[0].substr(0, 2), "\x01\x01");
  EXPECT_EQ(raw[0].substr(8, 12), "transaction!");
}

TEST_F(EngineFlowTest, LineEndsOnUdpAreNoMessageR084) {
  listen_raw("127.0.0.20:5062");
  for (const char* ping : {"\r\n\r\n", "\r\n", ""}) {
    world.datagram(kPublicUdp, *SocketAddress::parse("127.0.0.20:5062"), ping);
    world.run();
  }
  EXPECT_TRUE(raw.empty());
}

// R092, F007: the front's connections are numbered anew after its death.
TEST_F(EngineFlowTest, AnAnswerNeverReachesTheNextClientWithTheSameNumberR092) {
  auto bob = on_udp("bob", "127.0.0.20:5062");
  bob.register_now();
  auto alice = on_tls("alice", "127.0.0.10:40001");
  alice.register_now();
  const ConnectionId before = *alice.connection();
  alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  world.lose_tls_front();
  auto mallory = on_tls("mallory", "127.0.0.66:40001");
  EXPECT_EQ(mallory.connection()->number, before.number);
  bob.accept(invite, 200, audio_sdp(42000));
  mallory.expect_silence();
}

// F007, R091
TEST_F(EngineFlowTest, LostFlowsAreCountedAndThePhoneComesBackF007) {
  auto alice = on_tls("alice", "127.0.0.10:40001");
  auto bob = on_tls("bob", "127.0.0.20:40002");
  alice.register_now();
  bob.register_now();
  world.lose_tls_front();
  alice.reconnect();
  alice.invite("bob", audio_sdp(41000));
  alice.expect_response(480);  // at once: no time has passed
  bob.reconnect();
  bob.register_now();
  alice.invite("bob", audio_sdp(41000));
  bob.expect_request(Method::invite);
  const auto counters = world.engine().health().counters;
  const std::pair<std::string, std::uint64_t> lost{"flows_lost_total", 2};
  EXPECT_THAT(counters, ::testing::Contains(lost));
}

// R090 (RFC 5626 §7): one flow of an instance at a time; when it fails, the other.
TEST_F(EngineFlowTest, AFailedFlowIsFollowedByTheInstancesOtherR090) {
  const std::string contact = "<sip:bob@127.0.0.20>;+sip.instance=\"<urn:uuid:1>\";reg-id=";
  auto alice = on_tls("alice", "127.0.0.10:40001");
  auto first = on_tls("bob", "127.0.0.20:40001");
  auto second = on_tls("bob", "127.0.0.20:40002");
  alice.register_now();
  register_as(first, contact + "1");
  register_as(second, contact + "2");
  alice.invite("bob", audio_sdp(41000));
  const auto invite = second.expect_request(Method::invite);
  first.expect_silence();
  second.reply(invite, 430);
  second.expect_request(Method::ack);
  const auto again = first.expect_request(Method::invite);
  first.accept(again, 200, audio_sdp(42000));
  alice.expect_response(200);
}

TEST_F(EngineFlowTest, AFlowThatClosesDuringTheCallIsFollowedByTheOtherR090) {
  const std::string contact = "<sip:bob@127.0.0.20>;+sip.instance=\"<urn:uuid:1>\";reg-id=";
  auto alice = on_tls("alice", "127.0.0.10:40001");
  auto first = on_tls("bob", "127.0.0.20:40001");
  auto second = on_tls("bob", "127.0.0.20:40002");
  alice.register_now();
  register_as(first, contact + "1");
  register_as(second, contact + "2");
  alice.invite("bob", audio_sdp(41000));
  second.expect_request(Method::invite);
  world.disconnect(*second.connection());
  first.expect_request(Method::invite);
  alice.expect_silence();
}

// RFC 5626 §5.2: we give out no flow tokens, so a Route that looks like one opens no way to a flow.
TEST_F(EngineFlowTest, ARouteWithATokenReachesNoFlowR086) {
  auto alice = on_tls("alice", "127.0.0.10:40001");
  auto bob = on_tls("bob", "127.0.0.11:40001");
  alice.register_now();
  bob.register_now();
  auto invite = sip::OutgoingMessage::request(Method::invite, "sip:nobody@demo.example");
  invite.add(HeaderName::route, "<sip:AQAAAAE7fwAAC5xB@127.0.0.1:6061;lr;ob>")
      .add(HeaderName::contact, alice.contact());
  invite.body("application/sdp", audio_sdp(41000));
  alice.submit(invite);
  alice.expect_response(404);
  bob.expect_silence();
}

TEST_F(EngineFlowTest, AFlowThatIsGoneIsToldAtOnceR086) {
  auto alice = on_tls("alice", "127.0.0.10:40001");
  auto bob = on_tls("bob", "127.0.0.11:40001");
  alice.register_now();
  bob.register_now();
  world.disconnect(*bob.connection());
  alice.invite("bob", audio_sdp(41000));
  alice.expect_response(480);  // as the registrar that we are; a proxy's word would be 430
}

}  // namespace
}  // namespace ringfence::sip_core
