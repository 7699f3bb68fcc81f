// ReliableProvisional: the UAS side of RFC 3262 §3 in one early dialog: the RSeq of each reliable
// provisional response, when it is sent again and when it is given up. One is out at a time; the
// user keeps its octets and those that wait. ReliableReception: the UAC side (§4): which of them
// are new. Pure; times are given, no timer is owned here.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "runtime/clock.hpp"
#include "sip-core/dialog/rack.hpp"

namespace ringfence::sip_core {

// Whether a response carries an offer or an answer: the 2xx waits for the PRACK of one that does.
enum class Carries : std::uint8_t { nothing, description };

class ReliableProvisional {
 public:
  enum class Due : std::uint8_t { nothing, repeat, give_up };

  // `first_rseq`: from 1 to 2^31-1, random (§3).
  explicit ReliableProvisional(std::uint32_t first_rseq) : next_rseq_(first_rseq) {}

  // The RSeq for the next one, which is sent now. Only while none is out.
  std::uint32_t send(std::uint32_t invite_cseq, Carries carries, TimePoint now);
  // False: it acknowledges nothing of ours, and gets 481.
  bool on_prack(const RAck& rack);
  Due on_time(TimePoint now);
  // No more is waited for: a final response has been sent.
  void stop() { out_.reset(); }

  bool is_out() const { return out_.has_value(); }
  bool description_is_out() const { return out_ && out_->carries == Carries::description; }
  std::optional<TimePoint> next_time() const;

 private:
  struct Out {
    std::uint32_t rseq = 0;
    std::uint32_t cseq = 0;
    Carries carries = Carries::nothing;
    Duration interval{};  // doubles each time, without T2's bound (§3)
    TimePoint repeat_at;
    TimePoint give_up_at;
  };

  std::uint32_t next_rseq_ = 1;
  std::optional<Out> out_;
};

class ReliableReception {
 public:
  // True: the first, or the next in order: PRACK it. False: a repetition, or one from beyond a gap,
  // which must be neither acknowledged nor looked at (§4).
  bool accept(std::uint32_t rseq);

 private:
  std::optional<std::uint32_t> last_;
};

}  // namespace ringfence::sip_core
