// Whether the chain of call detail records (sip-core/store/call_chain.hpp) is whole, from its rows
// in their order. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/digest/hasher.hpp"
#include "sip-core/store/call_chain.hpp"

namespace ringfence::admin {

// The row of cdr_chain.
struct ChainEnds {
  std::int64_t before_id = 0;  // of the record before the first that must be there
  std::string before_hash;     // empty: there was none with a hash
  std::int64_t last_id = 0;
  std::string last_hash;
};

struct ChainReport {
  std::uint64_t verified = 0;   // records that are as they were written
  std::uint64_t unchained = 0;  // older ones, from before there was a chain
  std::int64_t last_id = 0;
  std::string last_hash;
  std::vector<std::string> problems;  // a sentence each, kMostProblems at most
  std::uint64_t more_problems = 0;

  bool whole() const { return problems.empty(); }
};

class ChainCheck {
 public:
  static constexpr std::size_t kMostProblems = 100;

  explicit ChainCheck(ChainEnds ends);
  // By rising id. `hash` is what the row says of itself.
  void add(std::int64_t id, const sip_core::ChainedFields& fields, std::string_view hash);
  ChainReport finish();

 private:
  enum class Known : std::uint8_t { no, yes };

  void found(std::string problem);
  void miss(std::int64_t from, std::int64_t to);

  ChainEnds ends_;
  ChainReport report_;
  sip_core::digest::Hasher hasher_;
  std::int64_t next_ = 0;
  std::string previous_;
  Known previous_known_ = Known::yes;
};

}  // namespace ringfence::admin
