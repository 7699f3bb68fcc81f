#include "sip-core/routing/tenant_of.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

sip::Message request(const std::string& method, const std::string& uri, const std::string& to) {
  auto message = sip::parse(method + " " + uri +
                            " SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
                            "From: <sip:x@a.test>;tag=1\r\nTo: <" +
                            to + ">\r\nCall-ID: 1\r\nCSeq: 1 " + method + "\r\n\r\n");
  EXPECT_TRUE(message);
  return std::move(*message);
}

Config two_tenants() {
  Config config;
  config.tenants = {{TenantId(1), "a", "a.test"}, {TenantId(2), "b", "b.test"}};
  Listener listener;
  listener.address = *IpAddress::parse("192.0.2.1");
  listener.advertised_address = "sbc.example";
  config.listeners = {listener};
  config.finish();
  return config;
}

std::uint64_t found(const Config& config, const sip::Message& message, std::string_view sni = {}) {
  const Tenant* tenant = tenant_of(config, message, sni);
  return tenant == nullptr ? 0 : tenant->id.value;
}

TEST(TenantOf, IsTheDomainOfTheRequestUri) {
  const Config config = two_tenants();
  EXPECT_EQ(found(config, request("INVITE", "sips:1@B.Test", "sip:1@a.test")), 2U);
  EXPECT_EQ(found(config, request("INVITE", "sip:1@c.test", "sip:1@a.test")), 0U);
}

TEST(TenantOf, IsTheDomainOfToForARegister) {
  const Config config = two_tenants();
  EXPECT_EQ(found(config, request("REGISTER", "sip:a.test", "sip:x@b.test")), 2U);
}

TEST(TenantOf, IsTheSniTenantWhereTheHostIsOurOwnAddress) {
  const Config config = two_tenants();
  const auto message = request("INVITE", "sip:1@192.0.2.1", "sip:1@192.0.2.1");
  EXPECT_EQ(found(config, message, "b.test"), 2U);
  EXPECT_EQ(found(config, message), 0U);
  EXPECT_EQ(found(config, request("INVITE", "sip:1@sbc.example", "sip:x@a.test"), "a.test"), 1U);
  EXPECT_EQ(found(config, request("INVITE", "sip:1@192.0.2.2", "sip:1@a.test"), "b.test"), 0U);
}

TEST(TenantOf, IsTheOnlyTenantWhereTheHostIsOurOwnAddress) {
  Config config = two_tenants();
  config.tenants.pop_back();
  EXPECT_EQ(found(config, request("INVITE", "sip:1@192.0.2.1", "sip:1@a.test")), 1U);
  EXPECT_EQ(found(config, request("INVITE", "tel:+491", "sip:1@a.test")), 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
