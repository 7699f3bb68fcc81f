// NonceCountTable: the highest nc seen per nonce (RFC 7616 §3.4, R143). Only nonces that came with
// the right digest may be entered, so strangers cost no memory; at its limit the oldest half goes,
// and no nonce as old as those is taken from then on. Owned by whoever verifies; one thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>

#include "runtime/clock.hpp"

namespace ringfence::sip_core::digest {

enum class NonceCount { fresh, replayed };

class NonceCountTable {
 public:
  explicit NonceCountTable(std::chrono::seconds keep, std::size_t limit = 65'536)
      : keep_(keep), limit_(limit) {}

  // Records `count` for the nonce with that salt, issued at `issued`. `replayed`: the same or a
  // lower count was used before, or may have been, the nonce being as old as those that were
  // forgotten.
  NonceCount use(std::uint64_t salt, std::uint32_t count, WallTime issued, WallTime now);
  std::size_t size() const { return highest_.size(); }

 private:
  struct Entry {
    WallTime issued;
    std::uint64_t salt = 0;
  };
  void forget_expired(WallTime now);
  void forget_oldest_half();
  void forget_front();

  std::chrono::seconds keep_;
  std::size_t limit_;
  std::unordered_map<std::uint64_t, std::uint32_t> highest_;
  std::deque<Entry> by_age_;
  WallTime forgotten_until_ = WallTime::min();
};

}  // namespace ringfence::sip_core::digest
