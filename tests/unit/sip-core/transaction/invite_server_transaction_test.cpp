#include "sip-core/transaction/invite_server_transaction.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sip-core/transaction/orders_text.hpp"

namespace ringfence::sip_core {
namespace {

using Input = InviteServerTransaction::Input;

InviteServerTransaction started(Reliability reliability) {
  InviteServerTransaction t{reliability};
  step(t, Input::start);
  return t;
}

TEST(InviteServerTransaction, SendsATryingWhenTheUserIsSilentFor200MsR050) {
  InviteServerTransaction t{Reliability::reliable};
  EXPECT_EQ(text(step(t, Input::start)), "trying=200");
  EXPECT_EQ(text(step(t, Input::timer_trying)), "send_trying");
}

TEST(InviteServerTransaction, SendsNoTryingAfterTheUsersProvisional) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::respond_provisional)), "send_response");
  EXPECT_EQ(text(step(t, Input::timer_trying)), "");
}

TEST(InviteServerTransaction, RepeatsTheLastResponseToARepeatedInvite) {
  auto t = started(Reliability::unreliable);
  EXPECT_EQ(text(step(t, Input::request)), "");
  step(t, Input::respond_provisional);
  EXPECT_EQ(text(step(t, Input::request)), "send_response");
}

TEST(InviteServerTransaction, RepeatsASuccessUntilTheAckEvenOverAStreamR051) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::respond_success)), "send_response G=500 L=32000");
  EXPECT_EQ(text(step(t, Input::timer_g)), "send_response G=1000");
  EXPECT_EQ(text(step(t, Input::timer_g)), "send_response G=2000");
  EXPECT_EQ(text(step(t, Input::timer_g)), "send_response G=4000");
  EXPECT_EQ(text(step(t, Input::timer_g)), "send_response G=4000");
  EXPECT_EQ(text(step(t, Input::ack)), "");
  EXPECT_EQ(text(step(t, Input::timer_g)), "");
  EXPECT_EQ(text(step(t, Input::timer_l)), "terminate");
}

TEST(InviteServerTransaction, ReportsThatNoAckCameToASuccessR051) {
  auto t = started(Reliability::reliable);
  step(t, Input::respond_success);
  EXPECT_EQ(text(step(t, Input::timer_l)), "report_no_ack terminate");
}

TEST(InviteServerTransaction, AbsorbsRepeatedInvitesWhileAcceptedR052) {
  auto t = started(Reliability::unreliable);
  step(t, Input::respond_success);
  EXPECT_EQ(text(step(t, Input::request)), "");
  EXPECT_EQ(text(step(t, Input::respond_failure)), "");
}

TEST(InviteServerTransaction, RepeatsAFailureOverUdpUntilTheAck) {
  auto t = started(Reliability::unreliable);
  EXPECT_EQ(text(step(t, Input::respond_failure)), "send_response H=32000 G=500");
  EXPECT_EQ(text(step(t, Input::timer_g)), "send_response G=1000");
  EXPECT_EQ(text(step(t, Input::request)), "send_response");
  EXPECT_EQ(text(step(t, Input::ack)), "I=5000");
  EXPECT_EQ(text(step(t, Input::timer_g)), "");
  EXPECT_EQ(text(step(t, Input::timer_i)), "terminate");
}

TEST(InviteServerTransaction, DoesNotRepeatAFailureOverAStream) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::respond_failure)), "send_response H=32000");
  EXPECT_EQ(text(step(t, Input::ack)), "terminate");
}

TEST(InviteServerTransaction, EndsWithTimerHWhenNoAckComes) {
  auto t = started(Reliability::unreliable);
  step(t, Input::respond_failure);
  EXPECT_EQ(text(step(t, Input::timer_h)), "report_no_ack terminate");
}

TEST(InviteServerTransaction, KeepsASuccessWhenItsConnectionCloses) {
  auto t = started(Reliability::reliable);
  step(t, Input::respond_success);
  EXPECT_EQ(text(step(t, Input::transport_error)), "");
  EXPECT_EQ(text(step(t, Input::timer_l)), "report_no_ack terminate");
}

}  // namespace
}  // namespace ringfence::sip_core
