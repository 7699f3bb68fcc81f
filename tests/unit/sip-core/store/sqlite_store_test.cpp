#include "sip-core/store/sqlite_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

BindingRecord binding(const std::string& contact, WallTime expires) {
  BindingRecord record;
  record.tenant = TenantId(3);
  record.username = "alice";
  record.contact = contact;
  record.instance_id = "<urn:uuid:1>";
  record.reg_id = 2;
  record.q = 700;
  record.flow = ConnectionId{0xffff'ffff'ffff'fff1ULL, 42};
  record.transport = TransportKind::tls;
  record.path = {"<sip:a;lr>", "<sip:b;lr>"};
  record.call_id = "call";
  record.cseq = 9;
  record.expires = expires;
  record.user_agent = "phone";
  return record;
}

CallRecord call() {
  CallRecord record;
  record.id = "c1";
  record.worker = WorkerIndex(1);
  record.session = SessionId(0x8000'0000'0000'0001ULL);
  record.a.emplace();
  record.b.emplace();
  record.a->call_id = "a-leg";
  record.a->route_set = {"<sip:r1;lr>", "<sip:r2;lr>"};
  record.a->secure = true;
  record.a->flow = UdpFlow{ListenerId(4), *SocketAddress::parse("[2001:db8::1]:5070")};
  record.a->extension = "alice";
  record.a->local_sdp_without_keys = "v=0\r\no=- 1 1 IN IP4 192.0.2.1\r\n";
  record.b->call_id = "b-leg";
  record.b->we_are_uas = true;
  record.b->flow = ConnectionId{7, 8};
  record.b->transport = TransportKind::tcp;
  record.b->trunk = TrunkId(5);
  record.b->rtp_port = 16384;
  record.b->sdp_version = 3;
  record.b->session_interval_s = 1800;
  record.b->we_refresh = true;
  record.b->session_expires = WallTime(std::chrono::hours(500'000));
  record.b->peer_takes_update = true;
  return record;
}

class SqliteStoreTest : public testing::Test {
 protected:
  SqliteStoreTest() : directory_(testing::TempDir() + "store" + std::to_string(::getpid())) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~SqliteStoreTest() override { std::filesystem::remove_all(directory_); }

  std::string path() const { return directory_ + "/state.db"; }

  // Opens, submits everything, and returns the answers in their order.
  std::vector<Event> write(std::vector<Persist> all) {
    Loop loop;
    auto store = SqliteStore::open(directory_, loop, log_, wall_);
    EXPECT_TRUE(store);
    std::vector<Event> answers;
    (*store)->start([&](Event event) {
      answers.push_back(std::move(event));
      if (answers.size() == all.size()) loop.stop();
    });
    for (const Persist& one : all)
      (*store)->submit(one);
    const Timer limit = loop.after(20s, [&] { loop.stop(); });
    loop.run();
    return answers;
  }
  Restored read(WallTime wall) {
    Loop loop;
    auto store = SqliteStore::open(directory_, loop, log_, wall);
    EXPECT_TRUE(store);
    return (*store)->read_all(wall);
  }

  std::int64_t count(const std::string& what) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    auto statement = prepare(database, "SELECT count(*) FROM " + what);
    EXPECT_TRUE(statement);
    EXPECT_EQ(sqlite3_step(statement->get()), SQLITE_ROW);
    const std::int64_t rows = RowReader(statement->get()).number();
    statement->reset();
    sqlite3_close(database);
    return rows;
  }

  void change(const char* sql) const {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path().c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK)
        << sqlite3_errmsg(database);
    sqlite3_close(database);
  }
  std::size_t aside() const {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory_))
      files += entry.path().filename().string().starts_with("state.db.unreadable-") ? 1U : 0U;
    return files;
  }

  std::string directory_;
  WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  Logger log_{"test", LogLevel::error, LogFormat::text};
};

