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

// As they were before version 5: one call that is whole, one of which another has a side, and an
// INVITE.
constexpr const char* kRowsOfText = R"sql(
DROP TABLE calls;
DROP TABLE pending_invites;
DROP TABLE journal;
CREATE TABLE calls(
  id TEXT NOT NULL PRIMARY KEY, worker INTEGER NOT NULL, session INTEGER NOT NULL,
  started INTEGER NOT NULL, answered INTEGER NOT NULL, acknowledged INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE TABLE pending_invites(
  id TEXT NOT NULL PRIMARY KEY, role INTEGER NOT NULL, header TEXT NOT NULL,
  flow_listener INTEGER NOT NULL, flow_remote TEXT NOT NULL,
  flow_epoch INTEGER NOT NULL, flow_number INTEGER NOT NULL, transport INTEGER NOT NULL,
  trunk INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE dialogs(call TEXT NOT NULL, side INTEGER NOT NULL, call_id, local_tag, remote_tag,
  local_uri, remote_uri, remote_target, local_contact, route_set, local_cseq, remote_cseq, secure,
  we_are_uas, flow_listener, flow_remote, flow_epoch, flow_number, transport, tenant, trunk,
  extension, lease, rtp_port, sdp, sdp_session_id, sdp_version, session_interval, we_refresh,
  session_expires, peer_takes_update, PRIMARY KEY(call, side)) WITHOUT ROWID;
INSERT INTO calls VALUES('zz', 1, 7, 1000, 2000, 1), ('aa', 0, 0, 3000, 4000, 0);
INSERT INTO dialogs SELECT call, side, call || side, 'lt', 'rt', 'lu', 'ru', 'target', 'contact',
  'r1' || char(10) || 'r2', 1, 2, 0, 1, 4, '192.0.2.7:5070', 0, 0, 0, 3, 5, '', 8, 16384, 'v=0', 9,
  10, 1800, 1, 5000, 1 FROM (SELECT 'zz' AS call, 0 AS side UNION ALL SELECT 'zz', 1
  UNION ALL SELECT 'aa', 1);
INSERT INTO pending_invites VALUES('i', 1, 'INVITE', 4, '192.0.2.7:5070', 0, 0, 0, 5);
PRAGMA user_version = 4;
)sql";

TEST_F(SqliteStoreTest, NumbersTheCallsAndInvitesOfAnOlderFile) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s)}}});
  change(kRowsOfText);
  const Restored restored = read(wall_);
  EXPECT_EQ(restored.bindings.size(), 1U);
  ASSERT_EQ(restored.calls.size(), 2U);
  const CallRecord& whole = restored.calls[0];
  EXPECT_EQ(whole.id, RecordId(1));
  EXPECT_EQ(whole.session, SessionId(7));
  EXPECT_TRUE(whole.acknowledged);
  ASSERT_TRUE(whole.a && whole.b);
  EXPECT_EQ(whole.a->call_id, "zz0");
  EXPECT_EQ(whole.a->route_set, (std::vector<std::string>{"r1", "r2"}));
  EXPECT_TRUE(whole.a->peer_takes_update);
  EXPECT_EQ(whole.b->call_id, "zz1");
  EXPECT_EQ(whole.b->session_interval_s, 1800U);
  EXPECT_EQ(restored.calls[1].id, RecordId(2));
  EXPECT_FALSE(restored.calls[1].a);
  EXPECT_EQ(restored.calls[1].b->call_id, "aa1");
  ASSERT_EQ(restored.invites.size(), 1U);
  EXPECT_EQ(restored.invites[0].id, RecordId(3));
  EXPECT_EQ(restored.invites[0].header, "INVITE");
}

TEST_F(SqliteStoreTest, BringsTheVersionsBeforeUpToDateAndKeepsWhatTheyHold) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s), CallDetailRecord()}}});
  change(kRowsOfText);
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
