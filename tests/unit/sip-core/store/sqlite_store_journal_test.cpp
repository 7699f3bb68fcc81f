// What was submitted outlives the process that did it, and is written once.
#include <sys/wait.h>
#include <unistd.h>

#include "sip-core/store/sqlite_store.hpp"
#include "tests/unit/sip-core/store/sqlite_store_fixture.hpp"

namespace ringfence::sip_core {
namespace {

class JournaledStoreTest : public SqliteStoreTest {
 protected:
  std::string journal() const { return directory_ + "/state.journal"; }

  // In a process of its own, which dies before any transaction.
  void submit_and_die(std::vector<Persist> all) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      Loop loop;
      auto store = SqliteStore::open(directory_, loop, log_, wall_);
      (*store)->read_all(wall_);
      for (Persist& one : all)
        (*store)->submit(std::move(one));
      ::_exit(0);
    }
    int status = -1;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
};

TEST_F(JournaledStoreTest, F001WhatADeadProcessHadSubmittedIsRestored) {
  submit_and_die({{CommitId(1), {call()}, Urgency::unhurried},
                  {CommitId(2), {CallAcknowledged{RecordId(1)}}, Urgency::unhurried},
                  {CommitId(3), {binding("sip:alice@192.0.2.1", wall_ + 60s)}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.calls.size(), 1U);
  EXPECT_TRUE(restored.calls.front().acknowledged);
  EXPECT_EQ(restored.calls.front().a->call_id, "a-leg");
  EXPECT_EQ(restored.bindings.size(), 1U);
  EXPECT_EQ(count("calls"), 1) << "it is in the database by now";
}

TEST_F(JournaledStoreTest, F001OneDeathAfterTheOtherLosesNothing) {
  submit_and_die({{CommitId(1), {call()}, Urgency::unhurried}});
  submit_and_die({{CommitId(1), {CallAcknowledged{RecordId(1)}}, Urgency::unhurried}});
  submit_and_die({{CommitId(1), {TrunkRegistrationRecord{TrunkId(2), "user", "id", 77}}}});
  const Restored restored = read(wall_);
  ASSERT_EQ(restored.calls.size(), 1U);
  EXPECT_TRUE(restored.calls.front().acknowledged);
  EXPECT_EQ(restored.trunks.size(), 1U);
}

TEST_F(JournaledStoreTest, WhatIsInTheDatabaseIsNotWrittenAgain) {
  const std::string kept = journal() + ".kept";
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_TRUE(store);
  (*store)->read_all(wall_);
  (*store)->start([&](Event) { loop.stop(); });
  (*store)->submit({CommitId(1), {CallDetailRecord{}}});
  std::filesystem::copy_file(journal(), kept);
  loop.run();
  EXPECT_EQ(count("cdr"), 1);
  // The process died between its transaction and the journal's release.
  store->reset();
  std::filesystem::rename(kept, journal());
  read(wall_);
  EXPECT_EQ(count("cdr"), 1);
  submit_and_die({{CommitId(1), {CallDetailRecord{}}}});
  read(wall_);
  EXPECT_EQ(count("cdr"), 2) << "but what comes after it is";
}

TEST_F(JournaledStoreTest, WhatFailedIsNotDoneLater) {
  Loop loop;
  auto store = SqliteStore::open(directory_, loop, log_, wall_);
  ASSERT_TRUE(store);
  (*store)->read_all(wall_);
  change("CREATE TRIGGER t BEFORE INSERT ON bindings BEGIN SELECT raise(FAIL, 'no'); END");
  std::optional<Event> answer;
  (*store)->start([&](Event event) {
    answer = std::move(event);
    loop.stop();
  });
  (*store)->submit({CommitId(1), {binding("sip:alice@192.0.2.1", wall_ + 60s)}});
  loop.run();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<CommitFailed>(*answer)) << "its REGISTER got a 500";
  change("DROP TRIGGER t");
  store->reset();
  EXPECT_TRUE(read(wall_).bindings.empty());
}

}  // namespace
}  // namespace ringfence::sip_core
