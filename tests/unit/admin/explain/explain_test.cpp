// `acl explain` and `route explain` over a database, in words and as JSON.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "admin/explain/access_report.hpp"
#include "admin/explain/route_report.hpp"
#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class ExplainTest : public testing::Test {
 protected:
  ExplainTest() {
    files_.run(
        "INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example');"
        "INSERT INTO extensions(tenant_id, username, password) VALUES(1, 'alice', 'x');"
        "INSERT INTO trunks(tenant_id, label, host, tls) VALUES(1, 'Telco', 't.example', 1);"
        "INSERT INTO dids(tenant_id, number, target) VALUES(1, '493012', 'ext:alice');"
        "INSERT INTO routes(tenant_id, priority, pattern, trunk_id, strip, prepend)"
        " VALUES(1, 10, '00*', 1, 2, '+'), (1, 20, '0*', 1, 1, '+49');"
        "INSERT INTO acl_rules(priority, action, kind, pattern)"
        " VALUES(10, 'deny', 'cidr', '0.0.0.0/0'), (20, 'deny', 'sip-did', '0900*');");
  }
  std::string acl(const ExplainAccessCommand& command, OutputForm form = OutputForm::text) const {
    const auto text = explain_access(files_.path(), command, form, Colours::off);
    return text ? *text : "error: " + text.error().message;
  }
  std::string route(const ExplainRouteCommand& command, OutputForm form = OutputForm::text) const {
    const auto text = explain_route(files_.path(), command, form, Colours::off);
    return text ? *text : "error: " + text.error().message;
  }

  ExampleDatabase files_;
};

TEST_F(ExplainTest, TellsWhichRuleRefusesAPublicSource) {
  const std::string text = acl({"203.0.113.7", "alice", "030", {}});
  EXPECT_THAT(text, HasSubstr("203.0.113.7 from alice@demo.example to 030, tenant demo: refused"));
  EXPECT_THAT(text, HasSubstr("decides"));
}

TEST_F(ExplainTest, TellsWhyAPrivateSourceIsSparedAndWhatHoldsForItAllTheSame) {
  const std::string text = acl({"10.0.0.1", "alice", "0900123", {}});
  EXPECT_THAT(text, HasSubstr("refused by rule 2"));
  EXPECT_THAT(text, HasSubstr("spares private sources: force is 0"));
  const json document = json::parse(acl({"10.0.0.1", "alice", "030", {}}, OutputForm::json));
  EXPECT_EQ(document["refused"], false);
  EXPECT_TRUE(document["rule"].is_null());
  EXPECT_EQ(document["rules"][0]["standing"], "spares private sources: force is 0");
}

TEST_F(ExplainTest, SaysWhatIsWrongWithTheQuestion) {
  EXPECT_THAT(acl({"alice", {}, {}, {}}), HasSubstr("is no numeric address"));
  EXPECT_THAT(acl({"10.0.0.1", {}, {}, "acme"}), HasSubstr("no enabled tenant acme"));
  EXPECT_THAT(route({{}, "bob", "030"}), HasSubstr("no enabled extension bob"));
  EXPECT_THAT(route({{}, "trunk:Other", "030"}), HasSubstr("no enabled trunk Other"));
}

TEST_F(ExplainTest, TellsTheWayOfACallAndTheRoutesThatDoNotFit) {
  const std::string text = route({"demo", "alice", "030777"});
  EXPECT_THAT(text, HasSubstr("alice of demo dials 030777: one way"));
  EXPECT_THAT(text, HasSubstr("trunk Telco (tls)"));
  EXPECT_THAT(text, HasSubstr("+4930777"));
  EXPECT_THAT(text, HasSubstr("route 2: priority 20, pattern 0*, strip 1, prepend '+49'"));
  EXPECT_THAT(text, HasSubstr("route 1 is passed over: 00* does not fit"));
}

TEST_F(ExplainTest, TellsThatFailOverFollowsWhereThereAreTwoWays) {
  const std::string text = route({"demo", "alice", "0044777"});
  EXPECT_THAT(text, HasSubstr("2 ways, in this order"));
  EXPECT_THAT(text, HasSubstr("The next way is tried after 408, 5xx"));
  const json document = json::parse(route({"demo", "alice", "0044777"}, OutputForm::json));
  EXPECT_EQ(document["ways"][0]["sends"], "+44777");
}

TEST_F(ExplainTest, TellsOfExtensionsDidsAndDeadEnds) {
  EXPECT_THAT(route({{}, "alice", "alice"}), HasSubstr("an extension of that name"));
  EXPECT_THAT(route({{}, "trunk:Telco", "+49 30-12"}), HasSubstr("DID 493012 → ext:alice"));
  EXPECT_THAT(route({{}, "trunk:Telco", "030"}), HasSubstr("a trunk's call reaches DIDs only"));
  EXPECT_THAT(route({{}, "alice", "777"}), HasSubstr("404: no extension, no DID 777"));
  EXPECT_THAT(route({{}, "alice", "112"}), HasSubstr("an emergency number"));
}

TEST_F(ExplainTest, LeavesOutARowThatCannotBeUsed) {
  files_.run("UPDATE trunks SET host = 'no host'");
  EXPECT_THAT(route({{}, "alice", "030777"}), Not(HasSubstr("Telco")));
}

}  // namespace
}  // namespace ringfence::admin
