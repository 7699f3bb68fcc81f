#include "sip-core/store/sqlite_store.hpp"

#include "tests/unit/sip-core/store/sqlite_store_fixture.hpp"

namespace ringfence::sip_core {
namespace {

TEST_F(SqliteStoreTest, GivesBackEveryFieldOfWhatItWasGiven) {
  const BindingRecord kept = binding("sip:alice@192.0.2.1", wall_ + 60s);
  write({{CommitId(1), {kept, call(), TrunkRegistrationRecord{TrunkId(2), "user", "id", 77}}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.bindings.size(), 1U);
  EXPECT_EQ(restored.bindings[0], kept);
  ASSERT_EQ(restored.calls.size(), 1U);
  const CallRecord& back = restored.calls[0];
  EXPECT_EQ(back.session, SessionId(0x8000'0000'0000'0001ULL));
  EXPECT_EQ(back.over->ended, call().over->ended);
  EXPECT_EQ(back.over->status, 200);
  EXPECT_EQ(back.over->cause, "bye");
  EXPECT_EQ(back.over->ended_by, "callee");
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
  PendingInviteRecord ours{RecordId(11),       InviteRole::ours,   "INVITE sip:b@h SIP/2.0\r\n\r\n",
                           ConnectionId{7, 8}, TransportKind::tls, TrunkId(5)};
  PendingInviteRecord theirs{
      RecordId(12),       InviteRole::theirs,
      "INVITE",           UdpFlow{ListenerId(4), *SocketAddress::parse("192.0.2.7:5070")},
      TransportKind::udp, TrunkId{}};
  write({{CommitId(1), {ours, theirs}}, {CommitId(2), {PendingInviteRemoved{RecordId(12)}}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.invites.size(), 1U);
  const PendingInviteRecord& back = restored.invites[0];
  EXPECT_EQ(back.id, RecordId(11));
  EXPECT_EQ(back.role, InviteRole::ours);
  EXPECT_EQ(back.header, ours.header);
  EXPECT_EQ(back.flow, ours.flow);
  EXPECT_EQ(back.transport, TransportKind::tls);
  EXPECT_EQ(back.trunk, TrunkId(5));
}

TEST_F(SqliteStoreTest, RemembersThatACallsAckHasCome) {
  write({{CommitId(1), {call()}}});
  EXPECT_FALSE(read(wall_).calls[0].acknowledged);
  write({{CommitId(2), {CallAcknowledged{call().id}}}});
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
         {CommitId(2), {row_of(binding("sip:a@h", wall_ + 60s)), CallRemoved{call().id}}}});
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

}  // namespace
}  // namespace ringfence::sip_core
