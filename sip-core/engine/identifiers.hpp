// Identifiers: numbers that the engine gives to what it asks of others; they never repeat within
// the life of the process. 0 is never given.
#pragma once

#include <algorithm>
#include <cstdint>

#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

class Identifiers {
 public:
  CommitId commit() { return CommitId{++commit_}; }
  QueryId query() { return QueryId{++query_}; }
  DialId dial() { return DialId{++dial_}; }
  // Rises over restarts too, as long as each row that a predecessor has left is passed over.
  RecordId record() { return RecordId{++record_}; }
  void pass_over(RecordId left) { record_ = std::max(record_, left.value); }

 private:
  std::uint64_t commit_ = 0;
  std::uint64_t query_ = 0;
  std::uint64_t dial_ = 0;
  std::uint64_t record_ = 0;
};

}  // namespace ringfence::sip_core
