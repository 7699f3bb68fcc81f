// Traces: the ring of the last messages, what is known of calls, and those who read along. Every
// reader has a place in the ring and a window of messages that it has not taken yet: one that is
// slow falls behind, misses what the ring drops, and is told how much; it never holds anyone up.
// Pure; owned by the shell, which lets it deliver at the end of each turn.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sip-core/trace/call_index.hpp"
#include "sip-core/trace/trace_filter.hpp"
#include "sip-core/trace/trace_ring.hpp"

namespace ringfence::sip_core::trace {

using TraceNumber = Strong<std::uint64_t, struct TraceNumberTag>;  // the asker's

// Where what a reader gets goes to.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  // `leg` is nullptr for a message of no call; `missed`: how many the ring dropped before this one.
  virtual void on_message(TraceNumber trace, const TraceMessage& message, const CallIndex::Leg* leg,
                          std::uint64_t missed) = 0;
  virtual void on_caught_up(TraceNumber trace) = 0;  // once: from here on it is live
  virtual void on_call_over(TraceNumber trace) = 0;  // the last word to this reader
};

enum class TraceStart : std::uint8_t { started, unknown_subject, too_many };

class Traces {
 public:
  static constexpr std::size_t kMaxReaders = 8;
  static constexpr std::uint32_t kWindow = 64;       // messages on their way to one reader
  static constexpr std::size_t kLooksPerTurn = 512;  // per reader: a millisecond at most
  // While somebody reads and the operator keeps no ring.
  static constexpr std::size_t kSmallRing = std::size_t{1} << 20;
  // After a call its last ACK and retransmissions are still worth seeing.
  static constexpr std::chrono::milliseconds kAfterwards{1000};

  enum class Export : std::uint8_t { off, on };
  void configure(std::size_t ring_octets, Export to_collector);

  bool wants_messages() const { return ring_.capacity() > 0; }
  void take(const TraceMessage& message) { ring_.add(message); }
  void on_leg(const CallLegOpened& leg) { index_.open(leg); }
  void on_forgotten(CallNumber call, TimePoint now) { index_.forget(call, now); }

  TraceStart start(TraceNumber trace, std::string_view subject, const Config& config);
  void stop(TraceNumber trace);
  void stop_all();
  void on_taken(TraceNumber trace, std::uint32_t messages);
  bool is_read() const { return !readers_.empty(); }

  enum class Progress : std::uint8_t { idle, more };  // more: deliver() has work left
  Progress deliver(TimePoint now, TraceSink& sink);

  const TraceRing& ring() const { return ring_; }
  const CallIndex& index() const { return index_; }

 private:
  struct Reader {
    TraceFilter filter;
    std::uint64_t next = 0;
    std::uint64_t live_from = 0;
    std::uint64_t missed = 0;
    std::uint32_t on_the_way = 0;
    bool caught_up = false;
  };
  void fit_ring();
  // True: its call is over and it has everything.
  bool deliver_to(TraceNumber trace, Reader& reader, TimePoint now, TraceSink& sink);
  bool is_over(const Reader& reader, TimePoint now) const;

  TraceRing ring_;
  CallIndex index_;
  std::map<TraceNumber, Reader> readers_;
  std::size_t wanted_octets_ = 0;
  Export export_ = Export::off;
};

}  // namespace ringfence::sip_core::trace
