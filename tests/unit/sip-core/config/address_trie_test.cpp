#include "sip-core/config/address_trie.hpp"

#include <gtest/gtest.h>

#include "runtime/random.hpp"

namespace ringfence::sip_core {
namespace {

IpNetwork network(std::string_view text) {
  return *IpNetwork::parse(text);
}
RuleRank lowest(const AddressTrie& trie, std::string_view address) {
  return trie.lowest(*IpAddress::parse(address));
}

TEST(AddressTrie, FindsTheLowestRankAmongTheNetworksThatHoldAnAddress) {
  AddressTrie trie;
  trie.add(network("198.51.100.0/24"), 7);
  trie.add(network("198.51.100.128/25"), 9);
  trie.add(network("198.51.100.200"), 3);
  EXPECT_EQ(lowest(trie, "198.51.100.200"), 3U);
  EXPECT_EQ(lowest(trie, "198.51.100.201"), 7U);
  EXPECT_EQ(lowest(trie, "198.51.101.1"), kNoRank);
}

TEST(AddressTrie, KeepsTheFamiliesApartAndTakesNetworksOfAllAddresses) {
  AddressTrie trie;
  trie.add(network("0.0.0.0/0"), 2);
  trie.add(network("2001:db8::/32"), 1);
  EXPECT_EQ(lowest(trie, "1.2.3.4"), 2U);
  EXPECT_EQ(lowest(trie, "2001:db8::1"), 1U);
  EXPECT_EQ(lowest(trie, "2001:db9::1"), kNoRank);
  trie.add(network("::/0"), 5);
  EXPECT_EQ(lowest(trie, "2001:db9::1"), 5U);
}

TEST(AddressTrie, KeepsTheLowerRankOfANetworkAddedTwice) {
  AddressTrie trie;
  trie.add(network("203.0.113.0/24"), 4);
  trie.add(network("203.0.113.77/24"), 8);
  EXPECT_EQ(lowest(trie, "203.0.113.1"), 4U);
}

// Few bits differ, so that networks nest and fork often.
IpAddress some_address(SeededRandom& random) {
  std::array<std::uint8_t, 16> octets{};
  const std::uint64_t bits = random.number();
  for (std::size_t i = 0; i < 4; ++i)
    octets[i] = static_cast<std::uint8_t>(bits >> (i * 8) & 0x83);
  return *IpAddress::from_bytes(bits >> 40 & 1 ? IpAddress::Family::v6 : IpAddress::Family::v4,
                                octets.data());
}

TEST(AddressTrie, AgreesWithLookingAtEachNetwork) {
  SeededRandom random(1);
  for (int round = 0; round < 20; ++round) {
    AddressTrie trie;
    std::vector<IpNetwork> networks;
    for (RuleRank rank = 0; rank < 300; ++rank) {
      const IpAddress address = some_address(random);
      const auto prefix = static_cast<std::uint8_t>(random.number() % (address.is_v6() ? 129 : 33));
      networks.push_back({address, prefix});
      trie.add(networks.back(), rank);
    }
    for (int i = 0; i < 300; ++i) {
      const IpAddress address = some_address(random);
      RuleRank expected = kNoRank;
      for (std::size_t rank = networks.size(); rank-- > 0;)
        if (networks[rank].contains(address)) expected = static_cast<RuleRank>(rank);
      ASSERT_EQ(trie.lowest(address), expected) << address.to_string();
    }
  }
}

}  // namespace
}  // namespace ringfence::sip_core
