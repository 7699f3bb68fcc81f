#include "admin/print/row_output.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

class RowOutputTest : public testing::Test {
 protected:
  RowOutputTest() {
    files_.run(
        "INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example');"
        "INSERT INTO trunks(tenant_id, label, host, tls, password) VALUES(1, 'T', 'h', 1, 'pw');");
  }
  RowList trunks() const { return *RowEditor(database_, kind_).list(std::nullopt); }

  ExampleDatabase files_;
  Database database_ = files_.open();
  const RowKind& kind_ = *find_row_kind("trunk");
};

TEST_F(RowOutputTest, JsonHasEveryColumnWithItsType) {
  const json rows = json::parse(rows_as_json(trunks()));
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0]["id"], 1);
  EXPECT_EQ(rows[0]["tenant"], "demo");
  EXPECT_EQ(rows[0]["tls"], true);
  EXPECT_EQ(rows[0]["port"], 5060);
  EXPECT_TRUE(rows[0]["max_calls"].is_null());
  EXPECT_EQ(rows[0]["password"], "set");
}

TEST_F(RowOutputTest, APasswordIsSetOrADash) {
  EXPECT_THAT(rows_as_table(kind_, trunks(), Colours::off), Not(HasSubstr("pw")));
  EXPECT_THAT(row_as_lines(trunks(), Colours::off), HasSubstr("password            set\n"));
  files_.run("UPDATE trunks SET password = NULL");
  EXPECT_THAT(row_as_lines(trunks(), Colours::off), HasSubstr("password            -\n"));
}

TEST_F(RowOutputTest, TheListShowsFlagsAsYesAndNo) {
  EXPECT_THAT(rows_as_table(kind_, trunks(), Colours::off),
              HasSubstr("T      demo    h     5060  udp        yes"));
}

TEST_F(RowOutputTest, OctetsThatAreNoUtf8StayJson) {
  files_.run("UPDATE trunks SET host = CAST(x'ff41' AS TEXT)");
  EXPECT_FALSE(json::parse(rows_as_json(trunks()), nullptr, false).is_discarded());
}

}  // namespace
}  // namespace ringfence::admin
