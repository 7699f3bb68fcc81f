// What the four transaction machines share: how a step says what is to be done. A machine knows
// neither messages nor addresses: it is given an input's kind and answers with orders; the
// table carries them out with the messages that it keeps. Values only.
#pragma once

#include <array>
#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace ringfence::sip_core {

// Whether the transport retransmits by itself (TCP, TLS) or we have to (UDP).
enum class Reliability : std::uint8_t { unreliable, reliable };

enum class TimerName : std::uint8_t {
  A,
  B,
  C,
  D,
  E,
  F,
  G,
  H,
  I,
  J,
  K,
  L,
  M,
  trying,
  silence,
  count
};

// Whether nothing but the end of the transaction comes of the timer.
constexpr bool only_forgets(TimerName timer) {
  return timer == TimerName::D || timer == TimerName::I || timer == TimerName::J ||
         timer == TimerName::K || timer == TimerName::L || timer == TimerName::M;
}

enum class OrderKind : std::uint8_t {
  send_request,
  send_ack,       // RFC 3261 §17.1.1.3
  send_response,  // the last one that the user gave
  send_trying,    // a 100 of the layer's own
  deliver,        // the response goes to the user
  report_timeout,
  report_transport_failure,
  report_no_ack,
  start_timer,  // or restart
  stop_timer,
  terminate,  // forget the transaction; always the last order
};

struct Order {
  OrderKind kind = OrderKind::terminate;
  TimerName timer = TimerName::count;
  std::chrono::milliseconds after{0};
};

// At most eight orders come of one step.
class Orders {
 public:
  Orders& add(OrderKind kind) { return push({kind, TimerName::count, {}}); }
  Orders& start(TimerName timer, std::chrono::milliseconds after) {
    return push({OrderKind::start_timer, timer, after});
  }
  Orders& stop(TimerName timer) { return push({OrderKind::stop_timer, timer, {}}); }

  const Order* begin() const { return orders_.data(); }
  const Order* end() const { return orders_.data() + size_; }
  bool empty() const { return size_ == 0; }

 private:
  Orders& push(Order order) {
    assert(size_ < orders_.size());
    orders_[size_++] = order;
    return *this;
  }

  std::array<Order, 8> orders_{};
  std::size_t size_ = 0;
};

}  // namespace ringfence::sip_core
