// What becomes of rows that the schema accepts and the program cannot use.
#include "supervisor/config/config_validator.hpp"

#include <gmock/gmock.h>

#include "config_fixture.hpp"
#include "supervisor/config/snapshot.hpp"

namespace ringfence::supervisor {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

auto problem(const std::string& table, const std::string& column, const std::string& words) {
  return AllOf(Field(&Problem::table, table), Field(&Problem::column, column),
               Field(&Problem::message, HasSubstr(words)));
}

class Validator : public testing::Test {
 protected:
  Validated run() { return validate(rows_, last_good_, surroundings_); }

  Config rows_ = sample_config();
  Config last_good_;
  Surroundings surroundings_{"192.0.2.7", "2001:db8::7", {"demo.test"}};
};

TEST_F(Validator, PassesWhatIsUsable) {
  const Validated result = run();
  EXPECT_THAT(result.errors, IsEmpty());
  EXPECT_THAT(result.warnings, IsEmpty());
  EXPECT_THAT(result.config.trunks, SizeIs(1));
  EXPECT_THAT(result.config.acl_rules, SizeIs(1));
}

TEST_F(Validator, LeavesOutARowThatWasNeverUsable) {
  rows_.trunks[0].set_host("not a host");
  const Validated result = run();
  EXPECT_THAT(result.errors, ElementsAre(problem("trunks", "host", "neither a host name")));
  EXPECT_THAT(result.config.trunks, IsEmpty());
  EXPECT_THAT(result.config.routes, IsEmpty()) << "a route of a trunk that is left out";
}

TEST_F(Validator, LeavesOutACollectorThatIsNoAddress) {
  auto& setting = rows_.settings.emplace_back();
  setting.set_key("hep_server");
  setting.set_value("192.0.2.1:0");
  EXPECT_THAT(run().errors,
              ElementsAre(problem("settings", "hep_server", "no numeric IP address")));
}

TEST_F(Validator, KeepsTheLastGoodVersionOfARow) {
  last_good_ = run().config;
  rows_.trunks[0].set_host("not a host");
  rows_.trunks[0].set_port(7777);
  const Validated result = run();
  EXPECT_THAT(result.errors, SizeIs(1));
  ASSERT_THAT(result.config.trunks, SizeIs(1));
  EXPECT_EQ(result.config.trunks[0].host(), "carrier.test");
  EXPECT_NE(result.config.trunks[0].port(), 7777U);
  EXPECT_THAT(result.config.routes, SizeIs(1));
}

TEST_F(Validator, DoesNotBringBackADeletedRow) {
  last_good_ = run().config;
  rows_.dids.clear();
  EXPECT_THAT(run().config.dids, IsEmpty());
}

TEST_F(Validator, DoesNotKeepALastGoodVersionThatRefersToWhatIsGone) {
  last_good_ = run().config;
  rows_.dids[0].set_target("ext:nobody");
  rows_.extensions.clear();
  rows_.group_members.clear();
  const Validated result = run();
  EXPECT_THAT(result.errors, ElementsAre(problem("dids", "target", "ext:nobody")));
  EXPECT_THAT(result.config.dids, IsEmpty());
}

TEST_F(Validator, ReportsEveryKindOfBadRow) {
  rows_.tenants.emplace_back().set_id(2);
  rows_.tenants[1].set_name("bad");
  rows_.tenants[1].set_domain("bad domain");
  rows_.listeners[0].set_media_address("here");
  auto& trunk = rows_.trunks.emplace_back(rows_.trunks[0]);
  trunk.set_id(2);
  trunk.add_source_cidrs("10.0.0.0/99");
  trunk.set_register_(true);
  rows_.routes[0].set_pattern("[0-9");
  rows_.acl_rules[0].set_pattern("nowhere");
  rows_.acl_rules.emplace_back(rows_.acl_rules[0]).set_kind("ip");
  rows_.acl_rules[1].set_id(2);
  const Validated result = run();
  EXPECT_THAT(result.errors, Contains(problem("tenants", "domain", "bad domain")));
  EXPECT_THAT(result.errors, Contains(problem("listeners", "media_address", "no numeric")));
  EXPECT_THAT(result.errors, Contains(problem("trunks", "source_cidrs", "10.0.0.0/99")));
  EXPECT_THAT(result.errors, Contains(problem("trunks", "username", "needs a user name")));
  EXPECT_THAT(result.errors, Contains(problem("routes", "pattern", "without its ]")));
  EXPECT_THAT(result.errors, Contains(problem("acl_rules", "pattern", "no network")));
  EXPECT_THAT(result.errors, Contains(problem("acl_rules", "pattern", "no numeric")));
}

TEST_F(Validator, ReportsReferencesToRowsThatDoNotExist) {
  rows_.trunks[0].set_tenant_id(9);
  rows_.routes[0].set_trunk_id(8);
  rows_.group_members[0].set_extension_id(7);
  const Validated result = run();
  EXPECT_THAT(result.errors, Contains(problem("trunks", "tenant_id", "there is no tenant 9")));
  EXPECT_THAT(result.errors, Contains(problem("routes", "trunk_id", "there is no trunk 8")));
  EXPECT_THAT(result.errors, Contains(problem("group_members", "extension_id", "7")));
}

TEST_F(Validator, DropsWithoutAWordWhatBelongsToSomethingDisabled) {
  rows_.tenants.clear();
  rows_.disabled.tenants.insert(1);
  const Validated result = run();
  EXPECT_THAT(result.errors, IsEmpty());
  EXPECT_THAT(result.config.extensions, IsEmpty());
  EXPECT_THAT(result.config.dids, IsEmpty());
  EXPECT_THAT(result.config.routes, IsEmpty());

  rows_ = sample_config();
  rows_.disabled.extensions[1] = {1, "alice"};
  rows_.extensions.clear();
  const Validated second = run();
  EXPECT_THAT(second.errors, IsEmpty());
  EXPECT_THAT(second.config.dids, IsEmpty());
  EXPECT_THAT(second.config.group_members, IsEmpty());
}

TEST_F(Validator, ReportsATrunkWhoseListenerIsDisabled) {
  rows_.trunks[0].set_listener_id(4);
  rows_.disabled.listeners.insert(4);
  EXPECT_THAT(run().errors, ElementsAre(problem("trunks", "listener_id", "is not in use")));
}

TEST_F(Validator, FillsInTheAddressesThatPeersAreTold) {
  auto& wildcard = rows_.listeners.emplace_back(rows_.listeners[0]);
  wildcard.set_id(2);
  wildcard.set_address("0.0.0.0");
  auto& behind_nat = rows_.listeners.emplace_back(rows_.listeners[0]);
  behind_nat.set_id(3);
  behind_nat.set_advertised_address("203.0.113.5");
  auto& own_media = rows_.listeners.emplace_back(rows_.listeners[0]);
  own_media.set_id(4);
  own_media.set_media_address("10.0.0.9");
  const auto listeners = run().config.listeners;
  ASSERT_THAT(listeners, SizeIs(4));
  EXPECT_EQ(listeners[0].advertised_address(), "127.0.0.1");
  EXPECT_EQ(listeners[0].media_address(), "127.0.0.1");
  EXPECT_EQ(listeners[1].advertised_address(), "192.0.2.7");
  EXPECT_EQ(listeners[1].media_address(), "0.0.0.0");
  EXPECT_EQ(listeners[1].media_advertised_address(), "192.0.2.7");
  EXPECT_EQ(listeners[2].media_advertised_address(), "203.0.113.5");
  EXPECT_EQ(listeners[3].advertised_address(), "127.0.0.1");
  EXPECT_EQ(listeners[3].media_advertised_address(), "10.0.0.9");
}

TEST_F(Validator, WarnsWhereIdentitiesAreBelievedByAddressAloneR163) {
  rows_.trunks[0].set_tls(false);
  rows_.trunks[0].set_identity_trust(true);
  EXPECT_THAT(run().warnings, Contains(problem("trunks", "identity_trust", "without TLS")));
  rows_.trunks[0].set_tls(true);
  EXPECT_THAT(run().warnings, Not(Contains(problem("trunks", "identity_trust", "without TLS"))));
}

TEST_F(Validator, WarnsOfWhatIsProbablyNotMeant) {
  surroundings_.certificate_names.clear();
  rows_.trunks[0].set_srtp(true);
  rows_.trunks[0].set_mediasec(true);
  rows_.trunks[0].set_client_certificate("ours.test");
  rows_.extensions[0].clear_password();
  rows_.group_members.clear();
  rows_.listeners.clear();
  const auto warnings = run().warnings;
  EXPECT_THAT(warnings, Contains(problem("tenants", "domain", "no certificate folder")));
  EXPECT_THAT(warnings, Contains(problem("trunks", "srtp", "SRTP without TLS")));
  EXPECT_THAT(warnings, Contains(problem("trunks", "mediasec", "only while tls and srtp")));
  EXPECT_THAT(warnings, Contains(problem("trunks", "client_certificate", "folder 'ours.test'")));
  EXPECT_THAT(warnings, Contains(problem("trunks", "listener_id", "no enabled UDP listener")));
  EXPECT_THAT(warnings, Contains(problem("extensions", "password", "has no password")));
  EXPECT_THAT(warnings, Contains(problem("groups", "name", "no usable member")));
}

TEST_F(Validator, ReportsWhatNoTrunkCanUseOfItsDetails) {
  auto& trunk = rows_.trunks[0];
  trunk.set_tls_host("not a host");
  trunk.set_contact_host("also not");
  trunk.set_outbound_proxy("proxy.test:0");
  trunk.add_codecs("PCMA!");
  trunk.add_srtp_suites("AES_CM_128_HMAC_SHA1_80");
  trunk.add_srtp_suites("F8_128_HMAC_SHA1_80");
  trunk.add_srtp_quirks("unpadded_keys");
  trunk.add_srtp_quirks("upside_down");
  trunk.set_number_format("e164");
  const Validated result = run();
  EXPECT_THAT(result.errors,
              ElementsAre(problem("trunks", "tls_host", "neither a host name"),
                          problem("trunks", "contact_host", "neither a host name"),
                          problem("trunks", "outbound_proxy", "proxy.example:5061"),
                          problem("trunks", "codecs", "'PCMA!' is no name of a codec"),
                          problem("trunks", "srtp_suites", "AEAD_AES_256_GCM"),
                          problem("trunks", "srtp_quirks", "'upside_down' is no quirk")));
}

TEST_F(Validator, TakesEveryFormOfAnOutboundProxyAndWarnsOfAMissingCountryCode) {
  for (const char* proxy : {"proxy.test", "proxy.test:5080", "192.0.2.1", "192.0.2.1:5061",
                            "2001:db8::1", "[2001:db8::1]:5061"}) {
    rows_.trunks[0].set_outbound_proxy(proxy);
    EXPECT_THAT(run().errors, IsEmpty()) << proxy;
  }
  rows_.trunks[0].set_number_format("national");
  EXPECT_THAT(run().warnings,
              Contains(problem("trunks", "country_code", "number_format national")));
  rows_.trunks[0].set_country_code("49");
  EXPECT_THAT(run().warnings, Not(Contains(problem("trunks", "country_code", "number_format"))));
}

TEST_F(Validator, WarnsOfAccessRulesThatAreOnlyCounted) {
  rows_.settings.clear();
  proto::Setting& mode = rows_.settings.emplace_back();
  mode.set_key("acl_mode");
  mode.set_value("shadow");
  EXPECT_THAT(run().warnings, Contains(problem("settings", "acl_mode", "only counted")));
  rows_.settings[0].set_value("enforce");
  EXPECT_THAT(run().warnings, Not(Contains(problem("settings", "acl_mode", "only counted"))));
}

}  // namespace
}  // namespace ringfence::supervisor
