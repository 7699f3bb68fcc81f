#include "admin/table/row_editor.hpp"

#include <gmock/gmock.h>

#include "admin/command/phone_settings.hpp"
#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using testing::HasSubstr;

class RowEditorTest : public testing::Test {
 protected:
  RowEditorTest() {
    files_.run(
        "INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example'), ('other', "
        "'other.example');"
        "INSERT INTO trunks(tenant_id, label, host, password) VALUES(1, 'Telco', 'h', 'secret');");
  }
  RowEditor editor(std::string_view noun) const { return {database_, *find_row_kind(noun)}; }
  static std::string error_of(const auto& result) {
    return result ? "(no error)" : result.error().message;
  }

  ExampleDatabase files_;
  Database database_ = files_.open();
};

TEST_F(RowEditorTest, AddsATrunkWithFlagsNumbersAndReferences) {
  const auto name = editor("trunk").add(
      {"Two",
       "demo",
       {{"host", "sip.example"}, {"tls", "1"}, {"srtp", "yes"}, {"tls_port", "5071"}},
       "carrier password"});
  ASSERT_TRUE(name) << name.error().message;
  EXPECT_EQ(*name, "demo/Two");
  EXPECT_EQ(files_.text("SELECT tenant_id || host || tls || srtp || tls_port || password "
                        "FROM trunks WHERE label = 'Two'"),
            "1sip.example115071carrier password");
}

TEST_F(RowEditorTest, StoresTheHashesOfAnExtensionsPasswordAndNotThePassword) {
  ASSERT_TRUE(editor("extension").add({"Mufasa", "demo", {}, "Circle of Life"}));
  // printf 'Mufasa:demo.example:Circle of Life' | md5sum, sha256sum
  EXPECT_EQ(files_.text("SELECT ha1_md5 FROM extensions"), "b955737d37109cce2d47cba29cfca9ab");
  EXPECT_EQ(files_.text("SELECT ha1_sha256 FROM extensions"),
            "824d2f57ad7839d13ef6fb498a1f7ab034e86a7e3147061bca5e7644a4682638");
  EXPECT_EQ(files_.text("SELECT password IS NULL FROM extensions"), "1");
}

TEST_F(RowEditorTest, ANewPasswordReplacesOneThatWasTypedByHand) {
  files_.run("INSERT INTO extensions(tenant_id, username, password) VALUES(1, 'bob', 'by hand')");
  ASSERT_TRUE(editor("extension").set({"bob@demo.example", {}, {}, "new"}));
  EXPECT_EQ(files_.text("SELECT password IS NULL AND ha1_md5 IS NOT NULL FROM extensions"), "1");
}

TEST_F(RowEditorTest, TheHashesOfARenamedExtensionAreMadeOfItsNewName) {
  ASSERT_TRUE(editor("extension").add({"old", "demo", {}, "x"}));
  ASSERT_TRUE(editor("extension").add({"new", "demo", {}, "x"}));
  const std::string expected = files_.text("SELECT ha1_md5 FROM extensions WHERE username='new'");
  ASSERT_TRUE(editor("extension").remove({"new", "demo", {}, {}}));
  const auto renamed = editor("extension").set({"old", "demo", {{"username", "new"}}, "x"});
  ASSERT_TRUE(renamed) << renamed.error().message;
  EXPECT_EQ(*renamed, "new@demo.example");
  EXPECT_EQ(files_.text("SELECT ha1_md5 FROM extensions"), expected);
}

TEST_F(RowEditorTest, NeverGivesASecretBack) {
  ASSERT_TRUE(editor("extension").add({"alice", "demo", {}, "hush"}));
  for (const std::string_view noun : {"trunk", "extension"}) {
    const auto rows = editor(noun).list(std::nullopt);
    ASSERT_TRUE(rows);
    for (const Value& value : rows->records.front()) {
      EXPECT_NE(to_text(value), "secret");
      EXPECT_NE(to_text(value), "hush");
      EXPECT_LT(to_text(value).size(), 32U) << "looks like a hash";
    }
  }
}

TEST_F(RowEditorTest, NamesWhatExistsWhereARowOrColumnDoesNot) {
  EXPECT_THAT(error_of(editor("trunk").show({"demo/None", {}, {}, {}})),
              HasSubstr("there is no trunk None in tenant demo; there is demo/Telco"));
  EXPECT_THAT(error_of(editor("trunk").set({"Telco", {}, {{"colour", "red"}}, {}})),
              HasSubstr("no column colour that could be set; it has label, tenant, host"));
  EXPECT_THAT(error_of(editor("route").show({"x", {}, {}, {}})), HasSubstr("by its number"));
}

