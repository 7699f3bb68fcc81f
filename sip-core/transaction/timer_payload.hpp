// What a transaction's timer carries through the wheel: the side, the transaction, the timer's
// name.
#pragma once

#include <cstdint>

#include "sip-core/transaction/machine.hpp"
#include "sip-core/transaction/timer_values.hpp"
#include "sip-core/transaction/transaction_layer.hpp"

namespace ringfence::sip_core {

inline constexpr unsigned kTimerNameBits = 5;

constexpr std::uint64_t timer_payload(ClientTransactionId id, TimerName timer) {
  return (id.value << (kTimerNameBits + 1)) | (static_cast<std::uint64_t>(timer) << 1);
}
constexpr std::uint64_t timer_payload(ServerTransactionId id, TimerName timer) {
  return (id.value << (kTimerNameBits + 1)) | (static_cast<std::uint64_t>(timer) << 1) | 1;
}

// When a started timer is due.
constexpr TimePoint due_time(TimePoint now, const Order& order) {
  const TimePoint due = now + order.after;
  return only_forgets(order.timer) && order.after.count() > 0 ? on_forgetting_tick(due) : due;
}

constexpr bool is_server_timer(std::uint64_t payload) {
  return (payload & 1) != 0;
}
constexpr TimerName timer_name(std::uint64_t payload) {
  return static_cast<TimerName>((payload >> 1) & ((1U << kTimerNameBits) - 1));
}
constexpr std::uint64_t transaction_number(std::uint64_t payload) {
  return payload >> (kTimerNameBits + 1);
}

}  // namespace ringfence::sip_core
