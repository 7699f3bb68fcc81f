// Every profile of trunk_profiles, from the row of a database to the messages on the wire, against
// an imitation of its carrier: what it insists on (INTEROP part 1) is what is looked at. No real
// carrier was met: trunk_profiles.verified stays 0.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "schema/schema.hpp"
#include "sip-core/config/config_builder.hpp"
#include "supervisor/config/config_reader.hpp"
#include "supervisor/config/config_validator.hpp"
#include "supervisor/config/snapshot.hpp"
#include "supervisor/config/statement.hpp"
#include "tests/simulation/harness/demo_config.hpp"
#include "tests/simulation/harness/user_agent.hpp"

namespace ringfence::sip_core {
namespace {

using namespace simulation;
using namespace std::chrono_literals;
using sip::HeaderName;
using sip::Method;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kBox =
    "INSERT INTO tenants(name, domain) VALUES ('demo', 'demo.example');"
    "INSERT INTO listeners(name, side, transport, address, port) VALUES"
    " ('tu', 'trunk', 'udp', '127.0.0.1', 5060), ('tt', 'trunk', 'tls', '127.0.0.1', 5061),"
    " ('pu', 'public', 'udp', '127.0.0.1', 6070), ('pt', 'public', 'tls', '127.0.0.1', 6061);"
    "INSERT INTO extensions(tenant_id, username, password) VALUES (1, 'alice', 'alice-password');"
    "INSERT INTO dids(tenant_id, number, target) VALUES (1, '4930123456', 'ext:alice');";

// As the supervisor and sip-core do it between them.
Config config_of(const std::string& trunk) {
  const auto database = supervisor::open_database(":memory:", supervisor::OpenMode::create);
  for (const std::string& sql :
       {std::string(current_schema()), std::string(kBox), trunk,
        std::string("INSERT INTO routes(tenant_id, pattern, trunk_id) VALUES (1, '0*', 1)")}) {
    const auto done = supervisor::execute(database->get(), sql.c_str());
    EXPECT_TRUE(done) << done.error().message;
  }
  const auto rows = supervisor::read_config(database->get());
  const auto validated = supervisor::validate(*rows, {}, {});
  EXPECT_TRUE(validated.errors.empty()) << validated.errors.front().message;
  ConfigBuilder builder;
  builder.begin(1);
  supervisor::for_each_row(validated.config, proto::SIP_CORE,
                           [&](const proto::SnapshotRow& row) { EXPECT_TRUE(builder.add(row)); });
  return *builder.commit(1).value();
}

class TrunkProfiles : public ::testing::Test {
 protected:
  void start(const std::string& trunk, const std::string& carrier_address) {
    world = std::make_unique<World>(Config());
    world->dns["carrier.example"] = {*IpAddress::parse("127.0.0.60")};
    world->dns["7.proxy.example"] = {*IpAddress::parse("127.0.0.60")};
    carrier.emplace(UserAgent::listening(*world, {"carrier", "", "127.0.0.1"}, carrier_address));
    on_udp.emplace(
        UserAgent::on_udp(*world, {"carrier", "", "127.0.0.1"}, kTrunkUdp, "127.0.0.60:5060"));
    world->set_config(config_of(trunk));
    world->advance(50ms);
  }
  sip::Message call_from_alice() {
    UserAgent alice = UserAgent::on_stream(*world, {"alice", "alice-password", "demo.example"},
                                           kPublicTls, "127.0.0.10:40001");
    alice.register_now();
    alice.invite("030987654", audio_sdp(41000));
    return carrier->expect_request(Method::invite);
  }
  // What a registrar grants, with `more` of its own.
  sip::Message register_at(UserAgent& at, const std::string& service_route = {},
                           const std::string& security_server = {}) {
    auto request = at.expect_request(Method::register_);
    auto ok = sip::make_response(request, 200, {}, "c");
    ok.add(HeaderName::contact,
           std::string(request.header(HeaderName::contact).value_or("")) + ";expires=600");
    if (!service_route.empty()) ok.add(HeaderName::service_route, service_route);
    if (!security_server.empty()) ok.add(HeaderName::security_server, security_server);
    at.send(ok.serialize());
    return request;
  }
  static std::string field(const sip::Message& message, HeaderName name) {
    return std::string(message.header(name).value_or(""));
  }
  static std::string sdp(const sip::Message& message) { return std::string(message.body()); }