TEST_F(RowEditorTest, SaysWhatTheSchemaRefusesInItsOwnSentence) {
  EXPECT_EQ(error_of(editor("trunk").set({"Telco", {}, {{"port", "70000"}}, {}})),
            "trunks.port must be between 1 and 65535");
  EXPECT_EQ(error_of(editor("trunk").add({"Telco", "demo", {{"host", "h"}}, {}})),
            "there is already a trunk Telco");
  EXPECT_EQ(error_of(editor("trunk").add({"Bare", "demo", {}, {}})), "a trunk needs host");
  EXPECT_THAT(error_of(editor("setting").remove({"handshake_cap", {}, {}, {}})),
              HasSubstr("a setting cannot be deleted"));
  EXPECT_THAT(error_of(editor("trunk").set({"Telco", {}, {{"port", "many"}}, {}})),
              HasSubstr("port needs a whole number, not 'many'"));
}

TEST_F(RowEditorTest, AnEmptyValueEmptiesTheColumnWhereThatIsPossible) {
  ASSERT_TRUE(editor("trunk").set({"Telco", {}, {{"max_calls", "5"}, {"username", "u"}}, {}}));
  ASSERT_TRUE(editor("trunk").set({"Telco", {}, {{"max_calls", ""}, {"username", ""}}, {}}));
  EXPECT_EQ(files_.text("SELECT max_calls IS NULL AND username IS NULL FROM trunks"), "1");
  ASSERT_TRUE(editor("route").add(
      {{}, "demo", {{"pattern", "*"}, {"trunk", "Telco"}, {"prepend", "0"}}, {}}));
  ASSERT_TRUE(editor("route").set({"1", {}, {{"prepend", ""}}, {}}));
  EXPECT_EQ(files_.text("SELECT prepend = '' FROM routes"), "1");
}

TEST_F(RowEditorTest, ATrunkNamedWithoutATenantIsOneOfTheRowsTenant) {
  files_.run("INSERT INTO trunks(tenant_id, label, host) VALUES(2, 'Telco', 'elsewhere')");
  const auto route = editor("route").add({{}, "other", {{"pattern", "*"}, {"trunk", "Telco"}}, {}});
  ASSERT_TRUE(route) << route.error().message;
  EXPECT_EQ(files_.text("SELECT trunk_id FROM routes"), "2");
  EXPECT_THAT(error_of(editor("trunk").show({"Telco", {}, {}, {}})), HasSubstr("several"));
}

TEST_F(RowEditorTest, RefusesToGuessTheTenant) {
  EXPECT_THAT(error_of(editor("extension").add({"x", {}, {}, "y"})), HasSubstr("--tenant"));
  const auto rule = editor("acl").add(
      {{}, {}, {{"action", "deny"}, {"kind", "ip"}, {"pattern", "192.0.2.1"}}, {}});
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(files_.text("SELECT tenant_id IS NULL FROM acl_rules"), "1");
}

TEST_F(RowEditorTest, EveryKindCanBeListedAndItsColumnsAreThoseOfTheSchema) {
  for (const RowKind& kind : row_kinds()) {
    EXPECT_TRUE(RowEditor(database_, kind).list(std::nullopt)) << kind.noun;
    for (const Column& column : kind.columns) {
      if (!column.is_writable() || column.type == ColumnType::secret) continue;
      if (column.type == ColumnType::members) continue;  // rows of group_members
      const auto records = database_.query(
          "SELECT count(*) FROM pragma_table_info(?1) WHERE name = ?2",
          {Value(std::string(kind.table)), Value(std::string(column.table_column()))});
      ASSERT_TRUE(records);
      EXPECT_EQ(to_text(records->front().front()), "1") << kind.noun << " " << column.name;
    }
  }
}

TEST_F(RowEditorTest, EveryColumnOfTheSchemaCanBeReached) {
  for (const RowKind& kind : row_kinds()) {
    const auto columns =
        database_.query("SELECT name FROM pragma_table_info(?1)", {Value(std::string(kind.table))});
    ASSERT_TRUE(columns);
    for (const Record& record : *columns) {
      const std::string name = to_text(record.front());
      if (name == "id" || name.starts_with("ha1_") || name == "password") continue;
      const bool known = std::ranges::any_of(
          kind.columns, [&](const Column& column) { return column.table_column() == name; });
      EXPECT_TRUE(known) << kind.noun << " " << name;
    }
  }
}

