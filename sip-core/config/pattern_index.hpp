// PatternIndex: globs with a rank each; asks for the lowest rank among those that match a text. A
// glob is kept under the literal that every text of its must hold: the whole, how it begins, how it
// ends, or a piece within. Only the globs whose literal is in the text are tried; those without any
// ("*", "[0-9]?") always are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sip-core/config/address_trie.hpp"

namespace ringfence::sip_core {

class PatternIndex {
 public:
  // In order of rank, the lowest first.
  void add(std::string_view pattern, RuleRank rank);
  // kNoRank: none matches, or none below `below`.
  RuleRank lowest(std::string_view text, RuleRank below = kNoRank) const;
  bool empty() const { return lowest_ == kNoRank; }

 private:
  struct Candidate {
    std::string pattern;
    RuleRank rank = kNoRank;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  template <typename Value>
  using ByLiteral = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
  using Candidates = std::vector<Candidate>;  // by rank
  // Literals of one place, by their length.
  struct Anchors {
    std::vector<ByLiteral<Candidates>> by_length;

    void add(std::string_view literal, Candidate candidate);
    void try_at(std::string_view text, std::size_t length, std::string_view whole,
                RuleRank& best) const;
  };

  static void try_all(const Candidates& candidates, std::string_view text, RuleRank& best);
  void try_anchored(std::string_view text, RuleRank& best) const;

  RuleRank lowest_ = kNoRank;
  ByLiteral<RuleRank> exact_;
  Anchors beginnings_;
  Anchors ends_;
  Anchors pieces_;
  Candidates others_;
};

}  // namespace ringfence::sip_core
