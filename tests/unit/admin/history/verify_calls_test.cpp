#include "admin/history/verify_calls.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "sip-core/store/call_detail_rows.hpp"
#include "sip-core/store/schema.hpp"
#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using sip_core::CallDetailRecord;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// state.db as sip-core writes it, with five calls, and whoever has a hand in it afterwards.
class VerifyCallsTest : public testing::Test {
 protected:
  VerifyCallsTest() : state_(std::move(*sip_core::open_database(folder() + "/state.db"))) {
    run(sip_core::kCreateState);
    add(5);
  }
  std::string folder() const { return files_.path().substr(0, files_.path().rfind('/')); }
  void run(const char* sql) {
    EXPECT_TRUE(sip_core::execute(state_.get(), sql)) << sqlite3_errmsg(state_.get());
  }
  void transaction(int calls, std::optional<WallTime> expire_before = {}) {
    auto rows = std::move(*sip_core::CallDetailRows::make(state_.get()));
    rows.begin();
    run("BEGIN");
    for (int i = 0; i < calls; ++i) {
      CallDetailRecord record;
      record.from = "sip:alice@demo.example";
      record.started = WallTime(std::chrono::seconds(++seconds_));
      record.ended = record.started;
      if (i % 2 == 0) record.answered = record.started;
      if (i % 2 == 0) record.a.media = {1000, 3, std::chrono::milliseconds(2), {}};
      EXPECT_TRUE(rows.add(record));
    }
    if (expire_before) rows.expire({*expire_before});
    EXPECT_TRUE(rows.conclude());
    run("COMMIT");
  }
  void add(int calls) { transaction(calls); }
  ChainReport report() const {
    auto report = verify_calls(files_.open(), folder());
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : ChainReport();
  }
  std::vector<std::string> problems_after(const char* sql) {
    run(sql);
    return report().problems;
  }

  ExampleDatabase files_;
  sip_core::DatabasePtr state_;
  int seconds_ = 0;
};

TEST_F(VerifyCallsTest, RecordsAsTheyWereWrittenAreWhole) {
  EXPECT_THAT(report().problems, IsEmpty());
  EXPECT_EQ(report().verified, 5U);
  EXPECT_THAT(chain_as_text(report()), HasSubstr("OK: 5 call records as written\nrecord 5 is"));
}

TEST_F(VerifyCallsTest, ARemovedRecordShows) {
  EXPECT_THAT(problems_after("DELETE FROM cdr WHERE id = 3"), ElementsAre("record 3 is missing"));
  EXPECT_THAT(chain_as_text(report()), HasSubstr("NOT WHOLE: 3 call records as written"));
  EXPECT_EQ(nlohmann::json::parse(chain_as_json(report()))["whole"], false);
}

TEST_F(VerifyCallsTest, TheOldestAndTheNewestAreMissedToo) {
  EXPECT_THAT(problems_after("DELETE FROM cdr WHERE id IN (1, 4, 5)"),
              ElementsAre("record 1 is missing", "records 4 to 5 are missing"));
}

TEST_F(VerifyCallsTest, AllOfThemAreMissedToo) {
  EXPECT_THAT(problems_after("DELETE FROM cdr"), ElementsAre("records 1 to 5 are missing"));
}

TEST_F(VerifyCallsTest, AnAlteredRecordShows) {
  EXPECT_THAT(problems_after("UPDATE cdr SET to_uri = 'sip:0900@x' WHERE id = 2"),
              ElementsAre("record 2 was altered or added, or the hash before it was"));
}

TEST_F(VerifyCallsTest, AlteredMeasurementsShow) {
  EXPECT_THAT(problems_after("UPDATE cdr SET a_packets_lost = 0 WHERE id = 1"), testing::SizeIs(1));
  EXPECT_THAT(problems_after("UPDATE cdr SET b_rtt_ms = 0 WHERE id = 2"), testing::SizeIs(2));
  EXPECT_THAT(problems_after("UPDATE cdr SET a_packets_received = NULL, a_packets_lost = NULL, "
                             "a_jitter_ms = NULL WHERE id = 3"),
              testing::SizeIs(3));
}

TEST_F(VerifyCallsTest, NothingAndTheEmptyTextAreNotTheSame) {
  EXPECT_THAT(problems_after("UPDATE cdr SET answered = '' WHERE answered IS NULL AND id = 2"),
              testing::SizeIs(1));
}

TEST_F(VerifyCallsTest, ARecordThatWasAddedOrGivenAnotherNumberShows) {
  EXPECT_THAT(problems_after("UPDATE cdr SET id = 6 WHERE id = 5"),
              ElementsAre("record 5 is missing", "records after 5 were added"));
  add(1);
  EXPECT_FALSE(report().whole());
}

TEST_F(VerifyCallsTest, AnAlteredHashShowsInTheRecordAndInTheNext) {
  EXPECT_THAT(problems_after("UPDATE cdr SET hash = 'x' WHERE id = 2"), testing::SizeIs(2));
  EXPECT_THAT(problems_after("UPDATE cdr SET hash = '' WHERE id = 2"), testing::SizeIs(1));
}

TEST_F(VerifyCallsTest, AnotherEndOfTheChainShows) {
  EXPECT_THAT(problems_after("UPDATE cdr_chain SET last_hash = 'x'"), testing::SizeIs(1));
  EXPECT_THAT(problems_after("UPDATE cdr_chain SET last_id = 'x'"), testing::SizeIs(1));
  EXPECT_THAT(problems_after("DELETE FROM cdr_chain"), testing::SizeIs(1));
}

TEST_F(VerifyCallsTest, WhatRetentionTookIsNotMissed) {
  transaction(1, WallTime(std::chrono::seconds(4)));
  EXPECT_THAT(report().problems, IsEmpty());
  EXPECT_EQ(report().verified, 3U);
  EXPECT_THAT(problems_after("DELETE FROM cdr WHERE id = 4"), ElementsAre("record 4 is missing"));
}

TEST_F(VerifyCallsTest, RecordsFromBeforeThereWasAChainAreCountedApart) {
  run("UPDATE cdr SET hash = ''; UPDATE cdr_chain SET before_id = 5, last_hash = ''");
  add(2);
  EXPECT_THAT(chain_as_text(report()),
              HasSubstr("OK: 2 call records as written, 5 from before there was a chain\n"));
}

TEST_F(VerifyCallsTest, SaysSoWhereThereIsNoChainYet) {
  run("DROP TABLE cdr_chain");
  const auto refused = verify_calls(files_.open(), folder());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("has no chain yet"));
}

TEST_F(VerifyCallsTest, SaysOfManyProblemsHowManyMore) {
  add(250);
  run("UPDATE cdr SET status = 1 WHERE id > 5");
  EXPECT_EQ(report().problems.size(), ChainCheck::kMostProblems);
  EXPECT_THAT(chain_as_text(report()), HasSubstr("and 150 more\n"));
}

}  // namespace
}  // namespace ringfence::admin
