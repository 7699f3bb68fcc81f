// The whole engine: what becomes of the SIPS scheme from one leg to the other (RFC 5630).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using sip::HeaderName;
using sip::Method;
using sip::Scheme;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

enum class Policy : std::uint8_t { bridge, strict };

Config config_with(Policy policy) {
  Config config = demo_config();
  config.tenants[0].sips_strict = policy == Policy::strict;
  config.finish();
  return config;
}

std::string text(const sip::Message& message, HeaderName name) {
  return std::string(message.header(name).value_or(""));
}

class EngineSipsTest : public ::testing::Test {
 protected:
  UserAgent tls_phone(const std::string& name, const std::string& scheme,
                      const std::string& address) {
    auto phone = UserAgent::on_stream(world, {name, name + "-password", "demo.example", scheme},
                                      kPublicTls, address);
    phone.register_now();
    return phone;
  }
  UserAgent udp_phone(const std::string& name, const std::string& address) {
    auto phone =
        UserAgent::on_udp(world, {name, name + "-password", "demo.example"}, kPublicUdp, address);
    phone.register_now();
    return phone;
  }
  void use(Policy policy) { world.set_config(config_with(policy)); }

  World world{demo_config()};
  UserAgent alice = tls_phone("alice", "sips", "127.0.0.10:40001");
  UserAgent old_alice = UserAgent::on_stream(world, {"alice", "alice-password", "demo.example"},
                                             kPublicTls, "127.0.0.11:40001");
};

