#include "sip-core/config/config_builder.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

proto::SnapshotRow tenant(std::uint64_t id, const std::string& domain) {
  proto::SnapshotRow row;
  row.mutable_tenant()->set_id(id);
  row.mutable_tenant()->set_name(domain);
  row.mutable_tenant()->set_domain(domain);
  return row;
}

proto::SnapshotRow listener(std::uint64_t id, const std::string& side, const std::string& transport,
                            const std::string& address) {
  proto::SnapshotRow row;
  row.mutable_listener()->set_id(id);
  row.mutable_listener()->set_side(side);
  row.mutable_listener()->set_transport(transport);
  row.mutable_listener()->set_address(address);
  row.mutable_listener()->set_port(5060);
  return row;
}

proto::SnapshotRow extension(std::uint64_t id, const std::string& username) {
  proto::SnapshotRow row;
  row.mutable_extension()->set_id(id);
  row.mutable_extension()->set_tenant_id(1);
  row.mutable_extension()->set_username(username);
  return row;
}

proto::SnapshotRow route(std::uint64_t id, std::int64_t priority) {
  proto::SnapshotRow row;
  row.mutable_route()->set_id(id);
  row.mutable_route()->set_tenant_id(1);
  row.mutable_route()->set_priority(priority);
  row.mutable_route()->set_pattern("*");
  return row;
}

TEST(ConfigBuilder, MakesASnapshotWithIndexesAndDefaults) {
  ConfigBuilder builder;
  builder.begin(7);
  ASSERT_TRUE(builder.add(route(2, 10)));
  ASSERT_TRUE(builder.add(route(1, 10)));
  ASSERT_TRUE(builder.add(route(3, 5)));
  ASSERT_TRUE(builder.add(tenant(1, "demo.test")));
  ASSERT_TRUE(builder.add(listener(1, "trunk", "udp", "192.0.2.1")));
  ASSERT_TRUE(builder.add(extension(2, "bob")));
  ASSERT_TRUE(builder.add(extension(1, "alice")));
  const auto config = builder.commit(7);
  ASSERT_TRUE(config);
  const Config& c = **config;
  EXPECT_EQ(c.revision, 7U);
  EXPECT_EQ(c.tenant_by_domain("DEMO.test")->id, TenantId(1));
  EXPECT_EQ(c.extension(TenantId(1), "bob")->id, ExtensionId(2));
  EXPECT_EQ(c.extension(ExtensionId(1))->username, "alice");
  EXPECT_EQ(c.extension(TenantId(2), "bob"), nullptr);
  ASSERT_EQ(c.routes.size(), 3U);
  EXPECT_EQ(c.routes[0].id, 3U);
  EXPECT_EQ(c.routes[1].id, 1U);
  EXPECT_EQ(c.listeners[0].media_address, c.listeners[0].address);
  EXPECT_EQ(c.listeners[0].advertised_address, "192.0.2.1");
  EXPECT_EQ(c.setting_number("handshake_cap", 200), 200U);
}

TEST(ConfigBuilder, AnIPv6AddressThatPeersAreToldStandsInBrackets) {
  ConfigBuilder builder;
  builder.begin(1);
  auto row = listener(1, "public", "udp", "::");
  row.mutable_listener()->set_advertised_address("2001:db8::1");
  ASSERT_TRUE(builder.add(row));
  ASSERT_TRUE(builder.add(listener(2, "public", "udp", "::1")));
  row = listener(3, "public", "udp", "192.0.2.1");
  row.mutable_listener()->set_advertised_address("sbc.example.com");
  ASSERT_TRUE(builder.add(row));
  const auto config = builder.commit(1);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->listeners[0].advertised_address, "[2001:db8::1]");
  EXPECT_EQ((*config)->listeners[1].advertised_address, "[::1]");
  EXPECT_EQ((*config)->listeners[2].advertised_address, "sbc.example.com");
}

TEST(ConfigBuilder, RefusesTheWholeSnapshotForOneUnusableRow) {
  ConfigBuilder builder;
  builder.begin(1);
  EXPECT_FALSE(builder.add(listener(1, "trunk", "sctp", "192.0.2.1")));
  EXPECT_FALSE(builder.add(tenant(1, "demo.test")));
  EXPECT_FALSE(builder.commit(1));
  builder.begin(2);
  EXPECT_FALSE(builder.add(listener(1, "trunk", "udp", "no-address")));
  EXPECT_FALSE(builder.commit(2));
}

