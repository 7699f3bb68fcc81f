// The schema as an operator meets it: what it refuses, with which words, and what a
// deletion takes along. F120 (a duplicate port is refused).
#include "schema/schema.hpp"

#include <gmock/gmock.h>
#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace ringfence {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

struct CloseDatabase {
  void operator()(sqlite3* handle) const { sqlite3_close(handle); }
};

class Schema : public testing::Test {
 protected:
  Schema() {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK);
    database_.reset(handle);
    EXPECT_THAT(run(std::string(current_schema())), IsEmpty());
  }

  // The message with which the statement is refused; empty: it was carried out.
  std::string run(const std::string& sql) {
    char* message = nullptr;
    sqlite3_exec(database_.get(), sql.c_str(), nullptr, nullptr, &message);
    const std::string text = message == nullptr ? "" : message;
    sqlite3_free(message);
    return text;
  }
  std::string value(const std::string& sql) {
    std::string result;
    sqlite3_exec(
        database_.get(), sql.c_str(),
        [](void* out, int, char** columns, char**) {
          *static_cast<std::string*>(out) = columns[0] == nullptr ? "NULL" : columns[0];
          return 0;
        },
        &result, nullptr);
    return result;
  }
  // A tenant with one of everything.
  void fill() {
    EXPECT_THAT(
        run("INSERT INTO tenants(name, domain) VALUES ('demo', 'demo.test'), ('b', 'b.test');"
            "INSERT INTO listeners(name, side, transport, port) VALUES ('t', 'trunk', 'udp', 5060),"
            " ('p', 'public', 'tls', 6061);"
            "INSERT INTO trunks(tenant_id, label, host, listener_id) VALUES (1, 'Car', 'c.test', "
            "1);"
            "INSERT INTO extensions(tenant_id, username) VALUES (1, 'alice'), (1, 'bob');"
            "INSERT INTO groups(tenant_id, name) VALUES (1, 'desk');"
            "INSERT INTO group_members(group_id, extension_id) VALUES (1, 1);"
            "INSERT INTO routes(tenant_id, pattern, trunk_id) VALUES (1, '*', 1);"
            "INSERT INTO acl_rules(tenant_id, action, kind, pattern)"
            " VALUES (1, 'deny', 'ip', '198.51.100.1'), (NULL, 'allow', 'ip', '198.51.100.2');"
            "INSERT INTO dids(tenant_id, number, target) VALUES (1, '100', 'ext:alice'),"
            " (1, '200', 'group:desk'), (1, '300', 'trunk:Car');"),
        IsEmpty());
  }

  std::unique_ptr<sqlite3, CloseDatabase> database_;
};

TEST_F(Schema, TakesRowsWithTheRequiredColumnsOnlyAndFillsInTheDefaults) {
  fill();
  EXPECT_EQ(value("SELECT port||transport||tls||tls_port||tls_verify||uri_style||srtp||srtp_inbound"
                  "||identity_trust||identity_send||enabled FROM trunks"),
            "5060udp05061fullsips-transport-tls0required0pai1");
  EXPECT_EQ(value("SELECT srtp||enabled FROM extensions"), "preferred1");
  EXPECT_EQ(value("SELECT sips_policy||refer_policy||enabled FROM tenants"), "bridgehandle1");
  EXPECT_EQ(value("PRAGMA user_version"), std::to_string(kSchemaVersion));
}

TEST_F(Schema, HoldsEverySettingFromTheStart) {
  EXPECT_EQ(value("SELECT count(*) FROM settings WHERE key IN ('handshake_cap',"
                  "'handshake_timeout_s', 'blocklist_failures', 'blocklist_window_s',"
                  "'blocklist_duration_s', 'handshakes_per_source', 'first_message_timeout_s',"
                  "'message_timeout_s', 'idle_timeout_s', 'connections_per_source',"
                  "'stats_interval_s', 'cdr_keep_days', 'emergency_numbers')"),
            "13");
  EXPECT_EQ(value("SELECT value FROM settings WHERE key = 'emergency_numbers'"), "110 112");
  EXPECT_EQ(value("SELECT count(*) FROM settings s JOIN setting_info i USING (key)"
                  " WHERE s.value <> i.default_value"),
            "0");
}

