// KeyIndex: finds a transaction's number by its key. Keys are hashes already and evenly spread, so
// a key's own bits say where to look, and nearly always the first look finds it: open addressing
// with linear probing, at most half full. Numbers are never 0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sip-core/transaction/transaction_key.hpp"

namespace ringfence::sip_core {

template <typename Id>
class KeyIndex {
 public:
  // Id(): not there.
  Id find(const TransactionKey& key) const {
    const std::size_t at = place_of(key);
    return slots_.empty() ? Id() : slots_[at].id;
  }
  bool contains(const TransactionKey& key) const { return find(key) != Id(); }

  // Puts it there, or gives another number to a key that is there; the number before, or Id().
  Id set(const TransactionKey& key, Id id) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    Slot& slot = slots_[place_of(key)];
    const Id before = slot.id;
    if (before == Id()) ++used_;
    slot = {key, id};
    return before;
  }

  // Harmless when it is not there.
  void erase(const TransactionKey& key) {
    std::size_t hole = place_of(key);
    if (slots_.empty() || slots_[hole].id == Id()) return;
    // Whoever had to step over the hole moves up, so that no search ends before it.
    for (std::size_t at = next(hole); slots_[at].id != Id(); at = next(at)) {
      if (distance(slots_[at].key, at) < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = {};
    --used_;
  }
  std::size_t size() const { return used_; }

 private:
  static constexpr std::size_t kLeast = 64;

  struct Slot {
    TransactionKey key;
    Id id;
  };

  std::size_t mask() const { return slots_.size() - 1; }  // a power of two
  std::size_t next(std::size_t at) const { return (at + 1) & mask(); }
  std::size_t home(const TransactionKey& key) const {
    return static_cast<std::size_t>(key.low) & mask();
  }
  std::size_t distance(const TransactionKey& key, std::size_t at) const {
    return (at - home(key)) & mask();
  }
  // The key's slot, or the free one where it would go.
  std::size_t place_of(const TransactionKey& key) const {
    if (slots_.empty()) return 0;
    std::size_t at = home(key);
    while (slots_[at].id != Id() && slots_[at].key != key)
      at = next(at);
    return at;
  }
  void grow() {
    std::vector<Slot> before(slots_.empty() ? kLeast : 2 * slots_.size());
    before.swap(slots_);
    for (const Slot& slot : before) {
      if (slot.id != Id()) slots_[place_of(slot.key)] = slot;
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace ringfence::sip_core
