#include "admin/sql/sql_session.hpp"

#include <gmock/gmock.h>

#include "sip-core/store/schema.hpp"
#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr const char* kHealth =
    R"({"trunks": [{"tenant": "demo", "label": "O'Telco", "state": "failed",
                    "transport": "tls", "last_error": "no\nanswer"}]})";

TEST(SqlSession, GivesSqliteTheDatabaseAndTheStatement) {
  const auto words = sql_arguments({"c.db", std::nullopt, {}}, {"SELECT 1"}, OutputForm::text);
  EXPECT_EQ(words, (std::vector<std::string>{"sqlite3", "-box", "c.db", "SELECT 1"}));
  EXPECT_THAT(sql_arguments({"c.db", std::nullopt, {}}, {}, OutputForm::json), Contains("-json"));
}

TEST(SqlSession, QuotesWhatOthersChose) {
  const auto words = sql_arguments({"c.db", "a'b?/state.db", kHealth}, {}, OutputForm::text);
  EXPECT_THAT(words, Contains(HasSubstr("ATTACH 'file:a''b%3F/state.db?mode=ro' AS state")));
  EXPECT_THAT(words, Contains(HasSubstr("'O''Telco', 'failed', 'tls', 'no answer')")));
}

// The views are what sqlite3 would be given, run here.
TEST(SqlSession, ItsViewsJoinRowsWithTheirState) {
  ExampleDatabase files;
  files.run(
      "INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example');"
      "INSERT INTO trunks(tenant_id, label, host) VALUES(1, 'O''Telco', 'h');"
      "INSERT INTO extensions(tenant_id, username) VALUES(1, 'alice'), (1, 'bob');");
  const std::string state = files.path() + "-state.db";
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(state.c_str(), &handle), SQLITE_OK);
  const std::string rows = std::string(sip_core::kCreateState) +
                           "INSERT INTO bindings VALUES(1, 'alice', 'sip:a@h', '', '', 0, 1000, 1, "
                           "'', 0, 0, 2, '', 'c', 1, 9000000000000, 'phone');"
                           "INSERT INTO trunk_registrations VALUES(1, 'u', 'call', 7);"
                           "INSERT INTO calls(id, worker, session, started, answered, "
                           "acknowledged, ended, status, cause, ended_by, a_call_id, b_call_id, "
                           "a_tenant, a_remote_uri) VALUES"
                           "(1, 0, 1, 0, 0, 1, 0, 0, '', '', 'x', 'y', 1, 'caller'), "
                           "(2, 0, 0, 0, 0, 1, 0, 0, '', '', NULL, 'z', NULL, NULL);";
  ASSERT_EQ(sqlite3_exec(handle, rows.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
  ASSERT_EQ(sqlite3_open_v2(files.path().c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI,
                            nullptr),
            SQLITE_OK);
  const auto words = sql_arguments({files.path(), state, kHealth}, {}, OutputForm::text);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] != "-cmd") continue;
    ASSERT_EQ(sqlite3_exec(handle, words[i + 1].c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
        << words[i + 1] << ": " << sqlite3_errmsg(handle);
  }
  std::string told;
  const auto add = [](void* text, int count, char** values, char**) {
    for (int i = 0; i < count; ++i)
      *static_cast<std::string*>(text) += std::string(values[i] == nullptr ? "-" : values[i]) + " ";
    return 0;
  };
  EXPECT_EQ(sqlite3_exec(
                handle,
                "SELECT label, state, registration_cseq FROM v_trunks;"
                "SELECT username, transport FROM v_extensions ORDER BY username;"
                "SELECT tenant, caller, b_call_id FROM v_calls; SELECT count(*) FROM v_past_calls",
                add, &told, nullptr),
            SQLITE_OK)
      << sqlite3_errmsg(handle);
  EXPECT_EQ(told, "O'Telco failed 7 alice tls bob - demo caller y 0 ");
  EXPECT_NE(sqlite3_exec(handle, "DELETE FROM state.bindings", nullptr, nullptr, nullptr),
            SQLITE_OK);
  sqlite3_close(handle);
}

}  // namespace
}  // namespace ringfence::admin