TEST_F(Schema, TakesACollectorAsAddressAndPortOrNone) {
  for (const char* good : {"192.0.2.1:9060", "[2001:db8::1]:9060", ""}) {
    EXPECT_EQ(
        run(std::string("UPDATE settings SET value = '") + good + "' WHERE key = 'hep_server'"), "")
        << good;
  }
  for (const char* bad : {"192.0.2.1", "homer.test:9060", ":9060", "192.0.2.1:port", "a b:1"}) {
    EXPECT_THAT(
        run(std::string("UPDATE settings SET value = '") + bad + "' WHERE key = 'hep_server'"),
        HasSubstr("hep_server must be address:port"))
        << bad;
  }
}

TEST_F(Schema, TakesNamesOfGroupsAndNothingElse) {
  EXPECT_EQ(run("UPDATE settings SET value = 'X25519MLKEM768 P-256' WHERE key = 'tls_groups'"), "");
  for (const char* bad : {"", " ", "X25519:P-256", "P-256;"}) {
    EXPECT_THAT(
        run(std::string("UPDATE settings SET value = '") + bad + "' WHERE key = 'tls_groups'"),
        HasSubstr("tls_groups must be names of groups"))
        << bad;
  }
}

TEST_F(Schema, TakesOnlyPoliciesThatThereAre) {
  fill();
  EXPECT_THAT(run("UPDATE tenants SET refer_policy = 'pass'"), IsEmpty());
  EXPECT_THAT(run("UPDATE tenants SET refer_policy = 'maybe'"),
              HasSubstr("tenants.refer_policy must be handle, pass or refuse"));
  EXPECT_THAT(run("UPDATE settings SET value = 'all' WHERE key = 'follow_redirects'"), IsEmpty());
  EXPECT_THAT(run("UPDATE settings SET value = 'some' WHERE key = 'follow_redirects'"),
              HasSubstr("follow_redirects must be extensions, all or none"));
  EXPECT_THAT(run("UPDATE settings SET value = 'shadow' WHERE key = 'acl_mode'"), IsEmpty());
  EXPECT_THAT(run("UPDATE settings SET value = 'off' WHERE key = 'acl_mode'"),
              HasSubstr("acl_mode must be enforce or shadow"));
  EXPECT_THAT(run("UPDATE tenants SET max_calls = -1"),
              HasSubstr("tenants.max_calls must not be negative"));
  EXPECT_THAT(run("UPDATE extensions SET max_calls = -1"),
              HasSubstr("extensions.max_calls must not be negative"));
  EXPECT_THAT(run("UPDATE settings SET value = 89 WHERE key = 'min_se_s'"),
              HasSubstr("within the minimum and maximum"));
}

TEST_F(Schema, RefusesNonsenseInARowWithASentence) {
  fill();
  EXPECT_THAT(run("INSERT INTO listeners(name, side, transport, port) VALUES ('x','left','udp',9)"),
              HasSubstr("listeners.side must be trunk or public"));
  EXPECT_THAT(run("UPDATE listeners SET port = 70000"),
              HasSubstr("listeners.port must be between 1 and 65535"));
  EXPECT_THAT(run("UPDATE listeners SET port = 'abc'"), HasSubstr("cannot store TEXT value"));
  EXPECT_THAT(run("UPDATE trunks SET tls_verify = 'maybe'"),
              HasSubstr("trunks.tls_verify must be full, wildcard, ca or none"));
  EXPECT_THAT(run("UPDATE trunks SET max_calls = -1"),
              HasSubstr("trunks.max_calls must not be negative"));
  EXPECT_THAT(run("UPDATE trunks SET transport = 'tls'"), HasSubstr("udp or tcp"));
  EXPECT_THAT(run("UPDATE extensions SET username = 'a b' WHERE id = 1"),
              HasSubstr("must not contain spaces"));
  EXPECT_THAT(run("UPDATE extensions SET ha1_md5 = 'XYZ' WHERE id = 1"),
              HasSubstr("32 lower-case hexadecimal digits"));
  EXPECT_THAT(run("UPDATE tenants SET domain = 'Demo.Test' WHERE id = 1"),
              HasSubstr("tenants.domain must be written in lower case"));
  EXPECT_THAT(run("UPDATE dids SET target = 'alice'"),
              HasSubstr("dids.target must be ext:NAME, group:NAME or trunk:LABEL"));
  EXPECT_THAT(run("UPDATE acl_rules SET kind = 'colour'"), HasSubstr("acl_rules.kind must be"));
  EXPECT_THAT(run("UPDATE routes SET enabled = 2"), HasSubstr("routes.enabled must be 0 or 1"));
}

