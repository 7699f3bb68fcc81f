#include "sip-core/config/pattern_index.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

// Longer literals tell no more texts apart and would cost a look-up each.
constexpr std::size_t kLongestEdge = 16;
constexpr std::size_t kLongestPiece = 8;

// The literals of a glob: what stands before the first, between, and behind the last of its
// wildcards. A '[' that closes nowhere is a literal of its own; taking it for a wildcard is safe.
struct Literals {
  bool exact = false;
  std::string_view beginning;
  std::string_view end;
  std::string_view piece;  // the longest of all
};

std::size_t after_bracket(std::string_view glob, std::size_t open) {
  std::size_t first = open + 1;
  if (first < glob.size() && (glob[first] == '^' || glob[first] == '!')) ++first;
  const std::size_t close = first < glob.size() ? glob.find(']', first + 1) : glob.npos;
  return close == glob.npos ? open + 1 : close + 1;
}

Literals literals_of(std::string_view glob) {
  Literals found;
  std::size_t begin = 0;
  bool first = true;
  for (std::size_t i = 0; i <= glob.size();) {
    const bool at_end = i == glob.size();
    if (!at_end && glob[i] != '*' && glob[i] != '?' && glob[i] != '[') {
      ++i;
      continue;
    }
    const std::string_view literal = glob.substr(begin, i - begin);
    if (first) found.beginning = literal;
    if (literal.size() > found.piece.size()) found.piece = literal;
    if (at_end) {
      found.exact = first;
      found.end = literal;
      break;
    }
    first = false;
    i = begin = glob[i] == '[' ? after_bracket(glob, i) : i + 1;
  }
  return found;
}

}  // namespace

void PatternIndex::Anchors::add(std::string_view literal, Candidate candidate) {
  if (by_length.size() <= literal.size()) by_length.resize(literal.size() + 1);
  by_length[literal.size()][std::string(literal)].push_back(std::move(candidate));
}

void PatternIndex::Anchors::try_at(std::string_view text, std::size_t length,
                                   std::string_view whole, RuleRank& best) const {
  const ByLiteral<Candidates>& literals = by_length[length];
  if (literals.empty() || text.size() < length) return;
  const auto found = literals.find(text.substr(0, length));
  if (found != literals.end()) try_all(found->second, whole, best);
}

void PatternIndex::add(std::string_view pattern, RuleRank rank) {
  lowest_ = std::min(lowest_, rank);
  const Literals literals = literals_of(pattern);
  Candidate candidate{std::string(pattern), rank};
  if (literals.exact) {
    exact_.try_emplace(std::string(pattern), rank);
    return;
  }
  const auto edge = std::max(literals.beginning.size(), literals.end.size());
  if (edge > 0 && edge >= std::min(literals.piece.size(), kLongestPiece)) {
    if (literals.beginning.size() == edge) {
      return beginnings_.add(literals.beginning.substr(0, kLongestEdge), std::move(candidate));
    }
    const std::size_t cut = edge > kLongestEdge ? edge - kLongestEdge : 0;
    return ends_.add(literals.end.substr(cut), std::move(candidate));
  }
  if (!literals.piece.empty()) {
    return pieces_.add(literals.piece.substr(0, kLongestPiece), std::move(candidate));
  }
  others_.push_back(std::move(candidate));
}

void PatternIndex::try_all(const Candidates& candidates, std::string_view text, RuleRank& best) {
  for (const Candidate& candidate : candidates) {
    if (candidate.rank >= best) return;
    if (glob_matches(candidate.pattern, text)) best = candidate.rank;
  }
}

void PatternIndex::try_anchored(std::string_view text, RuleRank& best) const {
  for (std::size_t length = 1; length < beginnings_.by_length.size(); ++length)
    beginnings_.try_at(text, length, text, best);
  for (std::size_t length = 1; length < ends_.by_length.size() && length <= text.size(); ++length)
    ends_.try_at(text.substr(text.size() - length), length, text, best);
  for (std::size_t length = 1; length < pieces_.by_length.size(); ++length) {
    if (pieces_.by_length[length].empty()) continue;
    for (std::size_t at = 0; at + length <= text.size(); ++at)
      pieces_.try_at(text.substr(at), length, text, best);
  }
}

RuleRank PatternIndex::lowest(std::string_view text, RuleRank below) const {
  if (lowest_ >= below) return kNoRank;
  RuleRank best = below;
  if (const auto found = exact_.find(text); found != exact_.end()) {
    best = std::min(best, found->second);
  }
  try_all(others_, text, best);
  try_anchored(text, best);
  return best == below ? kNoRank : best;
}

}  // namespace ringfence::sip_core