TEST(ConfigBuilder, RefusesRowsOutsideOfASnapshotAndACommitOfAnother) {
  ConfigBuilder builder;
  EXPECT_FALSE(builder.add(tenant(1, "demo.test")));
  builder.begin(3);
  EXPECT_FALSE(builder.commit(4));
  EXPECT_FALSE(builder.commit(3));
  EXPECT_FALSE(builder.add(proto::SnapshotRow()));
}

TEST(ConfigBuilder, StartsAnewWithEachBegin) {
  ConfigBuilder builder;
  builder.begin(1);
  ASSERT_TRUE(builder.add(tenant(1, "one.test")));
  builder.begin(2);
  ASSERT_TRUE(builder.add(tenant(2, "two.test")));
  const auto config = builder.commit(2);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->tenant_by_domain("one.test"), nullptr);
  EXPECT_EQ((*config)->tenants.size(), 1U);
}

TEST(ConfigBuilder, ListsGroupMembersByPosition) {
  ConfigBuilder builder;
  builder.begin(1);
  proto::SnapshotRow group;
  group.mutable_group()->set_id(4);
  group.mutable_group()->set_tenant_id(1);
  group.mutable_group()->set_name("desk");
  group.mutable_group()->set_mode("order");
  ASSERT_TRUE(builder.add(group));
  for (const auto& [member, position] : {std::pair{11U, 2U}, std::pair{12U, 1U}}) {
    proto::SnapshotRow row;
    row.mutable_group_member()->set_group_id(4);
    row.mutable_group_member()->set_extension_id(member);
    row.mutable_group_member()->set_position(position);
    ASSERT_TRUE(builder.add(row));
  }
  const auto config = builder.commit(1);
  ASSERT_TRUE(config);
  const Group* desk = (*config)->group(TenantId(1), "desk");
  ASSERT_NE(desk, nullptr);
  EXPECT_TRUE(desk->in_order);
  EXPECT_EQ(desk->members, (std::vector{ExtensionId(12), ExtensionId(11)}));
}

TEST(ConfigBuilder, GivesATrunkTheFirstTrunkListenerOfItsTransport) {
  ConfigBuilder builder;
  builder.begin(1);
  ASSERT_TRUE(builder.add(listener(1, "public", "tls", "192.0.2.1")));
  ASSERT_TRUE(builder.add(listener(3, "trunk", "tls", "192.0.2.3")));
  ASSERT_TRUE(builder.add(listener(2, "trunk", "tls", "192.0.2.2")));
  proto::SnapshotRow row;
  row.mutable_trunk()->set_id(9);
  row.mutable_trunk()->set_host("carrier.test");
  row.mutable_trunk()->set_tls(true);
  row.mutable_trunk()->set_tls_port(5061);
  row.mutable_trunk()->add_source_cidrs("198.51.100.0/24");
  ASSERT_TRUE(builder.add(row));
  const auto config = builder.commit(1);
  ASSERT_TRUE(config);
  const Trunk* trunk = (*config)->trunk(TrunkId(9));
  ASSERT_NE(trunk, nullptr);
  EXPECT_EQ((*config)->listener_for(*trunk)->id, ListenerId(2));
  EXPECT_EQ(trunk->source_cidrs.size(), 1U);
  EXPECT_EQ(trunk->signalling_port(), 5061);
  EXPECT_FALSE(trunk->max_calls);
}

TEST(ConfigBuilder, ReadsWhatATenantWantsOfTransfers) {
  ConfigBuilder builder;
  builder.begin(1);
  auto row = tenant(1, "demo.test");
  ASSERT_TRUE(builder.add(row));
  row.mutable_tenant()->set_id(2);
  row.mutable_tenant()->set_refer_policy("pass");
  ASSERT_TRUE(builder.add(row));
  const auto config = builder.commit(1);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->tenant(TenantId(1))->refer_policy, ReferPolicy::handle);
  EXPECT_EQ((*config)->tenant(TenantId(2))->refer_policy, ReferPolicy::pass);
  builder.begin(2);
  row.mutable_tenant()->set_refer_policy("maybe");
  EXPECT_FALSE(builder.add(row));
}

Result<std::shared_ptr<const Config>> with_trunk(const std::function<void(proto::Trunk&)>& set) {
  proto::SnapshotRow row;
  row.mutable_trunk()->set_id(1);
  row.mutable_trunk()->set_host("carrier.test");
  set(*row.mutable_trunk());
  ConfigBuilder builder;
  builder.begin(1);
  if (auto added = builder.add(row); !added) return std::unexpected(added.error());
  return builder.commit(1);
}