TEST_F(Schema, AcceptsAHostThatOnlyTheProgramCanJudge) {
  fill();
  EXPECT_THAT(run("UPDATE trunks SET host = 'not a host'"), IsEmpty());
}

TEST_F(Schema, RefusesDuplicates) {
  fill();
  EXPECT_THAT(run("INSERT INTO tenants(name, domain) VALUES ('demo', 'other.test')"),
              HasSubstr("UNIQUE constraint failed: tenants.name"));
  EXPECT_THAT(run("INSERT INTO trunks(tenant_id, label, host) VALUES (1, 'Car', 'x.test')"),
              HasSubstr("trunks.tenant_id, trunks.label"));
  EXPECT_THAT(run("INSERT INTO trunks(tenant_id, label, host) VALUES (2, 'Car', 'x.test')"),
              IsEmpty());
}

TEST_F(Schema, RefusesTwoEnabledListenersOnOnePort) {
  fill();
  const std::string insert = "INSERT INTO listeners(name, side, transport, address, port) VALUES ";
  constexpr const char* kTaken = "another enabled listener already has this address and port";
  EXPECT_THAT(run(insert + "('a', 'public', 'udp', '127.0.0.1', 5060)"), HasSubstr(kTaken));
  EXPECT_THAT(run(insert + "('a', 'public', 'tcp', '0.0.0.0', 6061)"), HasSubstr(kTaken));
  EXPECT_THAT(run(insert + "('a', 'public', 'tcp', '0.0.0.0', 5060)"), IsEmpty());
  EXPECT_THAT(run(insert + "('b', 'public', 'udp', '::', 5060)"), IsEmpty());
  EXPECT_THAT(run("UPDATE listeners SET port = 5060 WHERE name = 'p'"), HasSubstr(kTaken));
  EXPECT_THAT(run("UPDATE listeners SET enabled = 0 WHERE name = 'a';"
                  "UPDATE listeners SET port = 5060 WHERE name = 'p'"),
              IsEmpty());
  EXPECT_THAT(run("UPDATE listeners SET enabled = 1 WHERE name = 'a'"), HasSubstr(kTaken));
}

TEST_F(Schema, RefusesReferencesToNothing) {
  fill();
  EXPECT_THAT(run("INSERT INTO extensions(tenant_id, username) VALUES (9, 'x')"),
              HasSubstr("extensions.tenant_id: there is no such tenant"));
  EXPECT_THAT(run("INSERT INTO routes(tenant_id, pattern, trunk_id) VALUES (2, '*', 1)"),
              HasSubstr("the tenant has no such trunk"));
  EXPECT_THAT(run("UPDATE trunks SET listener_id = 2"),
              HasSubstr("no such listener on the trunk side"));
  EXPECT_THAT(run("INSERT INTO group_members(group_id, extension_id) VALUES (1, 9)"),
              HasSubstr("its tenant has no such extension"));
  EXPECT_THAT(run("UPDATE acl_rules SET tenant_id = 9"), HasSubstr("there is no such tenant"));
  EXPECT_THAT(run("UPDATE tenants SET id = 7 WHERE id = 1"), HasSubstr("an id cannot be changed"));
  EXPECT_THAT(run("UPDATE extensions SET tenant_id = 2"), HasSubstr("cannot move"));
}

