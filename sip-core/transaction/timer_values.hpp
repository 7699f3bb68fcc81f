// The timers of RFC 3261 table 4 with RFC 6026's and RFC 4320's, under the RFCs' own names. T1, T2
// and T4 are the RFC's defaults and no setting: both ends of a link reckon with them.
#pragma once

#include <chrono>

#include "runtime/clock.hpp"

namespace ringfence::sip_core {

using std::chrono::milliseconds;

inline constexpr milliseconds kT1{500};   // round-trip time estimate
inline constexpr milliseconds kT2{4000};  // longest interval between retransmissions
inline constexpr milliseconds kT4{5000};  // longest time that a message stays in the network

inline constexpr milliseconds kTimerA = kT1;       // INVITE request retransmission, doubling
inline constexpr milliseconds kTimerB = 64 * kT1;  // INVITE client transaction timeout
inline constexpr milliseconds kTimerC = std::chrono::minutes(3);  // §16.6: a proceeding INVITE
inline constexpr milliseconds kTimerD = 64 * kT1;  // response retransmissions; 0 on streams
inline constexpr milliseconds kTimerE = kT1;       // non-INVITE request retransmission, to T2
inline constexpr milliseconds kTimerF = 64 * kT1;  // non-INVITE client transaction timeout
inline constexpr milliseconds kTimerG = kT1;       // INVITE final response retransmission, to T2
inline constexpr milliseconds kTimerH = 64 * kT1;  // wait for the ACK
inline constexpr milliseconds kTimerI = kT4;       // ACK retransmissions; 0 on streams
inline constexpr milliseconds kTimerJ = 64 * kT1;  // non-INVITE request retransmissions
inline constexpr milliseconds kTimerK = kT4;       // response retransmissions; 0 on streams
inline constexpr milliseconds kTimerL = 64 * kT1;  // RFC 6026: server side in Accepted
inline constexpr milliseconds kTimerM = 64 * kT1;  // RFC 6026: client side in Accepted

// A target that said nothing to three copies of a request (at 0, T1 and 3*T1) is taken for dead
// where there is another. Two such targets and a trunk is left within four seconds (F112).
inline constexpr milliseconds kSilence{1900};

// RFC 3261 §17.2.1: 100 Trying unless the user answers within 200 ms.
inline constexpr milliseconds kTryingInvite{200};
// RFC 4320 §4.1: a 100 to a non-INVITE no earlier than Timer E would have been reset to T2.
inline constexpr milliseconds kTryingNonInvite{3500};

// Timers that only forget a transaction may be late. They share ticks, so that thousands of
// transactions cost a handful of wake-ups.
inline constexpr milliseconds kForgettingTick{250};
constexpr TimePoint on_forgetting_tick(TimePoint due) {
  const auto ticks = (due.time_since_epoch() + kForgettingTick - Duration(1)) / kForgettingTick;
  return TimePoint(ticks * Duration(kForgettingTick));
}

}  // namespace ringfence::sip_core
