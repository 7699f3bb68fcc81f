// FrameStream: one end of a link on a Unix stream socket. Frames sent during a loop turn leave in
// one system call before the loop sleeps, or later with whatever else goes there, when nobody waits
// for them; received ones are handed over in order. It never queues
// without bound: past the limit the link is closed, and before that `over_high_water()` tells the
// owner to stop producing. on_closed comes once, from the loop, never from inside send().
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "proto/channel/frame_codec.hpp"
#include "runtime/fd.hpp"
#include "runtime/loop.hpp"

namespace ringfence::channel {

// When a frame leaves. A write wakes the peer, which costs both more than the frame does.
enum class Departure : std::uint8_t { this_turn, with_the_next };

class FrameStream {
 public:
  // Returns false to refuse the frame: the link is closed with `refusal` as its reason.
  using OnFrame = std::function<bool(Frame&)>;
  using OnClosed = std::function<void(const std::string& reason)>;

  FrameStream(Loop& loop, Fd socket, OnFrame on_frame, OnClosed on_closed);
  FrameStream(const FrameStream&) = delete;
  FrameStream& operator=(const FrameStream&) = delete;
  ~FrameStream();

  // `write` appends the body to the string that it is given. The descriptors are duplicated when
  // the frame is queued, so the caller keeps its own.
  void send(const std::function<void(std::string&)>& write, std::span<const int> fds = {},
            Departure departure = Departure::this_turn);
  // Writes what it can now; for the last words before an exit.
  void flush();
  // For the rare question that cannot wait for the loop: writes, then hands over what comes within
  // `limit`. False: nothing came.
  bool exchange_within(std::chrono::milliseconds limit);
  void close(const std::string& reason);
  bool is_open() const { return static_cast<bool>(socket_); }

  std::size_t queued_octets() const { return queued_; }
  bool over_high_water() const { return queued_ > kHighWater; }
  // Called once each time the queue falls below the low-water mark after it was over the high one.
  void on_drained(std::function<void()> call) { on_drained_ = std::move(call); }
  // Back-pressure on the peer: what it sends stays in the socket.
  void pause_reading();
  void resume_reading();

  static constexpr std::size_t kHighWater = 1 << 20;
  static constexpr std::size_t kLowWater = 1 << 18;
  static constexpr std::size_t kLimit = 64 << 20;
  // The longest that a frame waits for the next.
  static constexpr std::chrono::milliseconds kLongestWait{20};

 private:
  struct Chunk {
    std::string octets;
    std::size_t sent = 0;
    std::vector<Fd> fds;  // ride on the first octet
  };

  void ready(Readiness readiness);
  void read_socket();
  bool deliver();
  bool write_chunk(Chunk& chunk);
  void add_chunk();
  void keep_memory_of(Chunk& sent);
  void schedule_flush(Departure departure);
  void update_interest();

  Loop& loop_;
  Fd socket_;
  OnFrame on_frame_;
  OnClosed on_closed_;
  std::function<void()> on_drained_;
  Poll poll_;
  Timer waits_;  // runs while frames wait for the next
  FrameReader reader_;
  std::deque<Chunk> chunks_;
  std::string spare_;  // empty; the memory of a chunk that was sent
  std::size_t queued_ = 0;
  bool flush_scheduled_ = false;
  bool waiting_ = false;
  bool reading_ = true;
  bool was_over_high_water_ = false;
  std::shared_ptr<bool> alive_;  // told to deferred calls that outlive us
};

}  // namespace ringfence::channel