TEST_F(Schema, DeletingATenantTakesAllOfItAlong) {
  fill();
  EXPECT_THAT(run("DELETE FROM tenants WHERE id = 1"), IsEmpty());
  for (const char* table : {"trunks", "extensions", "groups", "group_members", "routes", "dids"}) {
    EXPECT_EQ(value(std::string("SELECT count(*) FROM ") + table), "0") << table;
  }
  EXPECT_EQ(value("SELECT count(*) FROM acl_rules"), "1");
  EXPECT_EQ(value("SELECT count(*) FROM tenants"), "1");
}

TEST_F(Schema, DeletingATargetTakesItsDidsRoutesAndMembershipsAlong) {
  fill();
  EXPECT_THAT(run("DELETE FROM extensions WHERE username = 'alice'"), IsEmpty());
  EXPECT_EQ(value("SELECT count(*) FROM group_members"), "0");
  EXPECT_EQ(value("SELECT group_concat(number) FROM dids"), "200,300");
  EXPECT_THAT(run("DELETE FROM trunks"), IsEmpty());
  EXPECT_EQ(value("SELECT count(*) FROM routes"), "0");
  EXPECT_EQ(value("SELECT group_concat(number) FROM dids"), "200");
}

TEST_F(Schema, KeepsAListenerThatATrunkNames) {
  fill();
  EXPECT_THAT(run("DELETE FROM listeners WHERE id = 1"), HasSubstr("a trunk names this listener"));
  EXPECT_THAT(run("UPDATE listeners SET side = 'public' WHERE id = 1"),
              HasSubstr("a trunk names this listener"));
  EXPECT_THAT(run("UPDATE trunks SET listener_id = NULL; DELETE FROM listeners WHERE id = 1"),
              IsEmpty());
}

TEST_F(Schema, RenamingATargetTakesItsDidsAlong) {
  fill();
  EXPECT_THAT(run("UPDATE extensions SET username = 'carol' WHERE username = 'alice'"), IsEmpty());
  EXPECT_EQ(value("SELECT target FROM dids WHERE number = '100'"), "ext:carol");
}

TEST_F(Schema, KeepsDomainAndUserNameWhileHashesAreMadeOfThem) {
  fill();
  EXPECT_THAT(run("UPDATE tenants SET domain = 'new.test' WHERE id = 1"), IsEmpty());
  EXPECT_THAT(run("UPDATE extensions SET ha1_md5 = '0123456789abcdef0123456789abcdef'"
                  " WHERE id = 1"),
              IsEmpty());
  EXPECT_THAT(run("UPDATE tenants SET domain = 'newer.test' WHERE id = 1"),
              HasSubstr("tenants.domain is part of the password hashes"));
  EXPECT_THAT(run("UPDATE extensions SET username = 'x' WHERE id = 1"),
              HasSubstr("extensions.username is part of its password hashes"));
  EXPECT_THAT(run("UPDATE extensions SET username = 'x', ha1_md5 = NULL, password = 'p'"
                  " WHERE id = 1"),
              IsEmpty());
  EXPECT_THAT(run("UPDATE tenants SET domain = 'newer.test' WHERE id = 1"), IsEmpty());
}

