// TraceRing: the last messages, in one block of memory of fixed size. Secrets are masked as a
// message is taken, so that the keys of past calls lie nowhere. Messages are numbered from 1
// without gaps; a reader keeps the number that it reads next and learns from it what it has missed.
// Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "sip-core/trace/trace_message.hpp"

namespace ringfence::sip_core::trace {

class TraceRing {
 public:
  // Empties it. 0: nothing is held.
  void resize(std::size_t octets);
  std::size_t capacity() const { return memory_.size(); }

  // `message.call_id` is of no matter. A message that does not fit at all is left out.
  void add(const TraceMessage& message);

  std::uint64_t oldest() const { return next_ - places_.size(); }  // == next() when empty
  std::uint64_t next() const { return next_; }
  // nullopt: it is gone, or has not come yet.
  std::optional<TraceMessage> read(std::uint64_t number) const;
  // Whether one of the `newest` messages has that Call-ID.
  bool has_call_id(std::string_view call_id, std::uint64_t newest) const;

 private:
  std::string_view octets_of(std::uint64_t number) const;

  mutable std::vector<char> memory_;  // read() masks in place
  std::deque<std::size_t> places_;    // oldest first
  std::size_t write_ = 0;
  std::uint64_t next_ = 1;
};

}  // namespace ringfence::sip_core::trace
