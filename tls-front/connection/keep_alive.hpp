// KeepAlive: our pings on a connection that we dialled (RFC 5626 §4.4.1, R085): a double CRLF at
// random times of 80 to 100 % of the interval, to be answered with one CRLF within ten seconds. Not
// every carrier answers, so silence means a dead flow only where a ping was answered before. Pure.
#pragma once

#include <cstdint>

#include "runtime/clock.hpp"
#include "runtime/random.hpp"

namespace ringfence::tls_front {

class KeepAlive {
 public:
  static constexpr std::chrono::seconds kPongWait{10};
  enum class Step : std::uint8_t { wait, ping, dead };

  KeepAlive(TimePoint now, Duration interval, Random& random) : random_(random) {
    plan(now, interval);
  }

  // What is due; to be asked again at due(). An interval of 0 sends none.
  Step step(TimePoint now, Duration interval);
  TimePoint due() const { return awaiting_ ? asked_ + kPongWait : next_; }

  bool awaits_pong() const { return awaiting_; }
  void pong() {
    awaiting_ = false;
    answers_ = true;
  }
  // Something else came: the flow lives.
  void heard() { awaiting_ = false; }

 private:
  void plan(TimePoint now, Duration interval);

  Random& random_;
  TimePoint next_{};
  TimePoint asked_{};
  bool awaiting_ = false;
  bool answers_ = false;  // this peer, to a ping of ours
};

}  // namespace ringfence::tls_front
