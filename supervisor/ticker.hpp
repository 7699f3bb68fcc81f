// Ticker: calls at a steady interval for as long as it lives.
#pragma once

#include <functional>

#include "runtime/loop.hpp"

namespace ringfence::supervisor {

class Ticker {
 public:
  Ticker(Loop& loop, Duration interval, std::function<void()> call)
      : loop_(loop), interval_(interval), call_(std::move(call)) {
    arm();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

  void set_interval(Duration interval) { interval_ = interval; }

 private:
  void arm() {
    timer_ = loop_.after(interval_, [this] {
      arm();
      call_();
    });
  }

  Loop& loop_;
  Duration interval_;
  std::function<void()> call_;
  Timer timer_;
};

}  // namespace ringfence::supervisor
