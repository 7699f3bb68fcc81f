#include "runtime/loop.hpp"

#include <sys/prctl.h>
#include <time.h>
#include <uv.h>

#include <algorithm>
#include <cstdlib>
#include <unordered_map>
#include <vector>

#include "runtime/pace.hpp"

namespace ringfence {
namespace {

// A signal may end it early.
void sleep_for(Duration time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time);
  const timespec length{seconds.count(), (time - seconds).count()};
  ::clock_nanosleep(CLOCK_MONOTONIC, 0, &length, nullptr);
}

// That this thread has used.
Duration processor_time() {
  timespec used{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

}  // namespace

struct Loop::Core {
  uv_loop_t loop{};
  uv_timer_t wake{};
  uv_prepare_t before_sleep{};
  TimerWheel wheel{std::chrono::steady_clock::now()};
  std::unordered_map<std::uint64_t, std::function<void()>> calls;
  std::uint64_t next_token = 1;
  std::vector<std::function<void()>> deferred;
  std::vector<std::uint64_t> due;
  Pace pace;

  // uv_now is CLOCK_MONOTONIC in whole milliseconds, and so is steady_clock, in nanoseconds.
  void fire_timers() {
    due.clear();
    wheel.advance(std::chrono::steady_clock::now(), due);
    const std::vector<std::uint64_t> batch = due;  // a callback may reach here again through run()
    for (const std::uint64_t token : batch) {
      const auto call = calls.extract(token);
      if (call) call.mapped()();
    }
  }

  void arm() {
    const auto next = wheel.next_wake();
    if (!next) {
      uv_timer_stop(&wake);
      return;
    }
    const auto delay =
        std::chrono::ceil<std::chrono::milliseconds>(*next - std::chrono::steady_clock::now());
    uv_timer_start(
        &wake, [](uv_timer_t* t) { static_cast<Core*>(t->data)->fire_timers(); },
        delay.count() > 0 ? static_cast<std::uint64_t>(delay.count()) : 0, 0);
  }

  void keep_pace() {
    const TimePoint now = std::chrono::steady_clock::now();
    if (pace.asks_for_usage(now)) pace.note_usage(now, processor_time());
    const Duration rest = pace.rest(now);
    if (rest == Duration::zero()) return;
    sleep_for(rest);
    uv_update_time(&loop);
  }

  void run_deferred() {
    // Deferred work may defer more; bounded, so that it cannot keep the loop from its sockets.
    for (int round = 0; round < 8 && !deferred.empty(); ++round) {
      const auto batch = std::exchange(deferred, {});
      for (const auto& call : batch)
        call();
    }
    keep_pace();
    arm();
    if (!deferred.empty()) {
      uv_timer_start(
          &wake, [](uv_timer_t* t) { static_cast<Core*>(t->data)->fire_timers(); }, 0, 0);
    }
  }
};

Loop::Loop() : core_(std::make_unique<Core>()) {
  if (uv_loop_init(&core_->loop) != 0) std::abort();
  uv_timer_init(&core_->loop, &core_->wake);
  core_->wake.data = core_.get();
  uv_prepare_init(&core_->loop, &core_->before_sleep);
  core_->before_sleep.data = core_.get();
  uv_prepare_start(&core_->before_sleep,
                   [](uv_prepare_t* p) { static_cast<Core*>(p->data)->run_deferred(); });
}

Loop::~Loop() {
  core_->deferred.clear();
  core_->calls.clear();
  uv_close(reinterpret_cast<uv_handle_t*>(&core_->wake), nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&core_->before_sleep), nullptr);
  // Lets the closing handles' callbacks run, those of Polls closed just before included.
  uv_run(&core_->loop, UV_RUN_DEFAULT);
  uv_loop_close(&core_->loop);
}

void Loop::run() {
  uv_run(&core_->loop, UV_RUN_DEFAULT);
}
void Loop::stop() {
  uv_stop(&core_->loop);
}
TimePoint Loop::now() const {
  return std::chrono::steady_clock::now();
}

Timer Loop::after(Duration delay, std::function<void()> call) {
  const std::uint64_t token = core_->next_token++;
  const TimerId id = core_->wheel.start(std::chrono::steady_clock::now() + delay, token);
  core_->calls.emplace(token, std::move(call));
  return Timer(this, id, token);
}

void Loop::defer(std::function<void()> call) {
  core_->deferred.push_back(std::move(call));
}

void Loop::pace(Duration interval) {
  core_->pace = Pace(interval);
  // By how much the kernel may end a rest late: unasked it takes 50 us, much of a short one.
  constexpr Duration kUsualSlack = std::chrono::microseconds(50);
  if (const Duration slack = std::min(interval / 32, kUsualSlack); slack > Duration::zero())
    ::prctl(PR_SET_TIMERSLACK, slack.count(), 0, 0, 0);
}

void Timer::stop() {
  if (loop_ == nullptr) return;
  loop_->core_->wheel.stop(id_);
  loop_->core_->calls.erase(token_);
  loop_ = nullptr;
}

struct Poll::Handle {
  uv_poll_t poll{};
  std::function<void(Readiness)> on_ready;
  int events = 0;

