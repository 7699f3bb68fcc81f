#include "sip-core/transaction/non_invite_client_transaction.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sip-core/transaction/orders_text.hpp"

namespace ringfence::sip_core {
namespace {

using Input = NonInviteClientTransaction::Input;

TEST(NonInviteClientTransaction, RepeatsWithIntervalsThatDoubleUpToT2) {
  NonInviteClientTransaction t{Reliability::unreliable};
  EXPECT_EQ(text(step(t, Input::start)), "send_request F=32000 E=500");
  for (const char* expected : {"1000", "2000", "4000", "4000"}) {
    EXPECT_EQ(text(step(t, Input::timer_e)), std::string("send_request E=") + expected);
  }
}

TEST(NonInviteClientTransaction, RepeatsEveryT2WhileProceeding) {
  NonInviteClientTransaction t{Reliability::unreliable};
  step(t, Input::start);
  EXPECT_EQ(text(step(t, Input::provisional)), "deliver");
  EXPECT_EQ(text(step(t, Input::timer_e)), "send_request E=4000");
}

TEST(NonInviteClientTransaction, DeliversTheFinalResponseOnceAndAbsorbsItsRepetitions) {
  NonInviteClientTransaction t{Reliability::unreliable};
  step(t, Input::start);
  EXPECT_EQ(text(step(t, Input::final)), "deliver K=5000");
  EXPECT_EQ(text(step(t, Input::final)), "");
  EXPECT_EQ(text(step(t, Input::timer_k)), "terminate");
}

TEST(NonInviteClientTransaction, EndsAtOnceOverAStream) {
  NonInviteClientTransaction t{Reliability::reliable};
  EXPECT_EQ(text(step(t, Input::start)), "send_request F=32000");
  EXPECT_EQ(text(step(t, Input::final)), "deliver terminate");
}

TEST(NonInviteClientTransaction, TimesOutWithTimerFAlsoWhileProceeding) {
  NonInviteClientTransaction t{Reliability::reliable};
  step(t, Input::start);
  step(t, Input::provisional);
  EXPECT_EQ(text(step(t, Input::timer_f)), "report_timeout terminate");
}

}  // namespace
}  // namespace ringfence::sip_core
