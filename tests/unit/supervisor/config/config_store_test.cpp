// The configuration in force, from a database file that is edited, locked, damaged and replaced
// while we look. F028, F029, F032 for the configuration; F120.
#include "supervisor/config/config_store.hpp"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "schema/schema.hpp"

namespace ringfence::supervisor {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Outcome = ConfigStore::Outcome;
namespace fs = std::filesystem;

class Store : public testing::Test {
 protected:
  Store() {
    std::string pattern = (fs::temp_directory_path() / "ringfence-store-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    path_ = folder_ / "config.db";
  }
  ~Store() override { fs::remove_all(folder_); }

  std::unique_ptr<ConfigStore> open() {
    auto store = std::make_unique<ConfigStore>(path_.string(), folder_.string(), log_);
    const auto prepared = store->prepare();
    EXPECT_TRUE(prepared) << prepared.error().message;
    return store;
  }
  void edit(const char* sql) {
    const auto database = open_database(path_.string(), OpenMode::create);
    ASSERT_TRUE(database);
    const auto done = execute(database->get(), sql);
    ASSERT_TRUE(done) << done.error().message;
  }
  void add_trunk() {
    edit(
        "INSERT INTO tenants(name, domain) VALUES ('demo', 'demo.test');"
        "INSERT INTO trunks(tenant_id, label, host) VALUES (1, 'Car', 'carrier.test')");
  }

  Logger log_{"test", LogLevel::error, LogFormat::text};
  Surroundings surroundings_{"192.0.2.7", "::1", {"demo.test"}};
  fs::path folder_;
  fs::path path_;
};

TEST_F(Store, MakesADatabaseInWalModeWhereThereIsNone) {
  const auto store = open();
  EXPECT_EQ(store->poll(surroundings_), Outcome::snapshot_changed);
  EXPECT_EQ(store->snapshot().revision, 1U);
  EXPECT_EQ(setting_number(store->snapshot().config, "handshake_cap", 0), 200U);
  const auto database = open_database(path_.string(), OpenMode::read_only);
  auto mode = Statement::prepare(database->get(), "PRAGMA journal_mode");
  ASSERT_TRUE(mode->next());
  EXPECT_EQ(mode->text(0), "wal");
}

TEST_F(Store, SeesAnEditAtTheNextPollAndCountsTheRevision) {
  const auto store = open();
  store->poll(surroundings_);
  EXPECT_EQ(store->poll(surroundings_), Outcome::unchanged);
  add_trunk();
  EXPECT_EQ(store->poll(surroundings_), Outcome::snapshot_changed);
  EXPECT_EQ(store->snapshot().revision, 2U);
  EXPECT_THAT(store->snapshot().config.trunks, SizeIs(1));
  EXPECT_EQ(store->poll(surroundings_), Outcome::unchanged);
}

TEST_F(Store, CountsNoRevisionForAnEditThatChangesNothingForTheChildren) {
  const auto store = open();
  store->poll(surroundings_);
  edit("UPDATE settings SET value = '200' WHERE key = 'handshake_cap'");
  EXPECT_EQ(store->poll(surroundings_), Outcome::unchanged);
  EXPECT_EQ(store->snapshot().revision, 1U);
}

TEST_F(Store, KeepsTheLastGoodRowAcrossARestart) {
  {
    const auto store = open();
    add_trunk();
    store->poll(surroundings_);
    EXPECT_THAT(store->errors(), IsEmpty());
  }
  edit("UPDATE trunks SET host = 'not a host'");
  const auto store = open();
  store->poll(surroundings_);
  ASSERT_THAT(store->errors(), SizeIs(1));
  EXPECT_EQ(store->errors()[0].column, "host");
  ASSERT_THAT(store->snapshot().config.trunks, SizeIs(1));
  EXPECT_EQ(store->snapshot().config.trunks[0].host(), "carrier.test");
  EXPECT_EQ(fs::status(folder_ / "last_good.snapshot").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(Store, GoesOnWithTheRevisionAfterARestart) {
  {
    const auto store = open();
    add_trunk();
    store->poll(surroundings_);
  }
  edit("UPDATE trunks SET port = 5070");
  const auto store = open();
  store->poll(surroundings_);
  EXPECT_EQ(store->snapshot().revision, 2U);
}

TEST_F(Store, StaysWithTheLastSnapshotWhenTheFileIsGoneAndTakesTheNewOne) {
  const auto store = open();
  add_trunk();
  store->poll(surroundings_);
  fs::rename(path_, folder_ / "away.db");
  fs::remove(path_.string() + "-wal");
  fs::remove(path_.string() + "-shm");
  EXPECT_EQ(store->poll(surroundings_), Outcome::problems_changed);
  ASSERT_THAT(store->errors(), SizeIs(1));
  EXPECT_THAT(store->errors()[0].message, HasSubstr("cannot open the database"));
  EXPECT_EQ(store->poll(surroundings_), Outcome::unchanged);
  EXPECT_THAT(store->snapshot().config.trunks, SizeIs(1));
  ConfigDatabase other(path_.string());
  ASSERT_TRUE(other.prepare());
  EXPECT_EQ(store->poll(surroundings_), Outcome::snapshot_changed);
  EXPECT_THAT(store->errors(), IsEmpty());
  EXPECT_THAT(store->snapshot().config.trunks, IsEmpty());
}

TEST_F(Store, StaysWithTheLastSnapshotWhenTheFileIsReplacedByGarbage) {
  const auto store = open();
  add_trunk();
  store->poll(surroundings_);
  fs::remove(path_);
  std::ofstream(path_) << std::string(8192, 'x');
  EXPECT_EQ(store->poll(surroundings_), Outcome::problems_changed);
  EXPECT_THAT(store->errors()[0].message, HasSubstr("not a database"));
  EXPECT_THAT(store->snapshot().config.trunks, SizeIs(1));
}

TEST_F(Store, WaitsForALockedDatabaseWithoutLosingTheEdit) {
  // As the sqlite3 program makes it: without WAL, where a writer shuts readers out.
  edit(std::string(current_schema()).c_str());
  const auto store = open();
  store->poll(surroundings_);
  const auto writer = open_database(path_.string(), OpenMode::create);
  ASSERT_TRUE(execute(writer->get(),
                      "BEGIN EXCLUSIVE;"
                      "UPDATE settings SET value = 7 WHERE key = 'handshake_cap'"));
  EXPECT_EQ(store->poll(surroundings_), Outcome::problems_changed);
  EXPECT_THAT(store->errors()[0].message, HasSubstr("locked"));
  ASSERT_TRUE(execute(writer->get(), "COMMIT"));
  EXPECT_EQ(store->poll(surroundings_), Outcome::snapshot_changed);
  EXPECT_THAT(store->errors(), IsEmpty());
  EXPECT_EQ(setting_number(store->snapshot().config, "handshake_cap", 0), 7U);
}

TEST_F(Store, RefusesToStartOnWhatIsNoDatabaseOfOurs) {
  std::ofstream(path_) << std::string(8192, 'x');
  ConfigStore garbage(path_.string(), folder_.string(), log_);
  EXPECT_THAT(garbage.prepare().error().message, HasSubstr("not a database"));
  fs::remove(path_);
  edit("PRAGMA user_version = 99");
  ConfigStore newer(path_.string(), folder_.string(), log_);
  EXPECT_THAT(newer.prepare().error().message, HasSubstr("schema version 99, newer than"));
}

TEST_F(Store, WithdrawsItsWarningWhenACertificateFolderAppears) {
  const auto store = open();
  add_trunk();
  surroundings_.certificate_names.clear();
  store->poll(surroundings_);
  EXPECT_THAT(store->warnings(), SizeIs(2)) << "no certificate, no trunk listener";
  surroundings_.certificate_names.insert("demo.test");
  EXPECT_EQ(store->poll(surroundings_), Outcome::problems_changed);
  EXPECT_THAT(store->warnings(), SizeIs(1));
}

}  // namespace
}  // namespace ringfence::supervisor
