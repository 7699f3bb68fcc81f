#include "admin/selftest/selftest.hpp"

#include <gmock/gmock.h>

#include <csignal>

#include "selftest/fake_box.hpp"
#include "table/example_database.hpp"

namespace ringfence::admin {
namespace {

using testing::HasSubstr;

class SelftestTest : public testing::Test {
 protected:
  SelftestTest() {
    files_.run("INSERT INTO tenants(name, domain) VALUES('demo', 'demo.example')");
    certificate_.write_pem(ca_);
  }
  SelftestReport run(const Behaviour& behaviour, std::string ca = "") {
    const FakeBox box(certificate_, files_.path(), behaviour);
    files_.run(
        "DELETE FROM listeners; INSERT INTO listeners(name, side, transport, address, port) "
        "VALUES('p', 'public', 'tls', '127.0.0.1', " +
        std::to_string(box.port()) + ")");
    SystemRandom random;
    SelftestOptions options{std::nullopt, std::chrono::seconds(1), ca.empty() ? ca_ : ca, {}, {}};
    options.limits.in_force = std::chrono::milliseconds(1200);
    options.limits.bye = std::chrono::milliseconds(500);
    SelftestReport report = run_selftest(files_.path(), options, random);
    byes_ = box.seen().byes;
    bindings_ = box.seen().bindings;
    return report;
  }
  static StepOutcome outcome(const SelftestReport& report, std::string_view step) {
    for (const StepReport& one : report.steps) {
      if (one.name == step) return one.outcome;
    }
    return {Verdict::skipped, "(no such step)"};
  }
  void expect_failure(const Behaviour& behaviour, std::string_view step, std::string_view why) {
    const SelftestReport report = run(behaviour);
    EXPECT_FALSE(report.passed());
    EXPECT_EQ(outcome(report, step).verdict, Verdict::failed)
        << report_as_table(report, Colours::off);
    EXPECT_THAT(outcome(report, step).detail, HasSubstr(std::string(why)));
    expect_clean();
  }
  void expect_clean() {
    EXPECT_EQ(files_.text("SELECT count(*) FROM extensions"), "0") << "an extension stayed behind";
  }

  int byes_ = 0;
  int bindings_ = 0;
  ExampleDatabase files_;
  TestCertificate certificate_{"demo.example"};
  std::string ca_ = files_.path() + ".ca.pem";
};

TEST_F(SelftestTest, PassesWithABoxThatDoesEverythingRight) {
  const SelftestReport report = run({});
  EXPECT_TRUE(report.passed()) << report_as_table(report, Colours::off);
  EXPECT_THAT(outcome(report, "TLS handshake").detail, HasSubstr("TLSv1.3"));
  EXPECT_THAT(outcome(report, "media A to B").detail, HasSubstr("SRTP 50 sent, 50 received"));
  expect_clean();
}

TEST_F(SelftestTest, WaitsUntilItsExtensionsAreInForce) {
  const SelftestReport report = run({.unknown_for_tries = 2});
  EXPECT_TRUE(report.passed()) << report_as_table(report, Colours::off);
  EXPECT_THAT(outcome(report, "register A").detail, HasSubstr("in force at try 3"));
}

TEST_F(SelftestTest, WaitsForTheSoundOfABusyMachine) {
  const SelftestReport report = run({.media_delay = std::chrono::milliseconds(600)});
  EXPECT_TRUE(report.passed()) << report_as_table(report, Colours::off);
}

TEST_F(SelftestTest, GivesUpOnExtensionsThatNeverAre) {
  expect_failure({.unknown_for_tries = 1000}, "register A", "expected 200 to REGISTER, got 401");
}

TEST_F(SelftestTest, DoesNotTrustACertificateOfNobody) {
  const std::string other = files_.path() + ".other.pem";
  TestCertificate("demo.example").write_pem(other);
  const SelftestReport report = run({}, other);
  EXPECT_EQ(outcome(report, "TLS handshake").verdict, Verdict::failed);
  EXPECT_THAT(outcome(report, "TLS handshake").detail, HasSubstr("certificate is refused"));
  EXPECT_THAT(outcome(report, "TLS handshake").detail, HasSubstr("RINGFENCE_CA"));
  EXPECT_EQ(outcome(report, "register A").verdict, Verdict::skipped);
  expect_clean();
}

TEST_F(SelftestTest, DoesNotTrustACertificateForAnotherName) {
  files_.run("UPDATE tenants SET domain = 'else.example'");
  const SelftestReport report = run({});
  EXPECT_THAT(outcome(report, "TLS handshake").detail, HasSubstr("hostname mismatch"));
}

TEST_F(SelftestTest, SaysWhyACallIsRefused) {
  expect_failure({.invite_status = 488}, "call A to B", "expected 200 to INVITE, got 488");
}

TEST_F(SelftestTest, NoticesThatTheConnectionBreaks) {
  expect_failure({.close_on_invite = true}, "call A to B", "closed the connection");
}

TEST_F(SelftestTest, RefusesACallWithoutEncryption) {
  expect_failure({.plain_offer = true}, "call A to B", "RTP/AVP instead of RTP/SAVP");
}

TEST_F(SelftestTest, HearsLostPackets) {
  expect_failure({.drop_one_packet_in = 3}, "media A to B", "too much is lost");
}

TEST_F(SelftestTest, HearsThatMediaComesBackInsteadOfGoingOn) {
  expect_failure({.media_back_to_sender = true}, "media B to A",
                 "nothing arrived that the agreed key");
}

TEST_F(SelftestTest, MissesTheReports) {
  expect_failure({.drop_rtcp = true}, "media A to B", "no sender report");
}

TEST_F(SelftestTest, MissesTheByeAtTheFarPhone) {
  expect_failure({.keep_bye = true}, "BYE", "B has its BYE: no");
}

TEST_F(SelftestTest, AnInterruptEndsTheCallAndLeavesNothingBehind) {
  const SelftestReport report = run({.interrupt_at_media = true});
  EXPECT_EQ(outcome(report, "talk").detail, "interrupted");
  EXPECT_EQ(outcome(report, "BYE").verdict, Verdict::skipped);
  EXPECT_EQ(outcome(report, "remove extensions").verdict, Verdict::passed);
  EXPECT_EQ(byes_, 1);
  EXPECT_EQ(bindings_, 0);
  EXPECT_FALSE(report.passed());
  expect_clean();
}

TEST_F(SelftestTest, WithoutADatabaseThereIsOneClearStep) {
  SystemRandom random;
  const SelftestReport report = run_selftest("/nowhere/config.db", {}, random);
  ASSERT_EQ(report.steps.size(), 1U);
  EXPECT_THAT(report.steps[0].outcome.detail, HasSubstr("/nowhere/config.db"));
}

}  // namespace
}  // namespace ringfence::admin
