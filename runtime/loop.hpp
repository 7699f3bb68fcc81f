// Loop: the event loop of a process, and the only place that touches libuv. It owns the timer wheel
// behind Timer, watches descriptors (Poll) and signals, and runs deferred work once per turn, just
// before it sleeps, so that a turn's messages leave in one write. One thread; no callback may
// throw. Handles stop at the end of their life and must not outlive their loop.
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "runtime/clock.hpp"
#include "runtime/timer_wheel.hpp"

namespace ringfence {

class Loop;

// One pending call; cancels it when it goes. Empty after it fired.
class Timer {
 public:
  Timer() = default;
  Timer(Timer&& other) noexcept { swap(other); }
  Timer& operator=(Timer&& other) noexcept {
    Timer taken(std::move(other));
    swap(taken);
    return *this;
  }
  ~Timer() { stop(); }
  void stop();

 private:
  friend class Loop;
  Timer(Loop* loop, TimerId id, std::uint64_t token) : loop_(loop), id_(id), token_(token) {}
  void swap(Timer& other) noexcept {
    std::swap(loop_, other.loop_);
    std::swap(id_, other.id_);
    std::swap(token_, other.token_);
  }
  Loop* loop_ = nullptr;
  TimerId id_{};
  std::uint64_t token_ = 0;
};

enum class Interest : std::uint8_t { none = 0, readable = 1, writable = 2, both = 3 };

struct Readiness {
  bool readable = false;
  bool writable = false;  // both are set on an error: the next system call says which
};

// Level-triggered watch of a descriptor that the caller owns and closes after the Poll.
class Poll {
 public:
  Poll() = default;
  Poll(Loop& loop, int fd, std::function<void(Readiness)> on_ready);
  Poll(Poll&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Poll& operator=(Poll&& other) noexcept;
  ~Poll() { close(); }
  void watch(Interest interest);
  void close();
  explicit operator bool() const { return handle_ != nullptr; }

 private:
  struct Handle;
  Handle* handle_ = nullptr;  // freed by the loop once libuv has let go of it
};

class SignalWatch {
 public:
  SignalWatch(Loop& loop, int signal_number, std::function<void()> on_signal);
  ~SignalWatch();
  SignalWatch(const SignalWatch&) = delete;
  SignalWatch& operator=(const SignalWatch&) = delete;

 private:
  struct Handle;
  Handle* handle_;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs until stop().
  void run();
  void stop();
  // Monotonic; read anew once per turn.
  TimePoint now() const;

  [[nodiscard]] Timer after(Duration delay, std::function<void()> call);
  // Once, at the end of this turn, before the loop sleeps.
  void defer(std::function<void()> call);
  // From now on the turns of a stream of events begin at least `interval` apart (Pace): what comes
  // meanwhile waits and is one turn's work. Waking up, cold caches and a write to each peer cost
  // more than most events do. A burst, and an event after quiet, are never kept waiting.
  void pace(Duration interval);

 private:
  friend class Timer;
  friend class Poll;
  friend class SignalWatch;
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace ringfence
