#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {
namespace {

// A bracket expression: whether `c` is in it, and where the pattern goes on.
struct Bracket {
  bool matches = false;
  std::size_t end = 0;  // past the ']'; 0: there is none, so '[' is a plain character
};

Bracket match_bracket(std::string_view pattern, std::size_t start, char c) {
  std::size_t i = start + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '^' || pattern[i] == '!');
  if (negated) ++i;
  bool found = false;
  // A ']' that comes first stands for itself.
  for (std::size_t first = i; i < pattern.size() && (pattern[i] != ']' || i == first); ++i) {
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      found = found || (pattern[i] <= c && c <= pattern[i + 2]);
      i += 2;
    } else {
      found = found || pattern[i] == c;
    }
  }
  if (i >= pattern.size()) return {};
  return {found != negated, i + 1};
}

// Whether the pattern's element at `p` takes `c`; `p` is moved past it when it does.
bool take_one(std::string_view pattern, std::size_t& p, char c) {
  if (pattern[p] == '[') {
    const Bracket bracket = match_bracket(pattern, p, c);
    if (bracket.end != 0) {
      if (bracket.matches) p = bracket.end;
      return bracket.matches;
    }
  }
  if (pattern[p] != '?' && pattern[p] != c) return false;
  ++p;
  return true;
}

}  // namespace

// Linear in both for patterns of one star, and never exponential: only the last star is retried.
bool glob_matches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t after_star = std::string_view::npos;
  std::size_t retry_from = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      after_star = ++p;
      retry_from = t;
    } else if (p < pattern.size() && take_one(pattern, p, text[t])) {
      ++t;
    } else if (after_star != std::string_view::npos) {
      p = after_star;
      t = ++retry_from;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*')
    ++p;
  return p == pattern.size();
}

}  // namespace ringfence::sip_core
