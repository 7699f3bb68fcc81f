#include "sip-core/transaction/invite_client_transaction.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sip-core/transaction/orders_text.hpp"

namespace ringfence::sip_core {
namespace {

using Input = InviteClientTransaction::Input;
using State = InviteClientTransaction::State;

InviteClientTransaction started(Reliability reliability) {
  InviteClientTransaction t{reliability};
  step(t, Input::start);
  return t;
}

TEST(InviteClientTransaction, RepeatsTheInviteWithDoublingIntervalsOverUdp) {
  InviteClientTransaction t{Reliability::unreliable};
  EXPECT_EQ(text(step(t, Input::start)), "send_request B=32000 A=500");
  EXPECT_EQ(text(step(t, Input::timer_a)), "send_request A=1000");
  EXPECT_EQ(text(step(t, Input::timer_a)), "send_request A=2000");
}

TEST(InviteClientTransaction, NeverRepeatsTheInviteOverAStreamR050) {
  InviteClientTransaction t{Reliability::reliable};
  EXPECT_EQ(text(step(t, Input::start)), "send_request B=32000");
}

TEST(InviteClientTransaction, TimesOutWithTimerB) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::timer_b)), "report_timeout terminate");
  EXPECT_EQ(t.state, State::terminated);
}

TEST(InviteClientTransaction, StopsRepeatingOnceAProvisionalResponseCame) {
  auto t = started(Reliability::unreliable);
  EXPECT_EQ(text(step(t, Input::provisional)), "deliver C=180000");
  EXPECT_EQ(text(step(t, Input::timer_a)), "");
}

TEST(InviteClientTransaction, AcknowledgesAFailureAndItsRepetitions) {
  auto t = started(Reliability::unreliable);
  EXPECT_EQ(text(step(t, Input::failure)), "send_ack deliver D=32000");
  EXPECT_EQ(text(step(t, Input::failure)), "send_ack");
  EXPECT_EQ(text(step(t, Input::timer_d)), "terminate");
}

TEST(InviteClientTransaction, EndsAtOnceAfterAFailureOverAStream) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::failure)), "send_ack deliver terminate");
}

TEST(InviteClientTransaction, DeliversEachSuccessWhileAcceptedR052) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::success)), "deliver M=32000");
  EXPECT_EQ(text(step(t, Input::success)), "deliver");
  EXPECT_EQ(text(step(t, Input::failure)), "");
  EXPECT_EQ(text(step(t, Input::timer_m)), "terminate");
}

TEST(InviteClientTransaction, WaitsForTheEndOfACancelledInviteNoLongerThan64T1) {
  auto t = started(Reliability::reliable);
  step(t, Input::provisional);
  EXPECT_EQ(text(step(t, Input::cancelled)), "C=32000");
  EXPECT_EQ(text(step(t, Input::provisional)), "deliver");
  EXPECT_EQ(text(step(t, Input::timer_c)), "report_timeout terminate");
}

TEST(InviteClientTransaction, ReportsATransportFailure) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::transport_error)), "report_failure terminate");
  EXPECT_EQ(text(step(t, Input::success)), "");
}

}  // namespace
}  // namespace ringfence::sip_core
