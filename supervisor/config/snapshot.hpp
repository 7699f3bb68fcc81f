// Snapshot: the validated configuration with its revision, as the messages of the supervisor's link
// (SnapshotBegin, rows, SnapshotCommit), cut to what one kind of process needs. The same form,
// whole and length-prefixed, is kept below --state as the last good configuration. Pure.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "runtime/result.hpp"
#include "supervisor/config/config.hpp"

namespace ringfence::supervisor {

struct Snapshot {
  std::uint64_t revision = 0;
  Config config;
};

// Calls `take` for every row that a process of that kind needs, in order of dependence.
void for_each_row(const Config& config, proto::ProcessKind kind,
                  const std::function<void(const proto::SnapshotRow&)>& take);
bool needs_snapshot(proto::ProcessKind kind);

std::string serialize_snapshot(const Snapshot& snapshot);
// Errors: cut short, not a snapshot.
Result<Snapshot> parse_snapshot(std::string_view octets);

// Whether the children would be told the same.
bool same_rows(const Config& a, const Config& b);

}  // namespace ringfence::supervisor
