// Orders as one line of text, so that a script of a machine reads like the RFC's figure:
// "send_request B=32000 A=500".
#pragma once

#include <string>

#include "sip-core/transaction/machine.hpp"

namespace ringfence::sip_core {

inline std::string name_of(TimerName timer) {
  constexpr const char* kNames[] = {"A", "B", "C", "D", "E", "F", "G",
                                    "H", "I", "J", "K", "L", "M", "trying"};
  return kNames[static_cast<std::size_t>(timer)];
}

inline std::string name_of(OrderKind kind) {
  constexpr const char* kNames[] = {"send_request",
                                    "send_ack",
                                    "send_response",
                                    "send_trying",
                                    "deliver",
                                    "report_timeout",
                                    "report_failure",
                                    "report_no_ack",
                                    "",
                                    "",
                                    "terminate"};
  return kNames[static_cast<std::size_t>(kind)];
}

inline std::string text(const Orders& orders) {
  std::string out;
  for (const Order& order : orders) {
    if (order.kind == OrderKind::stop_timer) continue;  // seen where it matters, in the table
    if (!out.empty()) out += ' ';
    if (order.kind == OrderKind::start_timer) {
      out += name_of(order.timer) + '=' + std::to_string(order.after.count());
    } else {
      out += name_of(order.kind);
    }
  }
  return out;
}

}  // namespace ringfence::sip_core
