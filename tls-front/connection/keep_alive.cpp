#include "tls-front/connection/keep_alive.hpp"

namespace ringfence::tls_front {
namespace {

// While pings are switched off by the setting.
constexpr std::chrono::seconds kLookAgain{60};

}  // namespace

KeepAlive::Step KeepAlive::step(TimePoint now, Duration interval) {
  if (awaiting_) {
    if (now < asked_ + kPongWait) return Step::wait;
    if (answers_) return Step::dead;
    awaiting_ = false;
  }
  if (now < next_) return Step::wait;
  plan(now, interval);
  if (interval == Duration::zero()) return Step::wait;
  awaiting_ = true;
  asked_ = now;
  return Step::ping;
}

void KeepAlive::plan(TimePoint now, Duration interval) {
  if (interval == Duration::zero()) {
    next_ = now + kLookAgain;
    return;
  }
  constexpr std::uint64_t kSteps = 1000;
  const auto fifth = interval / 5;
  const auto part = static_cast<Duration::rep>(random_.number() % (kSteps + 1));
  next_ = now + interval - fifth + fifth * part / static_cast<Duration::rep>(kSteps);
}

}  // namespace ringfence::tls_front
