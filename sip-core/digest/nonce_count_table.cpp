#include "sip-core/digest/nonce_count_table.hpp"

#include <algorithm>

namespace ringfence::sip_core::digest {

NonceCount NonceCountTable::use(std::uint64_t salt, std::uint32_t count, WallTime issued,
                                WallTime now) {
  forget_expired(now);
  if (const auto found = highest_.find(salt); found != highest_.end()) {
    if (count <= found->second) return NonceCount::replayed;
    found->second = count;
    return NonceCount::fresh;
  }
  if (count == 0 || issued <= forgotten_until_) return NonceCount::replayed;
  if (highest_.size() >= limit_) forget_oldest_half();
  highest_.emplace(salt, count);
  by_age_.push_back({issued, salt});
  return NonceCount::fresh;
}

// What has outlived every nonce's lifetime cannot come again: the mint refuses it. Entries stand in
// the order of first use, which is close to that of issue.
void NonceCountTable::forget_expired(WallTime now) {
  while (!by_age_.empty() && now - by_age_.front().issued > keep_)
    forget_front();
}

void NonceCountTable::forget_oldest_half() {
  for (std::size_t left = (limit_ + 1) / 2; left > 0 && !by_age_.empty(); --left)
    forget_front();
}

// A nonce that is gone from here is never fresh again, wherever the clock may jump (F117).
void NonceCountTable::forget_front() {
  forgotten_until_ = std::max(forgotten_until_, by_age_.front().issued);
  highest_.erase(by_age_.front().salt);
  by_age_.pop_front();
}

}  // namespace ringfence::sip_core::digest
