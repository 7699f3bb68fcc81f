// Files that are damaged, locked, full, gone or of another version.
#include "tests/unit/sip-core/store/sqlite_store_fixture.hpp"

namespace ringfence::sip_core {
namespace {

TEST_F(SqliteStoreTest, IsForItsOwnerOnly) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  struct stat status{};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0077U, 0U);
}

TEST_F(SqliteStoreTest, MovesAnUnreadableFileAsideAndBeginsAnewF029) {
  std::ofstream(path()) << std::string(8192, 'x');
  EXPECT_TRUE(read(wall_).bindings.empty());
  const auto answers = write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<Committed>(answers[0]));
  EXPECT_EQ(aside(), 1U);
}

TEST_F(SqliteStoreTest, RefusesAFileOfANewerVersionAndLeavesItAsItIsF032) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  change("PRAGMA user_version = 99");
  Loop loop;
  const auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().fault, StateFault::newer);
  EXPECT_EQ(store.error().version, 99);
  EXPECT_THAT(store.error().reason, testing::HasSubstr("version 99, newer than this program's"));
  EXPECT_EQ(count("bindings"), 1);
  EXPECT_EQ(aside(), 0U);
}

TEST_F(SqliteStoreTest, MovesAFileOfAVersionThatNeverWasAside) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  change("PRAGMA user_version = -1");
  EXPECT_TRUE(read(wall_).bindings.empty());
  EXPECT_EQ(aside(), 1U);
}

TEST_F(SqliteStoreTest, BringsTheVersionsBeforeUpToDateAndKeepsWhatTheyHold) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s), CallDetailRecord()}}});
  change(
      "DROP TABLE cdr_chain; ALTER TABLE cdr DROP COLUMN hash;"
      "ALTER TABLE cdr DROP COLUMN allowed_by; PRAGMA user_version = 1");
  for (const char* measured : {"packets_received", "packets_lost", "jitter_ms", "rtt_ms"}) {
    for (const char* leg : {"a_", "b_"})
      change((std::string("ALTER TABLE cdr DROP COLUMN ") + leg + measured).c_str());
  }
  EXPECT_EQ(read(wall_).bindings.size(), 1U);
  CallDetailRecord record;
  record.allowed_by = "demo/trunk:Telco tls=0";
  write({{CommitId(1), {record}}});
  EXPECT_EQ(count("cdr WHERE allowed_by = '' AND hash = ''"), 1);
  EXPECT_EQ(count("cdr WHERE allowed_by = 'demo/trunk:Telco tls=0' AND length(hash) = 64"), 1);
  EXPECT_EQ(count("cdr_chain WHERE before_id = 1 AND before_hash = '' AND last_id = 2"), 1);
}

// F027: another process holds the file: the commit fails and nothing is half written.
TEST_F(SqliteStoreTest, FailsTheCommitWhileAnotherProcessHoldsTheLockF027) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  Logger silent("test", LogLevel::error, LogFormat::text);
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, silent, wall_);
  ASSERT_TRUE(store);
  std::vector<Event> answers;
  (*store)->start([&](Event event) {
    answers.push_back(std::move(event));
    if (answers.size() == 1) {
      sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
      (*store)->submit({CommitId(3), {binding("sip:c@h", wall_ + 60s)}});
    } else {
      loop.stop();
    }
  });
  (*store)->submit({CommitId(2), {binding("sip:b@h", wall_ + 60s)}});
  const Timer limit = loop.after(20s, [&] { loop.stop(); });
  loop.run();
  sqlite3_close(database);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<CommitFailed>(answers[0]));
  EXPECT_TRUE(std::holds_alternative<Committed>(answers[1]));
  EXPECT_THAT((*store)->figures(), testing::Contains(testing::Pair("reg_store_busy_total", 1)));
  store->reset();
  EXPECT_THAT(read(wall_).bindings, testing::SizeIs(2));
}

