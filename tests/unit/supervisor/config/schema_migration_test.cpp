// A configuration database of version 1, with an operator's rows, brought up to date: whole or not
// at all, also when the power goes in between. F032, F016 for the configuration.
#include "supervisor/config/schema_migration.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "schema/schema.hpp"
#include "supervisor/config/config_database.hpp"
#include "supervisor/config/statement.hpp"

namespace ringfence::supervisor {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

constexpr const char* kRows =
    "INSERT INTO tenants(name, domain) VALUES ('demo', 'demo.test');"
    "INSERT INTO trunks(tenant_id, label, host, tls, password) VALUES (1, 'Car', 'c.test', 1, 's');"
    "INSERT INTO extensions(tenant_id, username) VALUES (1, 'alice');"
    "INSERT INTO routes(tenant_id, pattern, trunk_id) VALUES (1, '*', 1);"
    "UPDATE settings SET value = '7' WHERE key = 'handshake_cap';";

class Migration : public testing::Test {
 protected:
  Migration() {
    std::string pattern = (fs::temp_directory_path() / "ringfence-migration-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ + "/config.db";
    std::ifstream file(std::string(SCHEMA_FOLDER) + "/0001_initial.sql");
    std::stringstream first;
    first << file.rdbuf();
    run("PRAGMA journal_mode = WAL");
    run(first.str() + kRows);
  }
  ~Migration() override { fs::remove_all(folder_); }

  void run(const std::string& sql) { run_in(path_, sql); }
  static void run_in(const std::string& path, const std::string& sql) {
    const auto database = open_database(path, OpenMode::create);
    const auto done = execute(database->get(), sql.c_str());
    ASSERT_TRUE(done) << done.error().message;
  }
  static std::string value_in(const std::string& path, const std::string& sql) {
    const auto database = open_database(path, OpenMode::read_only);
    auto statement = Statement::prepare(database->get(), sql);
    if (!statement) return statement.error().message;
    const auto row = statement->next();
    return row && *row ? statement->text(0) : "(no row)";
  }
  std::string value(const std::string& sql) { return value_in(path_, sql); }
  // Everything that the operator had written.
  static std::string rows_in(const std::string& path) {
    return value_in(path,
                    "SELECT (SELECT group_concat(name || domain) FROM tenants)"
                    " || (SELECT group_concat(label || host || tls || password) FROM trunks)"
                    " || (SELECT group_concat(username) FROM extensions)"
                    " || (SELECT group_concat(pattern || trunk_id) FROM routes)"
                    " || (SELECT value FROM settings WHERE key = 'handshake_cap')");
  }

  std::string folder_;
  std::string path_;
};

TEST_F(Migration, KeepsEveryRowAndGivesNewColumnsTheirDefaults) {
  const std::string rows = rows_in(path_);
  const auto from = migrate(path_);
  ASSERT_TRUE(from) << from.error().message;
  EXPECT_EQ(*from, 1);
  EXPECT_EQ(value("PRAGMA user_version"), std::to_string(kSchemaVersion));
  EXPECT_EQ(rows_in(path_), rows);
  EXPECT_EQ(value("SELECT profile || session_timer || number_format || privacy"
                  " || options_interval_s || mediasec FROM trunks"),
            "genericofferas-isas-asked00");
  EXPECT_EQ(value("PRAGMA journal_mode"), "wal");
}

TEST_F(Migration, LeavesACopyOfTheOldDatabaseBesideItForItsOwnerOnly) {
  const std::string rows = rows_in(path_);
  ASSERT_TRUE(migrate(path_));
  const std::string backup = backup_path(path_, 1);
  EXPECT_EQ(value_in(backup, "PRAGMA user_version"), "1");
  EXPECT_EQ(rows_in(backup), rows);
  struct stat status{};
  ASSERT_EQ(::stat(backup.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(Migration, DoesNothingToADatabaseOfThisVersion) {
  ASSERT_TRUE(migrate(path_));
  fs::remove(backup_path(path_, 1));
  const auto again = migrate(path_);
  ASSERT_TRUE(again);
  EXPECT_EQ(*again, kSchemaVersion);
  EXPECT_FALSE(fs::exists(backup_path(path_, kSchemaVersion)));
}

TEST_F(Migration, ChangesNothingWhereNoCopyCanBeMade) {
  fs::create_directories(backup_path(path_, 1) + ".new/in-the-way");
  const auto refused = migrate(path_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("(it stays as it was)"));
  EXPECT_EQ(value("PRAGMA user_version"), "1");
}

TEST_F(Migration, ChangesNothingWhenAStepIsRefused) {
  run("ALTER TABLE trunks ADD COLUMN privacy TEXT");  // by hand, and in the way of ours
  const auto refused = migrate(path_);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("0002_trunk_details"));
  EXPECT_EQ(value("PRAGMA user_version"), "1");
  EXPECT_THAT(value("SELECT count(*) FROM pragma_table_info('trunks') WHERE name = 'profile'"),
              "0");
}

// Runs the migration in a process that is killed at the given statement; true: it got to its end.
bool killed_at(const std::string& path, int statement) {
  static int left = 0;
  const pid_t child = ::fork();
  if (child == 0) {
    left = statement;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(+[](sqlite3* handle, char**, void*) {
      return sqlite3_trace_v2(
          handle, SQLITE_TRACE_STMT,
          [](unsigned, void*, void*, void*) {
            if (--left < 0) ::kill(::getpid(), SIGKILL);
            return 0;
          },
          nullptr);
    }));
    ::_exit(migrate(path) ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status);
}

TEST_F(Migration, IsTheOldOrTheNewOneWholeWhereverThePowerGoes) {
  const std::string rows = rows_in(path_);
  const std::string original = folder_ + "/original.db";
  ASSERT_TRUE(migrate(path_));
  fs::rename(backup_path(path_, 1), original);
  int kills = 0;
  for (bool ended = false; !ended; ++kills) {
    for (const char* part : {"", "-wal", "-shm"})
      fs::remove(path_ + part);
    fs::copy_file(original, path_);
    run("PRAGMA journal_mode = WAL");
    ended = killed_at(path_, kills);
    ASSERT_EQ(value("PRAGMA integrity_check"), "ok") << kills;
    ASSERT_EQ(rows_in(path_), rows) << kills;
    const bool is_new = value("PRAGMA user_version") == std::to_string(kSchemaVersion);
    ASSERT_EQ(value("SELECT count(*) FROM pragma_table_info('trunks') WHERE name = 'privacy'"),
              is_new ? "1" : "0")
        << kills;
    ASSERT_TRUE(migrate(path_)) << "the next start goes on from there";
    ASSERT_EQ(value("PRAGMA user_version"), std::to_string(kSchemaVersion)) << kills;
  }
  EXPECT_GT(kills, 20) << "every statement of the migration was cut short once";
}

TEST_F(Migration, IsDoneAtTheStartAndSaysFromWhere) {
  ConfigDatabase database(path_);
  const auto prepared = database.prepare();
  ASSERT_TRUE(prepared) << prepared.error().message;
  EXPECT_FALSE(prepared->created);
  EXPECT_EQ(prepared->migrated_from, 1);
  const auto config = database.poll();
  ASSERT_TRUE(config && *config);
  EXPECT_EQ((*config)->trunks.size(), 1U);
}

TEST_F(Migration, LeavesAFileAloneThatIsPutInPlaceWhileWeRunAndSaysWhatToDo) {
  const std::string older = folder_ + "/older.db";
  fs::copy_file(path_, older);
  ConfigDatabase database(path_);
  ASSERT_TRUE(database.prepare());
  fs::rename(older, path_);
  const auto polled = database.poll();
  ASSERT_FALSE(polled);
  EXPECT_THAT(polled.error().message, HasSubstr("schema version 1, older than this program's " +
                                                std::to_string(kSchemaVersion)));
  EXPECT_EQ(value("PRAGMA user_version"), "1");
}

}  // namespace
}  // namespace ringfence::supervisor