TEST_F(Schema, KeepsSettingsWithinTheirLimits) {
  constexpr const char* kRange = "within the minimum and maximum";
  EXPECT_THAT(run("UPDATE settings SET value = 0 WHERE key = 'handshake_cap'"), HasSubstr(kRange));
  EXPECT_THAT(run("UPDATE settings SET value = 'x' WHERE key = 'handshake_cap'"),
              HasSubstr(kRange));
  EXPECT_THAT(run("UPDATE settings SET value = '' WHERE key = 'handshake_cap'"), HasSubstr(kRange));
  EXPECT_THAT(run("UPDATE settings SET value = 300 WHERE key = 'handshake_cap'"), IsEmpty());
  EXPECT_THAT(run("INSERT INTO settings(key, value) VALUES ('handshake_cap', 301)"
                  " ON CONFLICT(key) DO UPDATE SET value = excluded.value"),
              IsEmpty());
  EXPECT_EQ(value("SELECT value FROM settings WHERE key = 'handshake_cap'"), "301");
  EXPECT_THAT(run("INSERT INTO settings(key, value) VALUES ('colour', 'blue')"),
              HasSubstr("there is no setting of that name"));
  EXPECT_THAT(run("DELETE FROM settings"), HasSubstr("a setting cannot be deleted"));
  EXPECT_THAT(run("UPDATE settings SET value = 'one' WHERE key = 'emergency_numbers'"),
              HasSubstr("must be numbers separated by spaces"));
}

TEST_F(Schema, NeverGivesTheIdOfADeletedRowToANewOne) {
  fill();
  EXPECT_THAT(run("DELETE FROM trunks; INSERT INTO trunks(tenant_id, label, host)"
                  " VALUES (1, 'New', 'n.test')"),
              IsEmpty());
  EXPECT_EQ(value("SELECT id FROM trunks"), "2");
}

TEST_F(Schema, FillsATrunkFromItsProfileAndKeepsWhatWasSetByHand) {
  fill();
  run("UPDATE trunks SET tls_verify = 'ca', profile = 'teams' WHERE id = 1");
  const std::string columns =
      "SELECT tls||tls_verify||uri_style||srtp||srtp_lifetime||options_interval_s||number_format"
      " FROM trunks WHERE label = ";
  EXPECT_EQ(value(columns + "'Car'"), "1casip-transport-tls12^3160e164");
  run("INSERT INTO trunks(tenant_id, label, host, profile, options_interval_s)"
      " VALUES (1, 'T', 't.test', 'teams', 30)");
  EXPECT_EQ(value(columns + "'T'"), "1wildcardsip-transport-tls12^3130e164");
  EXPECT_EQ(value("SELECT profile FROM trunks WHERE label = 'T'"), "teams");
}

TEST_F(Schema, TakesOneProfileOffWhenAnotherIsPicked) {
  fill();
  run("UPDATE trunks SET profile = 'teams'");
  run("UPDATE trunks SET tls_verify = 'full'");
  run("UPDATE trunks SET profile = 'fritzbox'");
  EXPECT_EQ(
      value("SELECT tls||srtp||register||identity_send||tls_verify||coalesce(srtp_lifetime, '-')"
            " FROM trunks"),
      "001fromfull-");
  run("UPDATE trunks SET profile = 'generic'");
  EXPECT_EQ(value("SELECT register||identity_send||session_timer FROM trunks"), "0paioffer");
  run("UPDATE trunks SET profile = 'telekom-companyflex'");
  EXPECT_EQ(value("SELECT mediasec FROM trunks"), "1");
  run("UPDATE trunks SET profile = 'telnyx'");
  EXPECT_EQ(value("SELECT mediasec FROM trunks"), "0");
}

TEST_F(Schema, EveryProfileMakesATrunkThatTheConstraintsAccept) {
  fill();
  const int profiles = std::stoi(value("SELECT count(*) FROM trunk_profiles"));
  EXPECT_GE(profiles, 6);
  EXPECT_THAT(run("INSERT INTO trunks(tenant_id, label, host, profile)"
                  " SELECT 1, name, 'h.test', name FROM trunk_profiles"),
              IsEmpty());
  EXPECT_EQ(value("SELECT count(*) FROM trunks JOIN trunk_profiles ON profile = name"
                  " WHERE label = name"),
            std::to_string(profiles));
  EXPECT_EQ(value("SELECT sum(verified) FROM trunk_profiles"), "0") << "none met the real carrier";
}

