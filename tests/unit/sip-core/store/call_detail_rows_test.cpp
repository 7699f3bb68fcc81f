// The chain of call detail records (issue: a removed row shows), on a database in memory.
#include "sip-core/store/call_detail_rows.hpp"

#include <gtest/gtest.h>

#include "sip-core/store/schema.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

CallDetailRecord ended_at(std::chrono::milliseconds ended) {
  CallDetailRecord record;
  record.tenant = TenantId(1);
  record.from = "sip:alice@demo.example";
  record.to = "sip:030@demo.example";
  record.ended = WallTime(ended);
  record.status = 200;
  record.cause = "bye";
  record.ended_by = "caller";
  record.a.call_id = "a1";
  record.a.party = "ext:alice";
  record.a.transport = TransportKind::tls;
  return record;
}

class CallDetailRowsTest : public testing::Test {
 protected:
  CallDetailRowsTest() : database_(std::move(*open_database(":memory:"))) {
    EXPECT_TRUE(execute(database_.get(), kCreateState));
    reopen();
  }
  void reopen() { rows_ = std::move(*CallDetailRows::make(database_.get())); }
  void run(const char* sql) { EXPECT_TRUE(execute(database_.get(), sql)) << sql; }
  // One transaction; `end` is COMMIT or ROLLBACK.
  void write(const std::vector<CallDetailRecord>& records, const char* end = "COMMIT") {
    rows_.begin();
    run("BEGIN IMMEDIATE");
    for (const CallDetailRecord& record : records)
      EXPECT_TRUE(rows_.add(record));
    EXPECT_TRUE(rows_.conclude());
    run(end);
  }
  std::string value(const std::string& sql) {
    const auto statement = prepare(database_.get(), "SELECT " + sql);
    EXPECT_TRUE(statement) << sql;
    EXPECT_EQ(sqlite3_step(statement->get()), SQLITE_ROW) << sql;
    return RowReader(statement->get()).text();
  }
  std::string hash(int id) { return value("hash FROM cdr WHERE id = " + std::to_string(id)); }

  DatabasePtr database_;
  CallDetailRows rows_;
};

// As anybody can compute it: sha256 of the previous hash, ':' and the fields by length.
TEST_F(CallDetailRowsTest, ARowsHashIsThatOfTheOneBeforeAndItsOwnFields) {
  write({ended_at(5000ms)});
  EXPECT_EQ(hash(1), "4f7003264bc2966ef312d49e1c69cbb0227837e0e4b57b0c20c28c0b55cd5435");
  write({ended_at(6000ms)});
  EXPECT_EQ(hash(2), "2931fcb781fe3ad14b26f5500b9cd65f808f42606bbd98d64dd4c8da18834e93");
  EXPECT_EQ(value("last_id FROM cdr_chain"), "2");
  EXPECT_EQ(value("last_hash FROM cdr_chain"), hash(2));
}

TEST_F(CallDetailRowsTest, WhatWasMeasuredOfALegIsWrittenInMilliseconds) {
  CallDetailRecord record = ended_at(5000ms);
  record.a.media = MediaQuality{1000, 3, 1600us, 40ms};
  record.b.media = MediaQuality{0, 0, {}, 20ms};
  write({record});
  EXPECT_EQ(value("a_packets_received || ' ' || a_packets_lost || ' ' || a_jitter_ms || ' ' || "
                  "a_rtt_ms FROM cdr"),
            "1000 3 2 40");
  // Nothing came: of nothing nothing was lost.
  EXPECT_EQ(value("b_packets_received || ifnull(b_packets_lost, ' none ') || "
                  "ifnull(b_jitter_ms, 'none ') || b_rtt_ms FROM cdr"),
            "0 none none 20");
  // Hashed like the other fields.
  EXPECT_NE(hash(1), "4f7003264bc2966ef312d49e1c69cbb0227837e0e4b57b0c20c28c0b55cd5435");
}

TEST_F(CallDetailRowsTest, NothingMeasuredIsNull) {
  write({ended_at(5000ms)});
  EXPECT_EQ(value("count(a_packets_received) + count(a_packets_lost) + count(b_rtt_ms) FROM cdr"),
            "0");
}

TEST_F(CallDetailRowsTest, ATransactionThatIsRolledBackLeavesTheChainAsItWas) {
  write({ended_at(5000ms)});
  write({ended_at(7000ms), ended_at(8000ms)}, "ROLLBACK");
  write({ended_at(6000ms)});
  EXPECT_EQ(hash(2), "2931fcb781fe3ad14b26f5500b9cd65f808f42606bbd98d64dd4c8da18834e93");
}

TEST_F(CallDetailRowsTest, TheChainGoesOnAfterARestart) {
  write({ended_at(5000ms)});
  reopen();
  write({ended_at(6000ms)});
  EXPECT_EQ(hash(2), "2931fcb781fe3ad14b26f5500b9cd65f808f42606bbd98d64dd4c8da18834e93");
}

TEST_F(CallDetailRowsTest, WhatIsLeftOfTheChainBeginsAfterTheLastThatWent) {
  write({ended_at(1000ms), ended_at(2000ms), ended_at(3000ms)});
  const std::string second = hash(2);
  rows_.expire({WallTime(3000ms)});
  write({});
  EXPECT_EQ(value("group_concat(id) FROM cdr"), "3");
  EXPECT_EQ(value("before_id FROM cdr_chain"), "2");
  EXPECT_EQ(value("before_hash FROM cdr_chain"), second);
}

TEST_F(CallDetailRowsTest, AllRowsMayGoAndTheChainStillGoesOn) {
  write({ended_at(5000ms)});
  rows_.expire({WallTime(9000ms)});
  write({});
  EXPECT_EQ(value("count(*) FROM cdr"), "0");
  write({ended_at(6000ms)});
  EXPECT_EQ(value("id FROM cdr"), "2");
  EXPECT_EQ(hash(2), "2931fcb781fe3ad14b26f5500b9cd65f808f42606bbd98d64dd4c8da18834e93");
}

TEST_F(CallDetailRowsTest, ARowOfAWrongClockMakesNoHole) {
  write({ended_at(1000ms), ended_at(900'000ms), ended_at(2000ms)});
  rows_.expire({WallTime(3000ms)});
  write({});
  EXPECT_EQ(value("group_concat(id) FROM cdr"), "2,3");
}

TEST_F(CallDetailRowsTest, ARowThatSomebodyPutInStopsNoCommit) {
  write({ended_at(5000ms)});
  run("INSERT INTO cdr SELECT 2, tenant, from_uri, to_uri, started, answered, ended, status, cause,"
      " ended_by, downgraded, allowed_by, a_call_id, a_party, a_transport, a_tls_version,"
      " a_tls_cipher, a_tls_peer, a_srtp_suite, b_call_id, b_party, b_transport, b_tls_version,"
      " b_tls_cipher, b_tls_peer, b_srtp_suite, hash, 1, 2, 3, 4, 5, 6, 7, 8 FROM cdr");
  write({ended_at(6000ms)});
  EXPECT_EQ(value("group_concat(id) FROM cdr"), "1,2,3");
  run("DELETE FROM cdr_chain");
  write({ended_at(7000ms)});
  EXPECT_EQ(value("last_id FROM cdr_chain"), "4");
}

}  // namespace
}  // namespace ringfence::sip_core