  void start() {
    uv_poll_start(&poll, events, [](uv_poll_t* p, int status, int ready) {
      auto* handle = static_cast<Handle*>(p->data);
      const bool failed = status < 0;
      // libuv stops a handle that reported an error; the owner's next system call clears it.
      if (failed) handle->start();
      handle->on_ready(
          Readiness{failed || (ready & UV_READABLE) != 0, failed || (ready & UV_WRITABLE) != 0});
    });
  }
};

Poll::Poll(Loop& loop, int fd, std::function<void(Readiness)> on_ready)
    : handle_(new Handle{{}, std::move(on_ready), 0}) {
  handle_->poll.data = handle_;
  if (uv_poll_init(&loop.core_->loop, &handle_->poll, fd) != 0) std::abort();
}

Poll& Poll::operator=(Poll&& other) noexcept {
  if (this != &other) {
    close();
    handle_ = std::exchange(other.handle_, nullptr);
  }
  return *this;
}

void Poll::close() {
  if (handle_ == nullptr) return;
  Handle* handle = std::exchange(handle_, nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&handle->poll),
           [](uv_handle_t* h) { delete static_cast<Handle*>(h->data); });
}

void Poll::watch(Interest interest) {
  if (handle_ == nullptr) return;
  int events = 0;
  if (static_cast<int>(interest) & 1) events |= UV_READABLE;
  if (static_cast<int>(interest) & 2) events |= UV_WRITABLE;
  if (events == 0) {
    uv_poll_stop(&handle_->poll);
    return;
  }
  // Starting anew costs two system calls, and owners ask for the same after every write.
  const bool active = uv_is_active(reinterpret_cast<const uv_handle_t*>(&handle_->poll)) != 0;
  if (active && events == handle_->events) return;
  handle_->events = events;
  handle_->start();
}

struct SignalWatch::Handle {
  uv_signal_t signal{};
  std::function<void()> on_signal;
};

SignalWatch::SignalWatch(Loop& loop, int signal_number, std::function<void()> on_signal)
    : handle_(new Handle{{}, std::move(on_signal)}) {
  uv_signal_init(&loop.core_->loop, &handle_->signal);
  handle_->signal.data = handle_;
  uv_signal_start(
      &handle_->signal, [](uv_signal_t* s, int) { static_cast<Handle*>(s->data)->on_signal(); },
      signal_number);
}

SignalWatch::~SignalWatch() {
  uv_signal_stop(&handle_->signal);
  uv_close(reinterpret_cast<uv_handle_t*>(&handle_->signal),
           [](uv_handle_t* h) { delete static_cast<Handle*>(h->data); });
}

}  // namespace ringfence