TEST_F(Schema, TakesProfilesOfTheOperatorsOwnAndKeepsThoseInUse) {
  fill();
  EXPECT_THAT(run("UPDATE trunks SET profile = 'mine'"), HasSubstr("there is no such profile"));
  run("INSERT INTO trunk_profiles(name, tls, srtp) VALUES ('mine', 1, 1)");
  EXPECT_THAT(run("UPDATE trunks SET profile = 'mine'"), IsEmpty());
  EXPECT_EQ(value("SELECT tls||srtp FROM trunks"), "11");
  EXPECT_THAT(run("DELETE FROM trunk_profiles WHERE name = 'mine'"), HasSubstr("a trunk has this"));
  EXPECT_THAT(run("DELETE FROM trunk_profiles WHERE name = 'generic'"), HasSubstr("generic"));
  EXPECT_THAT(run("UPDATE trunk_profiles SET tls = 1 WHERE name = 'generic'"),
              HasSubstr("own defaults"));
}

TEST_F(Schema, RefusesValuesThatNoTrunkColumnTakes) {
  fill();
  const auto refuses = [&](const std::string& change, const char* words) {
    EXPECT_THAT(run("UPDATE trunks SET " + change), HasSubstr(words)) << change;
  };
  refuses("options_interval_s = 4", "must be 0 or between 5 and 3600");
  refuses("session_timer = 'on'", "must be offer, accept or off");
  refuses("number_format = 'E164'", "must be as-is, e164 or national");
  refuses("country_code = '049'", "one to three digits, such as 49");
  refuses("country_code = '+49'", "one to three digits, such as 49");
  refuses("srtp_lifetime = '2^49'", "such as 2^31");
  refuses("srtp_lifetime = '31'", "such as 2^31");
  refuses("privacy = 'id'", "must be as-asked, always or ignore");
  refuses("mediasec = 2", "must be 0 or 1");
  for (const char* text : {"tls_host", "contact_host", "outbound_proxy", "caller_id", "codecs",
                           "srtp_suites", "srtp_quirks"}) {
    refuses(std::string(text) + " = ' '", "must not be empty");
  }
}

// Every table, index and trigger with its text, and every row that a new database holds.
std::string whole(sqlite3* database) {
  std::string all;
  const auto append = [](void* out, int count, char** columns, char**) {
    for (int i = 0; i < count; ++i)
      *static_cast<std::string*>(out) += std::string(columns[i] ? columns[i] : "NULL") + "\n";
    return 0;
  };
  for (const char* sql :
       {"SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite%'"
        " ORDER BY type, name",
        "SELECT * FROM setting_info ORDER BY key", "SELECT * FROM settings ORDER BY key",
        "SELECT * FROM trunk_profiles ORDER BY name", "PRAGMA user_version"}) {
    EXPECT_EQ(sqlite3_exec(database, sql, append, &all, nullptr), SQLITE_OK) << sql;
  }
  return all;
}

TEST_F(Schema, CurrentSqlIsWhatAllMigrationsMakeInOrder) {
  std::vector<std::filesystem::path> files;
  for (const auto& file : std::filesystem::directory_iterator(SCHEMA_FOLDER)) {
    const std::string name = file.path().filename();
    if (name.ends_with(".sql") && name != "current.sql") files.push_back(file.path());
  }
  std::ranges::sort(files);
  EXPECT_EQ(files.size(), static_cast<std::size_t>(kSchemaVersion));
  const std::string current = whole(database_.get());
  sqlite3* handle = nullptr;
  ASSERT_EQ(sqlite3_open(":memory:", &handle), SQLITE_OK);
  database_.reset(handle);
  for (const auto& file : files) {
    std::stringstream text;
    text << std::ifstream(file).rdbuf();
    EXPECT_THAT(run(text.str()), IsEmpty()) << file;
  }
  EXPECT_EQ(whole(database_.get()), current) << "run schema/write_current.sh";
}

}  // namespace
}  // namespace ringfence
