#include "sip-core/trunk/trunk_uris.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

Trunk carrier(bool tls, UriStyle style = UriStyle::sips_transport_tls) {
  Trunk trunk;
  trunk.host = "carrier.test";
  trunk.username = "+4930";
  trunk.tls = tls;
  trunk.uri_style = style;
  return trunk;
}

Listener listener() {
  Listener row;
  row.advertised_address = "sbc.example";
  row.port = 5061;
  return row;
}

// By the trunk's uri_style.
TEST(TrunkUris, NamesSipsAndTheTransportByDefault) {
  const Trunk trunk = carrier(true);
  EXPECT_EQ(registrar_uri(trunk), "sips:carrier.test:5061;transport=tls");
  EXPECT_EQ(registered_identity(trunk), "sips:+4930@carrier.test");
  EXPECT_EQ(dialled_uri(trunk, "49301"), "sips:49301@carrier.test:5061;transport=tls");
  EXPECT_EQ(trunk_contact(trunk, listener(), "u1"), "sips:u1@sbc.example:5061");
}

// R016: only the style that says so writes transport=tls.
TEST(TrunkUris, FollowsTheStyle) {
  EXPECT_EQ(registrar_uri(carrier(true, UriStyle::sips)), "sips:carrier.test:5061");
  const Trunk sip = carrier(true, UriStyle::sip_transport_tls);
  EXPECT_EQ(registrar_uri(sip), "sip:carrier.test:5061;transport=tls");
  EXPECT_EQ(registered_identity(sip), "sip:+4930@carrier.test");
  EXPECT_EQ(trunk_contact(sip, listener(), "u1"), "sip:u1@sbc.example:5061;transport=tls");
}

TEST(TrunkUris, AreSipWithoutTls) {
  Trunk trunk = carrier(false);
  EXPECT_EQ(registrar_uri(trunk), "sip:carrier.test");
  EXPECT_EQ(registered_identity(trunk), "sip:+4930@carrier.test");
  trunk.port = 5070;
  trunk.tcp = true;
  EXPECT_EQ(dialled_uri(trunk, "1"), "sip:1@carrier.test:5070;transport=tcp");
  trunk.host = "2001:db8::1";
  EXPECT_EQ(registered_identity(trunk), "sip:+4930@[2001:db8::1]");
}

TEST(TrunkUris, NamesUsAsTheTrunkKnowsUs) {
  Trunk trunk = carrier(true, UriStyle::sip_transport_tls);
  trunk.contact_host = "sbc.customer.example";
  EXPECT_EQ(trunk_contact(trunk, listener(), "u1"),
            "sip:u1@sbc.customer.example:5061;transport=tls");
  EXPECT_EQ(trunk_contact(trunk, listener(), ""), "sip:sbc.customer.example:5061;transport=tls");
}

TEST(TrunkUris, RoutesLooselyThroughTheOutboundProxyAndStillAsksTheHost) {
  Trunk trunk = carrier(true);
  EXPECT_EQ(proxy_route(trunk), "");
  trunk.outbound_proxy = OutboundProxy{"123.proxy.example", std::nullopt};
  EXPECT_EQ(proxy_route(trunk), "<sips:123.proxy.example:5061;transport=tls;lr>");
  EXPECT_EQ(registrar_uri(trunk), "sips:carrier.test:5061;transport=tls");
  trunk.tls = false;
  trunk.outbound_proxy = OutboundProxy{"2001:db8::1", Port{5080}};
  EXPECT_EQ(proxy_route(trunk), "<sip:[2001:db8::1]:5080;lr>");
}

// RFC 3608 §6.1
TEST(TrunkUris, AServiceRouteLeadsToItsFirstHostWhereNoProxyIsConfigured) {
  Trunk trunk = carrier(true);
  EXPECT_TRUE(call_route(trunk, {}).routes.empty());
  const std::vector<std::string> elsewhere{"<sip:edge.example:5071;lr>", "<sip:inside.example;lr>"};
  const CallRoute route = call_route(trunk, elsewhere);
  EXPECT_EQ(route.routes, elsewhere);
  EXPECT_EQ(route.via, (OutboundProxy{"edge.example", Port{5071}}));
  const std::vector<std::string> itself{"<sip:Carrier.TEST;transport=tls;lr>"};
  EXPECT_EQ(call_route(trunk, itself).via, std::nullopt);
}

TEST(TrunkUris, AServiceRouteStandsBehindTheConfiguredProxyUnlessItBeginsWithIt) {
  Trunk trunk = carrier(true, UriStyle::sip_transport_tls);
  trunk.outbound_proxy = OutboundProxy{"proxy.example", std::nullopt};
  const std::string proxy = "<sip:proxy.example:5061;transport=tls;lr>";
  EXPECT_EQ(call_route(trunk, {}).routes, std::vector{proxy});
  const std::vector<std::string> inside{"<sip:inside.example;lr>"};
  EXPECT_EQ(call_route(trunk, inside).routes, (std::vector{proxy, inside.front()}));
  EXPECT_EQ(call_route(trunk, inside).via, std::nullopt);
  const std::vector<std::string> own{"<sip:proxy.example;lr>", "<sip:inside.example;lr>"};
  EXPECT_EQ(call_route(trunk, own).routes, own);
}

}  // namespace
}  // namespace ringfence::sip_core