TEST_F(EngineSipsTest, StrictRefusesASipsCallToAPlainContactWithWarning380R001) {
  use(Policy::strict);
  auto bob = udp_phone("bob", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  const auto refusal = alice.expect_response(480);
  EXPECT_THAT(text(refusal, HeaderName::warning), StartsWith("380 "));
  EXPECT_THAT(text(refusal, HeaderName::warning), HasSubstr("\"SIPS Not Allowed\""));
  bob.expect_silence();
  EXPECT_EQ(world.count_log("sips-downgrade"), 1U);
}

TEST_F(EngineSipsTest, StrictWantsASipsContactAndNotJustTlsR001) {
  use(Policy::strict);
  auto bob = tls_phone("bob", "sip", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  alice.expect_response(480);
  bob.expect_silence();
}

TEST_F(EngineSipsTest, StrictRefusesASipsCallToATrunkThatIsNoSipsOneR001) {
  use(Policy::strict);
  auto carrier =
      UserAgent::on_udp(world, {"carrier", "", "127.0.0.50"}, kTrunkUdp, "127.0.0.50:5060");
  carrier.expect_silence();  // without its REGISTER of the start
  alice.invite("0301234", audio_sdp(41000));
  EXPECT_THAT(text(alice.expect_response(480), HeaderName::warning), StartsWith("380 "));
  carrier.expect_silence();
}

TEST_F(EngineSipsTest, BridgeGivesTheOtherLegItsOwnUriAndSaysSoOnceR001) {
  auto bob = udp_phone("bob", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_THAT(std::string(invite.request_uri_text()), StartsWith("sip:bob@127.0.0.20"));
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("sips:")));
  EXPECT_EQ(world.count_log("sips-downgrade"), 1U);
}

TEST_F(EngineSipsTest, ASipCallReachesASipsContactAsSipOverItsTlsFlowR002R008) {
  auto bob = tls_phone("bob", "sips", "127.0.0.20:40002");
  old_alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_EQ(invite.request_uri_text(), "sip:bob@127.0.0.20:40002");
  EXPECT_EQ(invite.contact()->uri.scheme, Scheme::sip);
  EXPECT_THAT(std::string(invite.bytes()), Not(HasSubstr("sips:")));
}

TEST_F(EngineSipsTest, ASipsUriIsNeverRewrittenToSipR004R007) {
  auto bob = tls_phone("bob", "sips", "127.0.0.20:40002");
  auto call = alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_EQ(invite.request_uri_text(), "sips:bob@127.0.0.20:40002");
  EXPECT_EQ(invite.contact()->uri.scheme, Scheme::sips);
  EXPECT_EQ(invite.to()->uri.scheme, Scheme::sips);
  EXPECT_EQ(invite.from()->uri.scheme, Scheme::sips);
  bob.accept(invite, 200, audio_sdp(42000));
  alice.ack(call, alice.expect_response(200));
  EXPECT_THAT(std::string(bob.expect_request(Method::ack).request_uri_text()), StartsWith("sips:"));
  EXPECT_FALSE(world.has_log("sips-downgrade"));
}

TEST_F(EngineSipsTest, ARefusalOfSipsGoesBackAndIsNotTriedAgainR005) {
  auto bob = tls_phone("bob", "sips", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  bob.reply(bob.expect_request(Method::invite), 416);
  bob.expect_request(Method::ack);
  alice.expect_response(416);
  bob.expect_silence();
  const auto counters = world.engine().health().counters;
  EXPECT_THAT(counters, ::testing::Contains(::testing::Pair("sips_no_retry_total", 1U)));
}

TEST_F(EngineSipsTest, AWarning380GoesBackWithItsAnswerR005) {
  auto bob = tls_phone("bob", "sips", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  auto refusal = sip::make_response(invite, 480, {}, "b");
  refusal.add(HeaderName::warning, "380 bob.invalid \"SIPS Not Allowed\"");
  bob.send(refusal.serialize());
  bob.expect_request(Method::ack);
  const auto told = alice.expect_response(480);
  EXPECT_THAT(text(told, HeaderName::warning), StartsWith("380 "));
  EXPECT_THAT(text(told, HeaderName::warning), Not(HasSubstr("bob.invalid")));
  bob.expect_silence();
}

TEST_F(EngineSipsTest, TheContactOfTheAnswerHasTheSchemeOfTheRequestR009) {
  auto bob = udp_phone("bob", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  EXPECT_EQ(alice.expect_response(200).contact()->uri.scheme, Scheme::sips);
}

TEST_F(EngineSipsTest, ASipCallOverTlsHasASipContactR008R009) {
  auto bob = udp_phone("bob", "127.0.0.20:40002");
  old_alice.invite("bob", audio_sdp(41000));
  bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  EXPECT_EQ(old_alice.expect_response(200).contact()->uri.scheme, Scheme::sip);
}

TEST_F(EngineSipsTest, ATargetRefreshKeepsTheSipsContactOverARestartTooR010) {
  auto bob = tls_phone("bob", "sips", "127.0.0.20:40002");
  auto call = alice.invite("bob", audio_sdp(41000));
  bob.accept(bob.expect_request(Method::invite), 200, audio_sdp(42000));
  alice.ack(call, alice.expect_response(200));
  bob.expect_request(Method::ack);
  world.restart_sip_core();
  alice.request(call, Method::invite, audio_sdp(41000, {}, "sendonly"));
  const auto refresh = bob.expect_request(Method::invite);
  EXPECT_EQ(refresh.contact()->uri.scheme, Scheme::sips);
  bob.reply(refresh, 200, audio_sdp(42000, {}, "recvonly"));
  EXPECT_EQ(alice.expect_response(200).contact()->uri.scheme, Scheme::sips);
}

TEST_F(EngineSipsTest, ASipsRequestWithASipContactIsRefusedR011) {
  auto carrier =
      UserAgent::on_udp(world, {"carrier", "", "127.0.0.50"}, kTrunkUdp, "127.0.0.50:5060");
  auto request = sip::OutgoingMessage::request(Method::invite, "sips:4930123@127.0.0.1:5060");
  request.add(HeaderName::via, "SIP/2.0/UDP 127.0.0.50:5060;branch=z9hG4bKmixed")
      .add(HeaderName::max_forwards, "70")
      .add(HeaderName::from, "<sips:1@127.0.0.50>;tag=1")
      .add(HeaderName::to, "<sips:4930123@127.0.0.1>")
      .add(HeaderName::call_id, "mixed")
      .add(HeaderName::cseq, "1 INVITE")
      .add(HeaderName::contact, "<sip:1@127.0.0.50>");
  carrier.send(request.serialize());
  carrier.expect_response(400);
  alice.expect_silence();
}

TEST_F(EngineSipsTest, EveryRouteToASipsTargetIsASipsOneR018) {
  auto bob = tls_phone("bob", "sips", "127.0.0.20:40002");
  auto call = alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  auto success = sip::make_response(invite, 200, {}, "b");
  success.add(HeaderName::contact, bob.contact());
  success.add(HeaderName::record_route, "<sip:edge.example;lr>");
  success.body("application/sdp", audio_sdp(42000));
  bob.send(success.serialize());
  EXPECT_EQ(text(bob.expect_request(Method::ack), HeaderName::route), "<sips:edge.example;lr>");
  alice.ack(call, alice.expect_response(200));
}

TEST_F(EngineSipsTest, NoKeysGoOverUdpWhereNobodyAskedForThemR123) {
  auto bob = udp_phone("bob", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  EXPECT_THAT(std::string(bob.expect_request(Method::invite).body()), Not(HasSubstr("a=crypto")));
  EXPECT_FALSE(world.has_log("SRTP keys go over a transport that is not TLS"));
}

TEST_F(EngineSipsTest, KeysOverUdpAreSentWhereRequiredWithAWarningR123) {
  Config config = demo_config();
  for (Extension& extension : config.extensions) {
    if (extension.username == "bob") extension.srtp = SrtpPolicy::required;
  }
  config.finish();
  world.set_config(std::move(config));
  auto bob = udp_phone("bob", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  EXPECT_THAT(std::string(bob.expect_request(Method::invite).body()), HasSubstr("a=crypto"));
  EXPECT_TRUE(world.has_log("SRTP keys go over a transport that is not TLS"));
}

TEST_F(EngineSipsTest, WhoIsOnSipsAloneAndNotConnectedSaysThatSipsIsRequiredR003) {
  auto bob = tls_phone("bob", "sips", "127.0.0.20:40002");
  old_alice.register_now();
  world.disconnect(*bob.connection());
  old_alice.invite("bob", audio_sdp(41000));
  EXPECT_EQ(text(old_alice.expect_response(480), HeaderName::warning),
            "381 127.0.0.1 \"SIPS Required\"");
  auto plain = udp_phone("bob", "127.0.0.21:40002");
  old_alice.invite("bob", audio_sdp(41000));
  plain.expect_request(Method::invite);
}

// RFC 3608: no way through other elements is prescribed, so none has a scheme to be right.
TEST_F(EngineSipsTest, ARegistrationGetsNoServiceRouteAtAllR020) {
  auto bob = UserAgent::on_stream(world, {"bob", "bob-password", "demo.example", "sips"},
                                  kPublicTls, "127.0.0.20:40002");
  const auto success = bob.answer_register(600, bob.send_register(600));
  EXPECT_EQ(success.status_code(), 200);
  EXPECT_FALSE(success.has(HeaderName::service_route));
}

// A back-to-back user agent is on the way of a dialog by its Contact, on each leg by its own.
TEST_F(EngineSipsTest, NoLegIsGivenARecordRouteOfOursR023) {
  auto bob = udp_phone("bob", "127.0.0.20:40002");
  alice.invite("bob", audio_sdp(41000));
  const auto invite = bob.expect_request(Method::invite);
  EXPECT_FALSE(invite.has(HeaderName::record_route));
  bob.accept(invite, 200, audio_sdp(42000));
  EXPECT_FALSE(alice.expect_response(200).has(HeaderName::record_route));
}

}  // namespace
}  // namespace ringfence::sip_core
