// TrunkSources: the addresses that trunks speak from, as sip-core last told them. Asked at each
// accept, so it looks up once per prefix length and never goes through the trunks. Pure.
#pragma once

#include <map>
#include <span>
#include <unordered_set>
#include <utility>

#include "runtime/socket_address.hpp"

namespace ringfence::tls_front {

class TrunkSources {
 public:
  void replace(std::span<const IpNetwork> networks);
  bool contain(const IpAddress& address) const;

 private:
  using Width = std::pair<IpAddress::Family, std::uint8_t>;  // family and prefix length

  std::map<Width, std::unordered_set<IpAddress>> networks_;  // host bits are zero
};

}  // namespace ringfence::tls_front
