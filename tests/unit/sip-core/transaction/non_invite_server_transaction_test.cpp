#include "sip-core/transaction/non_invite_server_transaction.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sip-core/transaction/orders_text.hpp"

namespace ringfence::sip_core {
namespace {

using Input = NonInviteServerTransaction::Input;

NonInviteServerTransaction started(Reliability reliability) {
  NonInviteServerTransaction t{reliability};
  step(t, Input::start);
  return t;
}

TEST(NonInviteServerTransaction, SendsATryingOnlyAfterThreeAndAHalfSeconds) {  // RFC 4320 §4.1
  NonInviteServerTransaction t{Reliability::unreliable};
  EXPECT_EQ(text(step(t, Input::start)), "trying=3500 F=32000");
  EXPECT_EQ(text(step(t, Input::request)), "");
  EXPECT_EQ(text(step(t, Input::timer_trying)), "send_trying");
  EXPECT_EQ(text(step(t, Input::request)), "send_trying");
}

TEST(NonInviteServerTransaction, RepeatsTheFinalResponseToRepetitionsOverUdp) {
  auto t = started(Reliability::unreliable);
  EXPECT_EQ(text(step(t, Input::respond_final)), "send_response J=32000");
  EXPECT_EQ(text(step(t, Input::request)), "send_response");
  EXPECT_EQ(text(step(t, Input::respond_final)), "");
  EXPECT_EQ(text(step(t, Input::timer_j)), "terminate");
}

TEST(NonInviteServerTransaction, EndsAtOnceOverAStream) {
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::respond_final)), "send_response terminate");
}

TEST(NonInviteServerTransaction, NeverSendsA408) {  // RFC 4320 §4.2
  auto t = started(Reliability::unreliable);
  EXPECT_EQ(text(step(t, Input::respond_408)), "terminate");
}

TEST(NonInviteServerTransaction, SendsNothingOnceTheClientHasGivenUp) {  // RFC 4320 §4.2
  auto t = started(Reliability::reliable);
  EXPECT_EQ(text(step(t, Input::timer_f)), "terminate");
  EXPECT_EQ(text(step(t, Input::respond_final)), "");
}

}  // namespace
}  // namespace ringfence::sip_core