  std::unique_ptr<World> world;
  std::optional<UserAgent> carrier;  // on TLS
  std::optional<UserAgent> on_udp;
};

// The name of our certificate in Contact, also on OPTIONS; sip: with transport=tls; E.164; SRTP
// with a lifetime, 80-bit tags.
TEST_F(TrunkProfiles, TeamsSeesOurNameItsUriStyleAndALifetime) {
  start(
      "INSERT INTO trunks(tenant_id, label, host, profile, contact_host, country_code)"
      " VALUES (1, 'Teams', 'carrier.example', 'teams', 'sbc.customer.example', '49')",
      "127.0.0.60:5061");
  const auto options = carrier->expect_request(Method::options);
  EXPECT_EQ(field(options, HeaderName::contact), "<sip:sbc.customer.example:5061;transport=tls>");
  EXPECT_THAT(field(options, HeaderName::allow), HasSubstr("REFER"));
  carrier->reply(options, 200);
  const auto invite = call_from_alice();
  EXPECT_EQ(invite.request_uri_text(), "sip:+4930987654@carrier.example:5061;transport=tls");
  EXPECT_THAT(field(invite, HeaderName::contact), HasSubstr("@sbc.customer.example:5061;"));
  EXPECT_EQ(invite.via()->host, "sbc.customer.example");
  EXPECT_THAT(field(invite, HeaderName::p_asserted_identity), HasSubstr("+4930123456@"));
  EXPECT_THAT(sdp(invite), HasSubstr("RTP/SAVP"));
  EXPECT_THAT(sdp(invite), HasSubstr("AES_CM_128_HMAC_SHA1_80"));
  EXPECT_THAT(sdp(invite), HasSubstr("|2^31"));
}

// No MKI, no lifetime, one suite; never clear.
TEST_F(TrunkProfiles, TwilioIsOfferedOneSuiteWithoutLifetimeOrMki) {
  start(
      "INSERT INTO trunks(tenant_id, label, host, profile, country_code)"
      " VALUES (1, 'Twilio', 'carrier.example', 'twilio', '49')",
      "127.0.0.60:5061");
  carrier->reply(carrier->expect_request(Method::options), 200);
  const auto invite = call_from_alice();
  EXPECT_THAT(std::string(invite.request_uri_text()), StartsWith("sip:+4930987654@"));
  EXPECT_THAT(sdp(invite), HasSubstr("a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:"));
  EXPECT_THAT(sdp(invite), Not(HasSubstr("a=crypto:2")));
  EXPECT_THAT(sdp(invite), Not(HasSubstr("|")));
}

// Registers with its credentials over TLS; E.164; SRTP.
TEST_F(TrunkProfiles, TelnyxIsRegisteredAtOverTls) {
  start(
      "INSERT INTO trunks(tenant_id, label, host, profile, username, password, country_code)"
      " VALUES (1, 'Telnyx', 'carrier.example', 'telnyx', 'user', 'secret', '49')",
      "127.0.0.60:5061");
  // The registration and the first OPTIONS come over the same connection.
  const auto registered = register_at(*carrier);
  EXPECT_EQ(registered.request_uri_text(), "sip:carrier.example:5061;transport=tls");
  carrier->reply(carrier->expect_request(Method::options), 200);
  const auto invite = call_from_alice();
  EXPECT_THAT(std::string(invite.request_uri_text()), StartsWith("sip:+4930987654@"));
  EXPECT_THAT(sdp(invite), HasSubstr("RTP/SAVP"));
}

// Through the customer's own proxy; its Service-Route on calls; the number as a preferred identity.
TEST_F(TrunkProfiles, TelekomCompanyFlexIsReachedThroughItsProxyAndItsServiceRoute) {
  start(
      "INSERT INTO trunks(tenant_id, label, host, profile, username, password, outbound_proxy,"
      " country_code) VALUES (1, 'CompanyFlex', 'tel.example', 'telekom-companyflex', "
      "'+4930123450',"
      " 'secret', '7.proxy.example', '49')",
      "127.0.0.60:5061");
  const auto registered = register_at(*carrier, "<sip:edge.example:5061;transport=tls;lr>",
                                      "msrp-tls;mediasec, sdes-srtp;mediasec");
  EXPECT_EQ(field(registered, HeaderName::security_client), "sdes-srtp;mediasec");
  EXPECT_EQ(field(registered, HeaderName::require), "mediasec");
  EXPECT_EQ(field(registered, HeaderName::proxy_require), "mediasec");
  EXPECT_EQ(registered.request_uri_text(), "sip:tel.example:5061;transport=tls");
  EXPECT_EQ(field(registered, HeaderName::to), "<sip:+4930123450@tel.example>");
  EXPECT_EQ(field(registered, HeaderName::route), "<sip:7.proxy.example:5061;transport=tls;lr>");
  EXPECT_EQ(field(registered, HeaderName::supported), "path");
  const auto invite = call_from_alice();
  std::vector<std::string> routes;
  for (const std::string_view route : invite.values(HeaderName::route))
    routes.emplace_back(route);
  EXPECT_THAT(routes, ::testing::ElementsAre("<sip:7.proxy.example:5061;transport=tls;lr>",
                                             "<sip:edge.example:5061;transport=tls;lr>"));
  EXPECT_THAT(field(invite, HeaderName::p_preferred_identity), HasSubstr("+4930123456@"));
  EXPECT_FALSE(invite.has(HeaderName::p_asserted_identity));
  EXPECT_THAT(std::string(invite.request_uri_text()), StartsWith("sip:+4930987654@tel.example"));
  EXPECT_THAT(sdp(invite), HasSubstr("RTP/SAVP"));
  EXPECT_EQ(invite.count(HeaderName::security_verify), 2U);
  EXPECT_FALSE(invite.has(HeaderName::security_client));
  EXPECT_EQ(field(invite, HeaderName::require), "mediasec");
  EXPECT_EQ(field(invite, HeaderName::proxy_require), "mediasec");
  EXPECT_THAT(sdp(invite), HasSubstr("\r\na=3ge2ae:requested\r\n"));
}

// Plain SIP and RTP on the local network, numbers as they were dialled, no timer asked for.
TEST_F(TrunkProfiles, AFritzBoxIsSpokenToPlainly) {
  start(
      "INSERT INTO trunks(tenant_id, label, host, profile, username, password)"
      " VALUES (1, 'Box', '127.0.0.60', 'fritzbox', '620', 'secret')",
      "127.0.0.60:5061");
  const auto registered = register_at(*on_udp);
  EXPECT_EQ(registered.request_uri_text(), "sip:127.0.0.60");
  UserAgent alice = UserAgent::on_stream(*world, {"alice", "alice-password", "demo.example"},
                                         kPublicTls, "127.0.0.10:40001");
  alice.register_now();
  alice.invite("030987654", audio_sdp(41000));
  const auto invite = on_udp->expect_request(Method::invite);
  EXPECT_EQ(invite.request_uri_text(), "sip:030987654@127.0.0.60");
  EXPECT_THAT(field(invite, HeaderName::from), HasSubstr("4930123456@"));
  EXPECT_FALSE(invite.has(HeaderName::p_asserted_identity));
  EXPECT_FALSE(invite.has(HeaderName::session_expires));
  EXPECT_THAT(sdp(invite), HasSubstr("RTP/AVP"));
  EXPECT_THAT(sdp(invite), Not(HasSubstr("crypto")));
}

TEST_F(TrunkProfiles, GenericIsTheColumnsOwnDefaults) {
  const auto plain =
      config_of("INSERT INTO trunks(tenant_id, label, host) VALUES (1, 'T', 'h.test')");
  const Trunk& trunk = plain.trunks.front();
  EXPECT_EQ(trunk.transport(), TransportKind::udp);
  EXPECT_FALSE(trunk.srtp);
  EXPECT_EQ(trunk.tls_verify, "full");
  EXPECT_EQ(trunk.options_interval, 0s);
  EXPECT_EQ(trunk.media_terms, nullptr);
}

TEST_F(TrunkProfiles, EveryColumnStaysTheOperatorsToSet) {
  const auto config = config_of(
      "INSERT INTO trunks(tenant_id, label, host, profile) VALUES (1, 'T', 'h.test', 'teams');"
      "UPDATE trunks SET tls_verify = 'full', srtp_suites = 'AEAD_AES_256_GCM', codecs = 'PCMA'");
  const Trunk& trunk = config.trunks.front();
  EXPECT_EQ(trunk.tls_verify, "full");
  ASSERT_NE(trunk.media_terms, nullptr);
  EXPECT_EQ(trunk.media_terms->suites, std::vector{sdp::CryptoSuite::aead_aes_256_gcm});
  EXPECT_EQ(trunk.media_terms->codecs, std::vector<std::string>{"PCMA"});
  EXPECT_EQ(trunk.uri_style, UriStyle::sip_transport_tls);
}

}  // namespace
}  // namespace ringfence::sip_core
