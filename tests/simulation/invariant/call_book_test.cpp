// A leg that nobody ends is found.
#include "tests/simulation/invariant/call_book.hpp"

#include <gtest/gtest.h>

namespace ringfence::simulation {
namespace {

class CallBookTest : public ::testing::Test {
 protected:
  void pass(Duration span) {
    const TimePoint until = schedule.now() + span;
    while (schedule.run_next(until)) {
    }
  }
  Schedule schedule;
  Findings findings{schedule};
  Ladder ladder{schedule, 10};
  SetUps set_ups{schedule};
  CallBook book{schedule, findings, ladder, set_ups};
  LegNumber caller = book.begin(1, LegRole::caller, "alice", "c1");
  LegNumber callee = book.begin(1, LegRole::callee, "bob", "c2");
};

TEST_F(CallBookTest, FindsNothingWhereBothSawTheEnd) {
  book.end(caller, LegEnd::hung_up);
  book.end(callee, LegEnd::was_ended);
  pass(std::chrono::minutes(5));
  book.close();
  EXPECT_FALSE(findings.any());
}

TEST_F(CallBookTest, FindsACalleeThatWasNeverToldOfTheCallersEnd) {
  book.end(caller, LegEnd::hung_up);
  pass(std::chrono::minutes(5));
  ASSERT_TRUE(findings.any());
  EXPECT_NE(findings.kept()[0].sentence.find("bob was never told"), std::string::npos);
}

TEST_F(CallBookTest, FindsACallerThatWasNeverToldOfTheCalleesEnd) {
  book.end(callee, LegEnd::hung_up);
  pass(std::chrono::minutes(5));
  EXPECT_TRUE(findings.any());
}

TEST_F(CallBookTest, ARefusalByOneOfSeveralEndsNothing) {
  book.end(callee, LegEnd::refused);
  pass(std::chrono::minutes(5));
  EXPECT_FALSE(findings.any());
}

TEST_F(CallBookTest, ExcusesWhoWasOutOfReachWhenItWasToBeTold) {
  book.unreachable(callee);
  book.end(caller, LegEnd::hung_up);
  pass(std::chrono::seconds(10));
  book.reachable(callee);
  pass(std::chrono::minutes(5));
  EXPECT_FALSE(findings.any());
}

TEST_F(CallBookTest, ExcusesNobodyForALossThatWasLongOver) {
  book.unreachable(callee);
  pass(std::chrono::seconds(1));
  book.reachable(callee);
  pass(std::chrono::seconds(40));
  book.end(caller, LegEnd::hung_up);
  pass(std::chrono::minutes(5));
  EXPECT_TRUE(findings.any());
}

TEST_F(CallBookTest, FindsWhoIsLeftAloneByATransfer) {
  book.transfer(1, "alice", "carol");
  book.end(caller, LegEnd::was_ended);
  pass(std::chrono::minutes(5));
  EXPECT_NE(findings.kept().at(0).sentence.find("bob is left alone"), std::string::npos);
}

TEST_F(CallBookTest, FindsNothingWhereTheTwoWhoAreLeftTalkToEachOther) {
  book.transfer(1, "alice", "carol");
  EXPECT_EQ(book.transferred_to("alice", "carol"), 1U);
  book.begin(1, LegRole::callee, "carol", "c3");
  book.end(caller, LegEnd::was_ended);
  pass(std::chrono::minutes(5));
  EXPECT_FALSE(findings.any());
}

TEST_F(CallBookTest, TwoCallsThatWereJoinedAreOne) {
  const LegNumber consulting = book.begin(7, LegRole::caller, "alice", "c3");
  const LegNumber consulted = book.begin(7, LegRole::callee, "carol", "c4");
  book.join(1, 7);
  book.end(caller, LegEnd::was_ended);
  book.end(consulting, LegEnd::was_ended);
  pass(std::chrono::minutes(5));
  EXPECT_FALSE(findings.any());
  book.end(consulted, LegEnd::hung_up);
  pass(std::chrono::minutes(5));
  EXPECT_NE(findings.kept().at(0).sentence.find("bob is left alone"), std::string::npos);
}

TEST_F(CallBookTest, ExcusesACalleeWhoseInviteWasOnTheWayWhenSipCoreDied) {
  set_ups.note_invited("c3");
  book.forget_unwritten();
  pass(std::chrono::milliseconds(20));
  book.begin(2, LegRole::callee, "carol", "c3");
  book.end(book.begin(2, LegRole::caller, "dave", "c4"), LegEnd::refused);
  book.end(caller, LegEnd::refused);
  book.end(callee, LegEnd::refused);
  pass(std::chrono::minutes(5));
  EXPECT_FALSE(findings.any());
}

class CallBookInviteTest : public CallBookTest {
 protected:
  void die_after(std::chrono::milliseconds span) {
    pass(span);
    book.forget_unwritten();
  }
  TimePoint sent = schedule.now();
};

TEST_F(CallBookInviteTest, AnInviteDiesWithSipCoreUntilItHasRungAndWasWrittenDown) {
  EXPECT_FALSE(book.invite_died("c1", sent, std::nullopt));
  die_after(std::chrono::milliseconds(50));
  EXPECT_TRUE(book.invite_died("c1", sent, std::nullopt));
  EXPECT_TRUE(book.invite_died("c1", sent, sent + std::chrono::milliseconds(52)));
  EXPECT_FALSE(book.invite_died("c1", sent, sent + std::chrono::milliseconds(48)));
  EXPECT_FALSE(book.invite_died("c1", sent, sent + std::chrono::seconds(2)));
  EXPECT_FALSE(book.invite_died("c1", schedule.now() + std::chrono::seconds(1), std::nullopt));
}

TEST_F(CallBookInviteTest, ARefusalDiesWithTheProcessThatHadTheInviteAndNoOther) {
  const TimePoint rang = sent + std::chrono::milliseconds(20);
  set_ups.note("c1", 486);
  die_after(std::chrono::milliseconds(50));
  EXPECT_TRUE(book.invite_died("c1", sent, rang));
  pass(std::chrono::milliseconds(10));
  set_ups.note("c2", 503);  // by the next one: that is written down
  die_after(std::chrono::milliseconds(50));
  EXPECT_FALSE(book.invite_died("c2", sent, rang));
}

// What sip-core's death may lose, leg by leg.
struct Death {
  LegRole role = LegRole::callee;
  Carrier carrier = Carrier::datagrams;
  int status = 0;  // of the last response to its INVITE; 0: none
  std::chrono::milliseconds before{100};
  bool loses = true;
};

class CallBookDeathTest : public ::testing::TestWithParam<Death> {};

TEST_P(CallBookDeathTest, ExcusesExactlyWhatWasNotWrittenDown) {
  const Death& death = GetParam();
  Schedule schedule;
  Findings findings{schedule};
  Ladder ladder{schedule, 10};
  SetUps set_ups{schedule};
  CallBook book{schedule, findings, ladder, set_ups};
  const bool caller = death.role == LegRole::caller;
  book.begin(1, death.role, "alice", "c1", death.carrier);
  const LegNumber other =
      book.begin(1, caller ? LegRole::callee : LegRole::caller, "bob", "c2", Carrier::datagrams);
  if (death.status != 0) set_ups.note("c1", death.status);
  schedule.run_next(schedule.now() + death.before);
  book.forget_unwritten();
  book.end(other, LegEnd::hung_up);
  const TimePoint until = schedule.now() + std::chrono::minutes(5);
  while (schedule.run_next(until)) {
  }
  EXPECT_EQ(findings.any(), !death.loses);
}

using std::chrono::milliseconds;
INSTANTIATE_TEST_SUITE_P(
    All, CallBookDeathTest,
    ::testing::Values(Death{LegRole::callee, Carrier::stream, 0, milliseconds(100), true},
                      Death{LegRole::callee, Carrier::stream, 100, milliseconds(100), true},
                      Death{LegRole::callee, Carrier::stream, 180, milliseconds(5), false},
                      Death{LegRole::callee, Carrier::stream, 180, milliseconds(100), false},
                      Death{LegRole::caller, Carrier::datagrams, 0, milliseconds(100), true},
                      Death{LegRole::caller, Carrier::datagrams, 180, milliseconds(5), false},
                      Death{LegRole::caller, Carrier::datagrams, 180, milliseconds(100), false},
                      Death{LegRole::caller, Carrier::stream, 0, milliseconds(100), false},
                      Death{LegRole::caller, Carrier::stream, 200, milliseconds(5), false},
                      Death{LegRole::caller, Carrier::stream, 200, milliseconds(100), false}));

TEST_F(CallBookTest, FindsAtTheEndWhoStillStands) {
  book.close();
  EXPECT_EQ(findings.count(), 2U);
}

}  // namespace
}  // namespace ringfence::simulation
