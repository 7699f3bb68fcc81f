#include "sip-core/b2bua/diversion.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/b2bua/message_of.hpp"

namespace ringfence::sip_core {
namespace {

using sip::HeaderName;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DiversionTest : public ::testing::Test {
 protected:
  DiversionTest() {
    Tenant tenant;
    tenant.id = TenantId{1};
    tenant.domain = "demo.example";
    config.tenants = {tenant};
    Trunk trunk;
    trunk.id = TrunkId{1};
    trunk.tenant = tenant.id;
    trunk.host = "carrier.example";
    config.trunks = {trunk};
    Extension extension;
    extension.id = ExtensionId{1};
    extension.tenant = tenant.id;
    extension.username = "alice";
    config.extensions = {extension};
    config.dids = {{tenant.id, "4930100", "ext:alice"}};
    config.finish();
  }

  std::vector<std::string> crossed(const Party& from, const Party& to, const std::string& fields,
                                   HeaderName name = HeaderName::diversion) const {
    auto out = sip::OutgoingMessage::request(sip::Method::invite, "sip:x@y.example");
    pass_diversion(config, from, invite_with(fields), to, out);
    std::vector<std::string> values;
    for (const auto& field : out.fields()) {
      if (field.id == name) values.emplace_back(field.value);
    }
    return values;
  }

  std::vector<std::string> referred(const Party& by, const Party& to,
                                    const std::string& value) const {
    auto out = sip::OutgoingMessage::request(sip::Method::invite, "sip:x@y.example");
    const auto named = referrer(config, by, invite_with("Referred-By: " + value + "\r\n"));
    if (named) pass_referred_by(config, *named, to, out);
    std::vector<std::string> values;
    if (const auto written = out.header(HeaderName::referred_by)) values.emplace_back(*written);
    return values;
  }

  Party alice{TenantId{1}, std::nullopt, "alice"};
  Party carrier{TenantId{1}, TrunkId{1}, {}};
  Config config;
};

TEST_F(DiversionTest, KeepsTheNumberAndItsReasonAndReplacesTheHostR168) {
  EXPECT_THAT(crossed(carrier, alice,
                      "Diversion: <sip:4977@10.1.2.3:5070>;reason=user-busy;counter=1;x=y\r\n"),
              ElementsAre("<sip:4977@demo.example>;reason=user-busy;counter=1"));
}

TEST_F(DiversionTest, KeepsTheOrderAndTheReasonsOfAHistory) {
  EXPECT_THAT(crossed(carrier, alice,
                      "History-Info: <sip:1@a.invalid?Reason=SIP%3Bcause%3D302>;index=1, "
                      "<sip:2@b.invalid;user=phone>;index=1.1;mp=1\r\n",
                      HeaderName::history_info),
              ElementsAre("<sip:1@demo.example?Reason=SIP%3Bcause%3D302>;index=1",
                          "<sip:2@demo.example>;index=1.1;mp=1"));
}

TEST_F(DiversionTest, LetsAnExtensionNameNumbersOfItsTenantOnly) {
  EXPECT_THAT(crossed(alice, carrier, "Diversion: <sip:+4930100@pbx.local>\r\n"),
              ElementsAre("<sip:+4930100@carrier.example>"));
  EXPECT_THAT(crossed(alice, carrier, "Diversion: <sip:4999999@pbx.local>\r\n"), IsEmpty());
}

TEST_F(DiversionTest, TellsACarrierTheNumberOfAnExtensionAndNotItsName) {
  EXPECT_THAT(crossed(alice, carrier, "Diversion: <sip:alice@pbx.local>\r\n"),
              ElementsAre("<sip:4930100@carrier.example>"));
}

TEST_F(DiversionTest, StopsAtATrunkThatStripsIt) {
  config.trunks[0].diversion = DiversionPolicy::strip;
  EXPECT_THAT(crossed(carrier, alice, "Diversion: <sip:4977@c.example>\r\n"), IsEmpty());
  EXPECT_THAT(crossed(alice, carrier, "Diversion: <sip:4930100@pbx.local>\r\n"), IsEmpty());
}

TEST_F(DiversionTest, LeavesOutWhatIsMalformedOrTooLong) {
  EXPECT_THAT(crossed(carrier, alice, "Diversion: <sip:@>>;;\r\n"), IsEmpty());
  std::string many = "Diversion: <sip:1@c.example>";
  for (int i = 0; i < 10; ++i)
    many += ", <sip:1@c.example>";
  EXPECT_THAT(crossed(carrier, alice, many + "\r\n"), IsEmpty());
}

TEST_F(DiversionTest, TellsWhoReferredUnderOurOwnHostsR168Rfc3892) {
  EXPECT_THAT(referred(carrier, alice, "<sip:4977@10.1.2.3>;cid=\"x@10.1.2.3\""),
              ElementsAre("<sip:4977@demo.example>"));
  EXPECT_THAT(referred(alice, carrier, "<sip:alice@pbx.local>"),
              ElementsAre("<sip:4930100@carrier.example>"));
}

TEST_F(DiversionTest, LetsNobodyReferInAStrangersNameRfc3892) {
  EXPECT_THAT(referred(alice, alice, "<sip:4999999@demo.example>"), IsEmpty());
  EXPECT_THAT(referred(alice, alice, "<sip:@>>;;"), IsEmpty());
  EXPECT_THAT(referred(alice, alice, "<sip:alice@a.b>, <sip:alice@a.b>"), IsEmpty());
}

TEST_F(DiversionTest, TellsNoTrunkThatStripsItWhoReferredRfc3892) {
  config.trunks[0].diversion = DiversionPolicy::strip;
  EXPECT_THAT(referred(alice, carrier, "<sip:alice@pbx.local>"), IsEmpty());
  EXPECT_THAT(referred(carrier, alice, "<sip:4977@c.example>"), IsEmpty());
}

}  // namespace
}  // namespace ringfence::sip_core