TEST(ConfigBuilder, TakesTheTlsHostOnlyWhileTlsIsOn) {
  for (const bool tls : {false, true}) {
    const auto config = with_trunk([&](proto::Trunk& trunk) {
      trunk.set_tls(tls);
      trunk.set_tls_host("secure.carrier.test");
    });
    EXPECT_EQ((*config)->trunks[0].host, tls ? "secure.carrier.test" : "carrier.test");
  }
}

TEST(ConfigBuilder, ReadsWhatATrunkWantsOfCallsAndMedia) {
  const auto config = with_trunk([](proto::Trunk& trunk) {
    trunk.set_outbound_proxy("[2001:db8::1]:5080");
    trunk.set_options_interval_s(60);
    trunk.set_session_timer("accept");
    trunk.set_number_format("e164");
    trunk.set_country_code("49");
    trunk.set_caller_id("4930");
    trunk.set_privacy("always");
    trunk.add_codecs("PCMA");
    trunk.add_srtp_suites("AEAD_AES_256_GCM");
    trunk.set_srtp_lifetime_exponent(31);
    trunk.add_srtp_quirks("renumbered_tag");
  });
  ASSERT_TRUE(config) << config.error().message;
  const Trunk& trunk = (*config)->trunks[0];
  EXPECT_EQ(trunk.next_host(), "2001:db8::1");
  EXPECT_EQ(trunk.next_port(), 5080);
  EXPECT_EQ(trunk.options_interval, std::chrono::seconds(60));
  EXPECT_EQ(trunk.session_timer, SessionTimerUse::accept);
  EXPECT_EQ(trunk.number_format, NumberFormat::e164);
  EXPECT_EQ(trunk.country_code + trunk.caller_id, "494930");
  EXPECT_EQ(trunk.privacy, PrivacyUse::always);
  ASSERT_NE(trunk.media_terms, nullptr);
  EXPECT_EQ(trunk.media_terms->codecs, std::vector<std::string>{"PCMA"});
  EXPECT_EQ(trunk.media_terms->suites, std::vector{sdp::CryptoSuite::aead_aes_256_gcm});
  EXPECT_EQ(trunk.media_terms->lifetime, std::uint64_t{1} << 31);
  EXPECT_TRUE(trunk.media_terms->renumbered_tag);
  EXPECT_FALSE(trunk.media_terms->unpadded_keys);
}

TEST(ConfigBuilder, ReadsTheSuitesOfAnExtension) {
  ConfigBuilder builder;
  builder.begin(3);
  ASSERT_TRUE(builder.add(tenant(1, "demo.test")));
  auto row = extension(2, "bob");
  row.mutable_extension()->add_srtp_suites("AEAD_AES_128_GCM");
  ASSERT_TRUE(builder.add(row));
  ASSERT_TRUE(builder.add(extension(3, "carol")));
  const auto config = builder.commit(3);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->extension(ExtensionId(2))->media_terms->suites,
            std::vector{sdp::CryptoSuite::aead_aes_128_gcm});
  EXPECT_EQ((*config)->extension(ExtensionId(3))->media_terms, nullptr);
  builder.begin(4);
  row.mutable_extension()->add_srtp_suites("NO_SUCH_SUITE");
  EXPECT_FALSE(builder.add(row));
}

TEST(ConfigBuilder, KnowsNoMediaTermsWhereTheRowHasNone) {
  const auto config = with_trunk([](proto::Trunk&) {});
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->trunks[0].media_terms, nullptr);
  EXPECT_EQ((*config)->trunks[0].session_timer, SessionTimerUse::offer);
  EXPECT_EQ((*config)->trunks[0].next_host(), "carrier.test");
}

TEST(ConfigBuilder, RefusesDetailsThatTheSupervisorNeverSends) {
  EXPECT_FALSE(with_trunk([](proto::Trunk& t) { t.add_srtp_suites("F8_128_HMAC_SHA1_80"); }));
  EXPECT_FALSE(with_trunk([](proto::Trunk& t) { t.set_outbound_proxy("proxy.test:port"); }));
  EXPECT_FALSE(with_trunk([](proto::Trunk& t) { t.set_privacy("sometimes"); }));
  EXPECT_FALSE(with_trunk([](proto::Trunk& t) { t.set_session_timer("on"); }));
  EXPECT_FALSE(with_trunk([](proto::Trunk& t) { t.set_number_format("short"); }));
}

}  // namespace
}  // namespace ringfence::sip_core
