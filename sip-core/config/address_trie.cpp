#include "sip-core/config/address_trie.hpp"

#include <algorithm>
#include <bit>

namespace ringfence::sip_core {
namespace {

constexpr std::uint32_t kRootV4 = 0;
constexpr std::uint32_t kRootV6 = 1;

using Bits = std::array<std::uint8_t, 16>;

std::size_t bit_at(const Bits& bits, unsigned index) {
  return (unsigned{bits[index / 8]} >> (7 - index % 8)) & 1U;
}

// How many of the first `most` bits are the same.
unsigned common_length(const Bits& a, const Bits& b, unsigned most) {
  for (unsigned octet = 0; octet * 8 < most; ++octet) {
    const auto difference = static_cast<std::uint8_t>(a[octet] ^ b[octet]);
    if (difference != 0) {
      return std::min(most, octet * 8 + static_cast<unsigned>(std::countl_zero(difference)));
    }
  }
  return most;
}

std::uint32_t root_of(const IpAddress& address) {
  return address.is_v6() ? kRootV6 : kRootV4;
}

}  // namespace

AddressTrie::AddressTrie() : nodes_(2) {}

std::uint32_t AddressTrie::make(const Bits& bits, std::uint8_t length) {
  nodes_.push_back({bits, length, kNoRank, {}});
  return static_cast<std::uint32_t>(nodes_.size() - 1);
}

void AddressTrie::add(const IpNetwork& network, RuleRank rank) {
  const Bits& bits = network.address.octets();
  std::uint32_t at = root_of(network.address);
  while (nodes_[at].length < network.prefix) {
    const std::size_t side = bit_at(bits, nodes_[at].length);
    const std::uint32_t next = nodes_[at].child[side];
    if (next == 0) {
      const std::uint32_t leaf = make(bits, network.prefix);
      at = nodes_[at].child[side] = leaf;
      break;
    }
    const unsigned most = std::min(nodes_[next].length, network.prefix);
    const unsigned common = common_length(nodes_[next].bits, bits, most);
    if (common < nodes_[next].length) {  // the path branches before it reaches `next`
      const std::uint32_t fork = make(bits, static_cast<std::uint8_t>(common));
      nodes_[fork].child[bit_at(nodes_[next].bits, common)] = next;
      nodes_[at].child[side] = fork;
      at = fork;
    } else {
      at = next;
    }
  }
  nodes_[at].rank = std::min(nodes_[at].rank, rank);
}

RuleRank AddressTrie::lowest(const IpAddress& address) const {
  const Bits& bits = address.octets();
  const unsigned width = address.is_v6() ? 128 : 32;
  const Node* node = &nodes_[root_of(address)];
  RuleRank best = node->rank;
  while (node->length < width) {
    const std::uint32_t next = node->child[bit_at(bits, node->length)];
    if (next == 0) break;
    node = &nodes_[next];
    if (common_length(node->bits, bits, node->length) < node->length) break;
    best = std::min(best, node->rank);
  }
  return best;
}

}  // namespace ringfence::sip_core
