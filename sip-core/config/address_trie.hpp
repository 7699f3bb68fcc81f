// AddressTrie: networks with a rank each; asks for the lowest rank among the networks that hold an
// address. A path-compressed binary trie in one block of memory: a look-up touches as many nodes as
// there are branchings above the address, whatever the number of networks.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "runtime/socket_address.hpp"

namespace ringfence::sip_core {

// The place of a rule in the order of rules; the lowest decides.
using RuleRank = std::uint32_t;
inline constexpr RuleRank kNoRank = UINT32_MAX;

class AddressTrie {
 public:
  AddressTrie();
  // Of one network added twice the lower rank stays.
  void add(const IpNetwork& network, RuleRank rank);
  RuleRank lowest(const IpAddress& address) const;  // kNoRank: in none of them

 private:
  using Bits = std::array<std::uint8_t, 16>;
  struct Node {
    Bits bits{};  // the first `length` count
    std::uint8_t length = 0;
    RuleRank rank = kNoRank;
    std::array<std::uint32_t, 2> child{};  // 0: none
  };
  std::uint32_t make(const Bits& bits, std::uint8_t length);

  std::vector<Node> nodes_;  // the roots of IPv4 and of IPv6 first
};

}  // namespace ringfence::sip_core