TEST_F(SqliteStoreTest, WritesTheCallRecordsOfAFailedCommitWithTheNextOneF027) {
  Loop loop;
  Logger silent("test", LogLevel::error, LogFormat::text);
  auto store = SqliteStore::open(directory_, loop, silent, wall_);
  ASSERT_TRUE(store);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  (*store)->start([&](const Event& event) {
    if (std::holds_alternative<Committed>(event)) return loop.stop();
    sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    (*store)->submit({CommitId(2), {binding("sip:a@h", wall_ + 60s)}});
  });
  (*store)->submit({CommitId(1), {CallDetailRecord(), CallDetailRecord()}});
  const Timer limit = loop.after(20s, [&] { loop.stop(); });
  loop.run();
  sqlite3_close(other);
  store->reset();
  EXPECT_EQ(count("cdr"), 2);
  EXPECT_EQ(count("bindings"), 1);
}

// F027: the file is locked by another process at the start: it is still ours.
TEST_F(SqliteStoreTest, DoesNotTakeALockForDamageF027) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE", nullptr,
                         nullptr, nullptr),
            SQLITE_OK);
  Loop loop;
  const auto store = SqliteStore::open(directory_, loop, log_, wall_);
  EXPECT_FALSE(store);
  sqlite3_close(other);
  EXPECT_THAT(read(wall_).bindings, testing::SizeIs(1));
}

// F017: no space: the commit fails, what is there stays, and it works again once there is space.
TEST_F(SqliteStoreTest, FailsOnAFullDiskAndRecoversByItself) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_TRUE(store);
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  std::signal(SIGXFSZ, SIG_IGN);
  std::vector<Event> answers;
  (*store)->start([&](Event event) {
    answers.push_back(std::move(event));
    ::setrlimit(RLIMIT_FSIZE, &before);
    if (answers.size() == 2) return loop.stop();
    (*store)->submit({CommitId(3), {binding("sip:c@h", wall_ + 60s)}});
  });
  const rlimit none{0, before.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &none), 0);
  (*store)->submit({CommitId(2), {binding("sip:b@h", wall_ + 60s)}});
  const Timer limit = loop.after(20s, [&] { loop.stop(); });
  loop.run();
  ::setrlimit(RLIMIT_FSIZE, &before);
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<CommitFailed>(answers[0]));
  EXPECT_TRUE(std::holds_alternative<Committed>(answers[1]));
  store->reset();
  EXPECT_THAT(read(wall_).bindings, testing::SizeIs(2));
}

// F028: the file is written over, or removed, while we run: a new one begins, the engine is asked
// for everything, and the damaged one stays for whoever wants to look at it.
class SqliteStoreLostFileTest : public SqliteStoreTest, public testing::WithParamInterface<bool> {};
INSTANTIATE_TEST_SUITE_P(OverwrittenOrRemoved, SqliteStoreLostFileTest, testing::Bool());

TEST_P(SqliteStoreLostFileTest, BeginsAnewAndAsksForEverythingF028) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_TRUE(store);
  std::vector<Event> answers;
  (*store)->start([&](Event event) {
    answers.push_back(std::move(event));
    if (std::holds_alternative<StateLost>(answers.back())) {
      (*store)->submit({CommitId(9), {binding("sip:kept@h", wall_ + 60s)}});
    }
    if (std::holds_alternative<Committed>(answers.back())) loop.stop();
  });
  if (GetParam()) {
    std::filesystem::remove(path());
  } else {
    std::fstream file(path(), std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(16384, 'x');
  }
  (*store)->submit({CommitId(2), {binding("sip:b@h", wall_ + 60s)}});
  const Timer limit = loop.after(20s, [&] { loop.stop(); });
  loop.run();
  ASSERT_EQ(answers.size(), 3U);
  EXPECT_TRUE(std::holds_alternative<StateLost>(answers[0]));
  EXPECT_TRUE(std::holds_alternative<CommitFailed>(answers[1]));
  EXPECT_TRUE(std::holds_alternative<Committed>(answers[2]));
  EXPECT_THAT((*store)->figures(), testing::Contains(testing::Pair("reg_store_rebuilds_total", 1)));
  store->reset();
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.bindings.size(), 1U);
  EXPECT_EQ(restored.bindings[0].contact, "sip:kept@h");
  std::size_t aside = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    aside += entry.path().filename().string().contains(".corrupt-") ? 1U : 0U;
  }
  EXPECT_GE(aside, 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
