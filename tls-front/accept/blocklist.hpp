// Blocklist: sources that failed too often within a sliding window. Pure: it is told of failures
// and asked about sources, with the time. One more failure than `blocklist_failures` blocks;
// private sources never are. Its tables are bounded, the oldest source goes first. Durations are
// monotonic; only what is stored for a restart is UTC.
#pragma once

#include <cstdint>
#include <list>
#include <optional>
#include <unordered_map>
#include <vector>

#include "runtime/clock.hpp"
#include "tls-front/accept/source.hpp"
#include "tls-front/front/front_settings.hpp"

namespace ringfence::tls_front {

class Blocklist {
 public:
  struct Blocked {
    Source source;
    TimePoint until;
    std::uint32_t failures = 0;
  };
  static constexpr std::size_t kMaxSourcesPerFamily = 65'536;

  explicit Blocklist(const FrontSettings& settings,
                     std::size_t max_sources_per_family = kMaxSourcesPerFamily)
      : settings_(settings), max_sources_(max_sources_per_family) {}

  // The entry, if this failure is the one that blocks the source.
  std::optional<Blocked> fail(const Source& source, TimePoint now);
  bool is_blocked(const Source& source, TimePoint now) const;

  // An operator forgives it, its failures included. False: it was not blocked.
  bool release(const Source& source, TimePoint now);

  // Replaces what is blocked by what was stored; no entry gets more than the duration in force.
  void restore(const std::vector<Blocked>& stored, TimePoint now);
  // The blocked sources, latest first, at most `limit`.
  std::vector<Blocked> blocked(TimePoint now, std::size_t limit) const;
  std::size_t active(TimePoint now) const;

  std::uint64_t blocked_lifetime() const { return lifetime_; }
  std::uint64_t evictions() const { return evictions_; }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::vector<TimePoint> failures;  // oldest first, never more than needed to block
    std::optional<TimePoint> until;
    std::uint32_t failures_at_block = 0;
    std::list<Source>::iterator order;
  };

  Entry& entry_of(const Source& source);
  std::list<Source>& order_of(const Source& source) { return order_[source.is_v6() ? 1 : 0]; }

  const FrontSettings& settings_;
  std::size_t max_sources_;
  std::unordered_map<Source, Entry> entries_;
  std::list<Source> order_[2];  // per family, oldest failure first
  std::uint64_t lifetime_ = 0;
  std::uint64_t evictions_ = 0;
};

}  // namespace ringfence::tls_front
