#include "sip-core/b2bua/identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/b2bua/message_of.hpp"

namespace ringfence::sip_core {
namespace {

using sip::HeaderName;
using ::testing::HasSubstr;

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() {
    tenant.id = TenantId{1};
    tenant.domain = "demo.example";
    trunk.id = TrunkId{1};
    trunk.tenant = tenant.id;
    trunk.host = "carrier.example";
    trunk.username = "account";
    config.tenants = {tenant};
    config.trunks = {trunk};
    config.dids = {{tenant.id, "4930100", "ext:alice"}, {tenant.id, "4930101", "ext:alice"}};
    config.finish();
  }
  Party alice() const { return {tenant.id, std::nullopt, "alice"}; }
  Party carrier() const { return {tenant.id, trunk.id, {}}; }
  sip::OutgoingMessage towards_trunk(const CallerIdentity& caller) {
    auto invite = sip::OutgoingMessage::request(sip::Method::invite, "sip:1@carrier.example");
    add_identity_towards_trunk(caller, trunk, invite);
    return invite;
  }

  Tenant tenant;
  Trunk trunk;
  Config config;
};

TEST_F(IdentityTest, IsWhatTheExtensionAuthenticatedAsAndNotWhatItAssertsR159) {
  const auto caller = identify_caller(
      config, alice(), invite_with("P-Asserted-Identity: <sip:president@demo.example>\r\n"));
  EXPECT_EQ(caller.user, "alice");
  EXPECT_EQ(caller.outward_user, "4930100");
  EXPECT_THAT(std::string(*towards_trunk(caller).header(HeaderName::p_asserted_identity)),
              HasSubstr("sip:4930100@carrier.example"));
}

TEST_F(IdentityTest, LetsAnExtensionChooseAmongItsOwnNumbersR161) {
  const auto own = identify_caller(
      config, alice(), invite_with("P-Preferred-Identity: <sip:+4930101@demo.example>\r\n"));
  EXPECT_EQ(own.outward_user, "4930101");
  const auto foreign = identify_caller(
      config, alice(), invite_with("P-Preferred-Identity: <sip:+4999999@demo.example>\r\n"));
  EXPECT_EQ(foreign.outward_user, "4930100");
}

TEST_F(IdentityTest, CallsTheTrunkAsItsAccount) {
  const auto caller = identify_caller(config, alice(), invite_with(""));
  EXPECT_THAT(from_towards_trunk(caller, trunk), HasSubstr("sip:account@carrier.example"));
  trunk.identity_send = IdentityHeader::from;
  EXPECT_THAT(from_towards_trunk(caller, trunk), HasSubstr("sip:4930100@carrier.example"));
  EXPECT_FALSE(towards_trunk(caller).header(HeaderName::p_asserted_identity));
}

TEST_F(IdentityTest, BelievesATrunkOnlyWhereItIsTrustedR159R164) {
  const auto message = invite_with("P-Asserted-Identity: \"Real\" <sip:4977@carrier.example>\r\n");
  const auto stranger = identify_caller(config, carrier(), message);
  EXPECT_EQ(stranger.user, "alice");  // the From of the message
  EXPECT_FALSE(stranger.asserted);
  config.trunks[0].identity_trust = true;
  const auto trusted = identify_caller(config, carrier(), message);
  EXPECT_EQ(trusted.user, "4977");
  EXPECT_TRUE(trusted.asserted);
}

TEST_F(IdentityTest, DropsAnIdentityOfTooManyValuesR162) {
  config.trunks[0].identity_trust = true;
  const auto caller =
      identify_caller(config, carrier(),
                      invite_with("P-Asserted-Identity: <sip:1@c.example>, <sip:2@c.example>\r\n"));
  EXPECT_FALSE(caller.asserted);
}

TEST_F(IdentityTest, TakesTheNumberOfATelUriR162) {
  config.trunks[0].identity_trust = true;
  const auto caller =
      identify_caller(config, carrier(), invite_with("P-Asserted-Identity: <tel:+4977>\r\n"));
  EXPECT_TRUE(caller.asserted);
  EXPECT_EQ(caller.user, "+4977");
}

TEST_F(IdentityTest, WithholdsWhatPrivacyAsksForR160) {
  const auto caller = identify_caller(config, alice(), invite_with("Privacy: header;id\r\n"));
  EXPECT_TRUE(caller.withheld);
  EXPECT_THAT(from_towards_trunk(caller, trunk), HasSubstr("anonymous.invalid"));
  EXPECT_FALSE(towards_trunk(caller).header(HeaderName::p_asserted_identity));
  trunk.identity_trust = true;
  const auto sent = towards_trunk(caller);
  EXPECT_TRUE(sent.header(HeaderName::p_asserted_identity));
  EXPECT_EQ(sent.header(HeaderName::privacy), "header;id");
}

TEST_F(IdentityTest, ShowsAnExtensionItsCallerInItsOwnDomain) {
  const auto caller = identify_caller(config, carrier(), invite_with(""));
  EXPECT_EQ(from_towards_extension(caller, tenant, sip::Scheme::sip),
            "\"Alice A\" <sip:alice@demo.example>");
}

TEST_F(IdentityTest, ShowsATrunkTheNumberItWantsAndInItsFormat) {
  CallerIdentity caller;
  caller.user = "alice";
  caller.outward_user = "493012345678";
  caller.asserted = true;
  EXPECT_EQ(as_shown_to(trunk, caller).outward_user, "493012345678");
  trunk.country_code = "49";
  trunk.number_format = NumberFormat::e164;
  EXPECT_EQ(as_shown_to(trunk, caller).outward_user, "+493012345678");
  trunk.number_format = NumberFormat::national;
  EXPECT_EQ(as_shown_to(trunk, caller).outward_user, "03012345678");
  trunk.caller_id = "+49309876543";
  EXPECT_EQ(as_shown_to(trunk, caller).outward_user, "0309876543");
}

TEST_F(IdentityTest, HidesOrShowsTheCallerAsTheTrunkSaysR160) {
  CallerIdentity open;
  open.outward_user = "4930100";
  open.asserted = true;
  CallerIdentity hidden = open;
  hidden.withheld = true;
  hidden.privacy = "id;critical";
  trunk.privacy = PrivacyUse::always;
  EXPECT_TRUE(as_shown_to(trunk, open).withheld);
  EXPECT_EQ(as_shown_to(trunk, open).privacy, "id");
  EXPECT_EQ(as_shown_to(trunk, hidden).privacy, "id;critical");
  EXPECT_THAT(from_towards_trunk(as_shown_to(trunk, open), trunk), HasSubstr("anonymous.invalid"));
  EXPECT_FALSE(towards_trunk(as_shown_to(trunk, open)).header(HeaderName::p_asserted_identity));
  trunk.privacy = PrivacyUse::ignore;
  EXPECT_FALSE(as_shown_to(trunk, hidden).withheld);
  EXPECT_TRUE(towards_trunk(as_shown_to(trunk, hidden)).header(HeaderName::p_asserted_identity));
  EXPECT_FALSE(towards_trunk(as_shown_to(trunk, hidden)).header(HeaderName::privacy));
  trunk.privacy = PrivacyUse::as_asked;
  EXPECT_TRUE(as_shown_to(trunk, hidden).withheld);
  EXPECT_FALSE(as_shown_to(trunk, open).withheld);
}

}  // namespace
}  // namespace ringfence::sip_core
