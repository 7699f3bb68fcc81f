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
  CallBook book{schedule, findings, ladder};
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

TEST_F(CallBookTest, FindsAtTheEndWhoStillStands) {
  book.close();
  EXPECT_EQ(findings.count(), 2U);
}

}  // namespace
}  // namespace ringfence::simulation
