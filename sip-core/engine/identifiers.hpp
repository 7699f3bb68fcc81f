// Identifiers: numbers that the engine gives to what it asks of others; they never repeat within
// the life of the process. 0 is never given.
#pragma once

#include <cstdint>

#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

class Identifiers {
 public:
  CommitId commit() { return CommitId{++commit_}; }
  QueryId query() { return QueryId{++query_}; }
  DialId dial() { return DialId{++dial_}; }

 private:
  std::uint64_t commit_ = 0;
  std::uint64_t query_ = 0;
  std::uint64_t dial_ = 0;
};

}  // namespace ringfence::sip_core