TEST_F(RowEditorTest, KeepsWhatWasSaidBesideAProfileAlsoWhereItIsTheDefault) {
  ASSERT_TRUE(editor("trunk").add(
      {"Teams", "demo", {{"host", "h"}, {"profile", "teams"}, {"tls_verify", "full"}}, {}}));
  const std::string columns =
      "SELECT profile || tls || tls_verify || srtp_lifetime FROM trunks WHERE label = 'Teams'";
  EXPECT_EQ(files_.text(columns), "teams1full2^31");
  ASSERT_TRUE(editor("trunk").set(
      {"Teams", "demo", {{"profile", "twilio"}, {"number_format", "as-is"}}, {}}));
  EXPECT_EQ(files_.text("SELECT profile || tls_verify || number_format FROM trunks"
                        " WHERE label = 'Teams'"),
            "twiliofullas-is");
}

TEST(Database, RefusesWhatIsNoDatabaseOfOurs) {
  const ExampleDatabase files;
  EXPECT_FALSE(Database::open(files.path() + ".missing"));
  files.run("PRAGMA user_version = 99");
  const auto newer = Database::open(files.path());
  ASSERT_FALSE(newer);
  EXPECT_THAT(newer.error().message, HasSubstr("newer"));
  files.run("PRAGMA user_version = 1");
  const auto older = Database::open(files.path());
  ASSERT_FALSE(older);
  EXPECT_THAT(older.error().message, HasSubstr("ringfence-supervisor brings it up to date"));
  files.run("PRAGMA user_version = 0");
  EXPECT_FALSE(Database::open(files.path()));
}

TEST_F(RowEditorTest, AGroupHasItsMembersInTheirOrder) {
  files_.run("INSERT INTO extensions(tenant_id, username) VALUES(1, 'alice'), (1, 'bob')");
  ASSERT_TRUE(
      editor("group").add({"desk", "demo", {{"mode", "order"}, {"members", "bob, alice"}}, {}}));
  const auto listed = [&] {
    const auto rows = editor("group").list(std::nullopt);
    return rows ? to_text(rows->records.front().back()) : rows.error().message;
  };
  EXPECT_EQ(listed(), "bob,alice");
  ASSERT_TRUE(editor("group").set({"demo/desk", {}, {{"members", "alice"}}, {}}));
  EXPECT_EQ(listed(), "alice");
  ASSERT_TRUE(editor("group").set({"demo/desk", {}, {{"timeout_s", "7"}}, {}}));
  EXPECT_EQ(listed(), "alice");
}

TEST_F(RowEditorTest, AGroupWithAMemberThatIsNotThereIsNotWrittenAtAll) {
  files_.run("INSERT INTO extensions(tenant_id, username) VALUES(1, 'alice'), (2, 'eve')");
  EXPECT_THAT(error_of(editor("group").add({"desk", "demo", {{"members", "alice,eve"}}, {}})),
              HasSubstr("no extension eve"));
  EXPECT_EQ(files_.text("SELECT count(*) FROM groups"), "0");
  EXPECT_THAT(error_of(editor("group").add({"desk", "demo", {{"members", "alice,alice"}}, {}})),
              HasSubstr("named twice"));
}

TEST_F(RowEditorTest, APhoneIsToldWhereItRegistersAndHow) {
  files_.run(
      "INSERT INTO extensions(tenant_id, username, srtp) VALUES(1, 'alice', 'required');"
      "INSERT INTO listeners(name, side, transport, address, port, advertised_address) VALUES"
      "('u', 'public', 'udp', '192.0.2.1', 6070, NULL), "
      "('t', 'public', 'tls', '0.0.0.0', 6061, 'sbc.example'), "
      "('k', 'trunk', 'tls', '192.0.2.1', 5061, NULL)");
  const auto settings = phone_settings(database_, "alice@demo.example");
  ASSERT_TRUE(settings);
  EXPECT_EQ(*settings, (PhoneSettings{{"user", "alice"},
                                      {"auth_user", "alice"},
                                      {"domain", "demo.example"},
                                      {"server_tls", "sbc.example:6061"},
                                      {"server_udp", "192.0.2.1:6070"},
                                      {"media", "SRTP (SDES) required"}}));
}

}  // namespace
}  // namespace ringfence::admin
