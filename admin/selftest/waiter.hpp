// Waiter: lets a scenario be written from top to bottom over an event loop: it runs the loop until
// a condition holds, a time is over or the operator interrupts.
#pragma once

#include <csignal>
#include <cstdint>
#include <functional>

#include "runtime/loop.hpp"

namespace ringfence::admin {

enum class Waited : std::uint8_t { reached, timed_out, interrupted };
enum class OnSignal : std::uint8_t { give_up, go_on };

class Waiter {
 public:
  explicit Waiter(Loop& loop)
      : loop_(loop),
        on_int_(loop, SIGINT, [this] { interrupt(); }),
        on_term_(loop, SIGTERM, [this] { interrupt(); }) {}

  // `go_on` is for cleaning up: it must be done whatever the operator presses.
  Waited until(const std::function<bool()>& condition, Duration limit,
               OnSignal on_signal = OnSignal::give_up) {
    bool over = false;
    const Timer timer = loop_.after(limit, [&] {
      over = true;
      loop_.stop();
    });
    while (true) {
      if (interrupted_ && on_signal == OnSignal::give_up) return Waited::interrupted;
      if (condition()) return Waited::reached;
      if (over) return Waited::timed_out;
      loop_.run();
    }
  }
  // Something happened: the condition is looked at anew.
  void wake() { loop_.stop(); }
  bool interrupted() const { return interrupted_; }

 private:
  void interrupt() {
    interrupted_ = true;
    loop_.stop();
  }

  Loop& loop_;
  bool interrupted_ = false;
  SignalWatch on_int_;
  SignalWatch on_term_;
};

}  // namespace ringfence::admin
