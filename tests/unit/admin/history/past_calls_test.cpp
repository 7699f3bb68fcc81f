#include "admin/history/past_calls.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "admin/history/moment.hpp"
#include "sip-core/store/schema.hpp"
#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const WallTime kNow = std::chrono::system_clock::from_time_t(1800000000);

TEST(Moment, IsATimeAgoOrADate) {
  EXPECT_EQ(moment_of("90m", kNow), (1800000000LL - 5400) * 1000);
  EXPECT_EQ(moment_of("7d", kNow), (1800000000LL - 604800) * 1000);
  EXPECT_EQ(moment_of("2026-11-26", kNow), 1795651200000);
  EXPECT_EQ(moment_of("2026-11-26T08:30", kNow), 1795651200000 + 30600000);
  EXPECT_EQ(moment_of("2026-11-26 08:30:05Z", kNow), 1795651200000 + 30605000);
  for (const char* text : {"", "yesterday", "7", "d", "-1d", "7 d", "99999999999d", "2026-13-45x"})
    EXPECT_FALSE(moment_of(text, kNow)) << text;
}

TEST(CsvField, IsQuotedWhereItMustBeAndNeverAFormula) {
  EXPECT_EQ(csv_field("sip:a@b"), "sip:a@b");
  EXPECT_EQ(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
  EXPECT_EQ(csv_field("=cmd()"), "'=cmd()");
  EXPECT_EQ(csv_field("-5x"), "'-5x");
  EXPECT_EQ(csv_field("603"), "603");
  EXPECT_EQ(csv_field(""), "");
}

class PastCallsTest : public testing::Test {
 protected:
  PastCallsTest() {
    files_.run(
        "INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example'), ('acme', 'acme.test');");
    sqlite3* state = nullptr;
    EXPECT_EQ(sqlite3_open((folder() + "/state.db").c_str(), &state), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(state, sip_core::kCreateState, nullptr, nullptr, nullptr), SQLITE_OK);
    const std::string rest =
        ", 'a1', 'ext:alice', 'tls', 'TLSv1.3', 'AES', '', 'AES_CM_128_HMAC_SHA1_80', 'b1', "
        "'trunk:Telco', 'udp', '', '', '', '', '')";
    const std::string add =
        "INSERT INTO cdr(tenant, from_uri, to_uri, started, answered, ended, status, cause, "
        "ended_by, downgraded, allowed_by, a_call_id, a_party, a_transport, a_tls_version, "
        "a_tls_cipher, "
        "a_tls_peer, a_srtp_suite, b_call_id, b_party, b_transport, b_tls_version, b_tls_cipher, "
        "b_tls_peer, b_srtp_suite, hash) VALUES";
    const std::string rows[] = {
        "(1, 'sip:alice@demo.example', 'sip:030@demo.example', 1000, 2000, 65000, 200, 'bye', "
        "'caller', 1, 'demo/trunk:Telco tls=0'",
        "(2, 'sip:eve@acme.test', 'sip:\"x\",@acme.test', 100000, NULL, 101000, 486, 'refused', "
        "'callee', 0, ''"};
    for (const std::string& row : rows) {
      EXPECT_EQ(sqlite3_exec(state, (add + row + rest).c_str(), nullptr, nullptr, nullptr),
                SQLITE_OK)
          << sqlite3_errmsg(state);
    }
    sqlite3_exec(state,
                 "UPDATE cdr SET a_packets_received = 995, a_packets_lost = 5, a_jitter_ms = 7, "
                 "b_packets_received = 0 WHERE id = 1",
                 nullptr, nullptr, nullptr);
    sqlite3_close(state);
  }
  std::string folder() const { return files_.path().substr(0, files_.path().rfind('/')); }
  std::string told(CallsForm form, std::int64_t since, std::int64_t until,
                   std::optional<std::string> tenant = std::nullopt) const {
    const auto text =
        past_calls(files_.open(), folder(), {since, until, std::move(tenant)}, form, Colours::off);
    return text ? *text : "error: " + text.error().message;
  }

  ExampleDatabase files_;
};

TEST_F(PastCallsTest, TellsWhatProtectedEachLeg) {
  const std::string table = told(CallsForm::table, 0, 70000);
  EXPECT_THAT(table, HasSubstr("1970-01-01T00:00:01Z"));
  EXPECT_THAT(table, HasSubstr("63"));
  EXPECT_THAT(table, HasSubstr("tls SRTP"));
  EXPECT_THAT(table, HasSubstr("udp plain"));
  EXPECT_THAT(table, Not(HasSubstr("eve")));
}

TEST_F(PastCallsTest, TellsHowGoodTheMediaOfEachLegWas) {
  EXPECT_THAT(told(CallsForm::table, 0, 70000), testing::ContainsRegex("0\\.5% 7 ms +- +"));
}

TEST_F(PastCallsTest, GivesEveryFieldAsJsonAndAsCsv) {
  const json calls = json::parse(told(CallsForm::json, 0, 1000000));
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(calls[0]["tenant"], "demo");
  EXPECT_EQ(calls[0]["downgraded"], true);
  EXPECT_EQ(calls[0]["allowed_by"], "demo/trunk:Telco tls=0");
  EXPECT_EQ(calls[0]["a_tls_version"], "TLSv1.3");
  EXPECT_TRUE(calls[1]["answered"].is_null());
  EXPECT_EQ(calls[0]["a_jitter_ms"], 7);
  EXPECT_TRUE(calls[1]["a_jitter_ms"].is_null());
  const std::string csv = told(CallsForm::csv, 0, 1000000);
  EXPECT_THAT(csv, StartsWith("started,answered,ended,seconds,tenant,from_uri"));
  EXPECT_THAT(csv, HasSubstr("a_packets_received,a_packets_lost,a_jitter_ms,a_rtt_ms"));
  EXPECT_THAT(csv, HasSubstr("\"sip:\"\"x\"\",@acme.test\""));
}

TEST_F(PastCallsTest, KeepsToATimeAndToATenant) {
  EXPECT_EQ(told(CallsForm::table, 200000, 300000), "There were no calls.\n");
  EXPECT_EQ(json::parse(told(CallsForm::json, 0, 1000000, "acme")).size(), 1U);
  EXPECT_THAT(told(CallsForm::json, 0, 1, "nobody"), HasSubstr("there is no tenant nobody"));
}

TEST_F(PastCallsTest, SaysWhereItLookedForTheRecords) {
  const auto text = past_calls(files_.open(), "/nowhere", {}, CallsForm::csv, Colours::off);
  EXPECT_THAT(text.error().message, HasSubstr("/nowhere/state.db"));
}

}  // namespace
}  // namespace ringfence::admin
