// DnsCache: what the DNS said, kept for its time to live within bounds; what it said is not there,
// for a shorter time. What has run out is asked for again while it still serves; when the resolver
// fails the last good answer serves for an hour at most, with one WRN (R100, F116). Owned by the
// engine; asks by ResolveName, is told by NameResolved, bounded in number.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"
#include "sip-core/engine/identifiers.hpp"

namespace ringfence::sip_core {

class DnsCache {
 public:
  static constexpr std::chrono::seconds kShortestTtl{10};
  static constexpr std::chrono::seconds kLongestTtl{3600};
  static constexpr std::chrono::seconds kNoAddressTtl{10};  // somebody may be just adding it
  static constexpr std::chrono::seconds kNoServiceTtl{60};  // most domains have no such records
  static constexpr std::chrono::seconds kRetry{10};         // after a failure of the resolver
  static constexpr std::chrono::seconds kKeepLastGood{3600};
  static constexpr std::chrono::seconds kForgetUnused{60};
  static constexpr std::size_t kMaxNames = 4096;  // next hops are the peers' to choose

  explicit DnsCache(Identifiers& ids) : ids_(ids) {}

  enum class State : std::uint8_t { pending, found, absent, unavailable };
  struct Lookup {
    State state = State::pending;
    const DnsRecords* records =
        nullptr;         // where found; good until on_resolved() or forget_unused()
    std::string reason;  // where absent or unavailable
  };
  // Asks unless it knows or has asked already.
  Lookup lookup(RecordType type, std::string_view name, TimePoint now, Actions& actions);
  // False: no question of ours, or nothing new to those who wait.
  bool on_resolved(const NameResolved& event, TimePoint now, Actions& actions);
  // What no name server answered is asked for again at its next use.
  void forget_failures();
  void forget_unused(TimePoint now);
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::optional<DnsRecords> records;
    std::optional<DnsFailure> failure;  // the last answer, where it was one
    std::optional<QueryId> query;
    TimePoint due;      // to be asked for again
    TimePoint good_at;  // when `records` were confirmed
    TimePoint used_at;
    bool warned = false;
  };
  using Entries = std::unordered_map<std::string, Entry>;

  void ask(RecordType type, const std::string& name, Entry& entry, const std::string& key,
           Actions& actions);
  void on_failure(Entry& entry, const std::string& key, const DnsFailure& failure, TimePoint now,
                  Actions& actions);

  Identifiers& ids_;
  Entries entries_;  // by type and name
  std::unordered_map<QueryId, std::string> queries_;
};

}  // namespace ringfence::sip_core
