#include "admin/history/chain_check.hpp"

#include <fmt/format.h>

#include <utility>

namespace ringfence::admin {

ChainCheck::ChainCheck(ChainEnds ends)
    : ends_(std::move(ends)), next_(ends_.before_id + 1), previous_(ends_.before_hash) {
  report_.last_id = ends_.last_id;
  report_.last_hash = ends_.last_hash;
}

void ChainCheck::found(std::string problem) {
  if (report_.problems.size() < kMostProblems) {
    report_.problems.push_back(std::move(problem));
  } else {
    ++report_.more_problems;
  }
}

void ChainCheck::miss(std::int64_t from, std::int64_t to) {
  found(from == to ? fmt::format("record {} is missing", from)
                   : fmt::format("records {} to {} are missing", from, to));
}

void ChainCheck::add(std::int64_t id, const sip_core::ChainedFields& fields,
                     std::string_view hash) {
  if (id <= ends_.before_id) {
    if (hash.empty()) {
      ++report_.unchained;
    } else {
      found(fmt::format("record {} should be gone: it was put back, or its number changed", id));
    }
    return;
  }
  if (id > next_) {
    miss(next_, id - 1);
    previous_known_ = Known::no;
  }
  next_ = id + 1;
  if (previous_known_ == Known::yes) {
    if (sip_core::chain_hash(hasher_, previous_, fields) == hash) {
      ++report_.verified;
    } else {
      found(fmt::format("record {} was altered or added, or the hash before it was", id));
    }
  }
  previous_ = hash;
  previous_known_ = hash.empty() ? Known::no : Known::yes;
}

ChainReport ChainCheck::finish() {
  if (next_ <= ends_.last_id) {
    miss(next_, ends_.last_id);
  } else if (next_ > ends_.last_id + 1) {
    found(fmt::format("records after {} were added", ends_.last_id));
  } else if (previous_ != ends_.last_hash) {
    found(fmt::format("the hash of record {} is not the last one written", ends_.last_id));
  }
  return std::move(report_);
}

}  // namespace ringfence::admin