TEST_F(SqliteStoreTest, GivesBackEveryFieldOfWhatItWasGiven) {
  const BindingRecord kept = binding("sip:alice@192.0.2.1", wall_ + 60s);
  write({{CommitId(1), {kept, call(), TrunkRegistrationRecord{TrunkId(2), "user", "id", 77}}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.bindings.size(), 1U);
  EXPECT_EQ(restored.bindings[0], kept);
  ASSERT_EQ(restored.calls.size(), 1U);
  const CallRecord& back = restored.calls[0];
  EXPECT_EQ(back.session, SessionId(0x8000'0000'0000'0001ULL));
  EXPECT_EQ(back.a->flow, call().a->flow);
  EXPECT_EQ(back.a->route_set, call().a->route_set);
  EXPECT_EQ(back.a->local_sdp_without_keys, call().a->local_sdp_without_keys);
  EXPECT_TRUE(back.a->secure);
  EXPECT_EQ(back.b->flow, call().b->flow);
  EXPECT_TRUE(back.b->we_are_uas);
  EXPECT_EQ(back.b->trunk, TrunkId(5));
  EXPECT_EQ(back.b->rtp_port, 16384);
  EXPECT_EQ(back.b->sdp_version, 3U);
  EXPECT_EQ(back.b->session_interval_s, 1800U);
  EXPECT_TRUE(back.b->we_refresh);
  EXPECT_EQ(back.b->session_expires, WallTime(std::chrono::hours(500'000)));
  EXPECT_TRUE(back.b->peer_takes_update);
  EXPECT_EQ(back.a->session_interval_s, 0U);
  ASSERT_EQ(restored.trunks.size(), 1U);
  EXPECT_EQ(restored.trunks[0].contact_user, "user");
  EXPECT_EQ(restored.trunks[0].cseq, 77U);
}

TEST_F(SqliteStoreTest, ForgetsTheSideThatAnotherCallHasNow) {
  CallRecord rest = call();
  write({{CommitId(1), {rest}}});
  rest.b.reset();
  write({{CommitId(2), {rest}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.calls.size(), 1U);
  EXPECT_EQ(restored.calls[0].a->call_id, "a-leg");
  EXPECT_FALSE(restored.calls[0].b);
}

// R142: the secret of the nonces outlives the process; one that is two changes old does not.
TEST_F(SqliteStoreTest, KeepsTheLastTwoSecretsOfTheNonces) {
  std::vector<Record> secrets;
  for (const char* text : {"first", "second", "third"}) {
    const auto secret = std::make_shared<const SecretBytes>(
        SecretBytes::from(std::string(32, '.') + std::string(text)));
    secrets.emplace_back(NonceSecretRecord{wall_ + secrets.size() * 1h, secret});
  }
  write({{CommitId(1), {secrets[1]}}, {CommitId(2), {secrets[0]}}, {CommitId(3), {secrets[2]}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.nonce_secrets.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& kept = std::get<NonceSecretRecord>(secrets[i + 1]);
    EXPECT_EQ(restored.nonce_secrets[i].made, kept.made);
    EXPECT_TRUE(
        std::ranges::equal(restored.nonce_secrets[i].secret->bytes(), kept.secret->bytes()));
  }
}

TEST_F(SqliteStoreTest, KeepsPendingInvitesUntilTheyAreRemoved) {
  PendingInviteRecord ours{"i1",
                           InviteRole::ours,
                           "INVITE sip:b@h SIP/2.0\r\n\r\n",
                           ConnectionId{7, 8},
                           TransportKind::tls,
                           TrunkId(5)};
  PendingInviteRecord theirs{"i2",
                             InviteRole::theirs,
                             "INVITE",
                             UdpFlow{ListenerId(4), *SocketAddress::parse("192.0.2.7:5070")},
                             TransportKind::udp,
                             TrunkId{}};
  write({{CommitId(1), {ours, theirs}}, {CommitId(2), {PendingInviteRemoved{"i2"}}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.invites.size(), 1U);
  const PendingInviteRecord& back = restored.invites[0];
  EXPECT_EQ(back.id, "i1");
  EXPECT_EQ(back.role, InviteRole::ours);
  EXPECT_EQ(back.header, ours.header);
  EXPECT_EQ(back.flow, ours.flow);
  EXPECT_EQ(back.transport, TransportKind::tls);
  EXPECT_EQ(back.trunk, TrunkId(5));
}

TEST_F(SqliteStoreTest, RemembersThatACallsAckHasCome) {
  write({{CommitId(1), {call()}}});
  EXPECT_FALSE(read(wall_).calls[0].acknowledged);
  write({{CommitId(2), {CallAcknowledged{"c1"}}}});
  EXPECT_TRUE(read(wall_).calls[0].acknowledged);
}

TEST_F(SqliteStoreTest, AnswersEachPersistOnceAndInOrder) {
  std::vector<Persist> all;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    all.push_back({CommitId(i), {binding("sip:" + std::to_string(i) + "@h", wall_ + 60s)}});
  }
  const auto answers = write(all);
  ASSERT_EQ(answers.size(), 200U);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(std::holds_alternative<Committed>(answers[i]));
    EXPECT_EQ(std::get<Committed>(answers[i]).commit, CommitId(i + 1));
  }
  EXPECT_EQ(read(wall_).bindings.size(), 200U);
}

TEST_F(SqliteStoreTest, RemovesWhatItIsToldToRemove) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s), call()}},
         {CommitId(2), {row_of(binding("sip:a@h", wall_ + 60s)), CallRemoved{"c1"}}}});
  const Restored restored = read(wall_);
  EXPECT_TRUE(restored.bindings.empty());
  EXPECT_TRUE(restored.calls.empty());
}

TEST_F(SqliteStoreTest, AnswersOnlyWhatIsAwaitedAndKeepsWhatIsNot) {
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_TRUE(store);
  std::vector<Event> answers;
  (*store)->start([&](Event event) {
    answers.push_back(std::move(event));
    loop.stop();
  });
  (*store)->submit({CommitId(1), {binding("sip:a@h", wall_ + 60s)}, Urgency::unhurried});
  (*store)->submit({CommitId(2), {binding("sip:b@h", wall_ + 60s)}, Urgency::awaited});
  const Timer limit = loop.after(20s, [&] { loop.stop(); });
  loop.run();
  ASSERT_EQ(answers.size(), 1U);
  EXPECT_EQ(std::get<Committed>(answers[0]).commit, CommitId(2));
  EXPECT_EQ(count("bindings"), 2);  // one transaction
  (*store)->submit({CommitId(3), {binding("sip:c@h", wall_ + 60s)}, Urgency::unhurried});
  store->reset();  // its end writes what is left
  EXPECT_EQ(count("bindings"), 3);
}

TEST_F(SqliteStoreTest, KeepsCallDetailRecordsForTheOperator) {
  CallDetailRecord refused;
  refused.from = "sip:a@h";
  refused.a.party = "trunk:in";
  refused.a.transport = TransportKind::tls;
  refused.status = 486;
  CallDetailRecord answered = refused;
  answered.answered = wall_;
  write({{CommitId(1), {refused, answered}}});
  EXPECT_EQ(count("cdr WHERE a_party = 'trunk:in' AND a_transport = 'tls' AND status = 486"), 2);
  EXPECT_EQ(count("cdr WHERE answered IS NULL"), 1);
  EXPECT_EQ(count("cdr WHERE b_transport = ''"), 2);
}

TEST_F(SqliteStoreTest, RemovesOldCallDetailRecordsALittleInEachCommit) {
  constexpr int kOld = CallDetailRows::kRemovedAtOnce + 1;
  CallDetailRecord old;
  old.ended = wall_ - 1s;
  CallDetailRecord young;
  young.ended = wall_;
  std::vector<Record> all(kOld, old);
  all.emplace_back(young);
  write({{CommitId(1), std::move(all)}});
  EXPECT_EQ(count("cdr"), kOld + 1);
  // Each answer is awaited, so these are two transactions.
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_TRUE(store);
  std::vector<std::int64_t> left;
  (*store)->start([&](Event) {
    left.push_back(count("cdr"));
    if (left.size() == 2) return loop.stop();
    (*store)->submit({CommitId(2), {binding("sip:a@h", wall_ + 60s)}});
  });
  (*store)->submit({CommitId(1), {CallDetailsExpired{wall_}}});
  const Timer limit = loop.after(20s, [&] { loop.stop(); });
  loop.run();
  EXPECT_THAT(left, testing::ElementsAre(2, 1));
}

TEST_F(SqliteStoreTest, LeavesOutExpiredBindings) {
  write({{CommitId(1), {binding("sip:a@h", wall_ + 60s), binding("sip:b@h", wall_ + 600s)}}});
  EXPECT_THAT(read(wall_ + 60s).bindings, testing::SizeIs(1));
}

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

// R061: what came while a commit was under way becomes one transaction.
TEST_F(SqliteStoreTest, WritesWhatWaitsInOneTransaction) {
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_TRUE(store);
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  std::size_t answers = 0;
  (*store)->start([&](const Event& event) {
    EXPECT_TRUE(std::holds_alternative<Committed>(event));
    if (++answers == 100) loop.stop();
  });
  // The first is taken at once and waits for the lock; the others wait behind it.
  for (std::uint64_t i = 1; i <= 100; ++i)
    (*store)->submit({CommitId(i), {binding("sip:" + std::to_string(i) + "@h", wall_ + 60s)}});
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  const Timer limit = loop.after(20s, [&] { loop.stop(); });
  loop.run();
  EXPECT_EQ(answers, 100U);
  EXPECT_LE((*store)->transactions(), 2U);
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
