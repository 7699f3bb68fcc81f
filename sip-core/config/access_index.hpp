// AccessIndex: the access rules compiled at the time of configuration, so that a decision costs a
// microsecond or two with twenty thousand rules: a trie for addresses and networks, indexes for
// globs, one set for the rules of everybody and one for those of each tenant. It says which rule
// decides; what rules mean is told one by one in routing/access.cpp.
#pragma once

#include <array>
#include <span>
#include <string>
#include <unordered_map>

#include "sip-core/config/address_trie.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/config/pattern_index.hpp"

namespace ringfence::sip_core {

// What rules look at; the decoded parts of a request's URIs.
struct AccessSubject {
  IpAddress peer;  // the transport peer's address
  std::optional<TenantId> tenant;
  std::string from_user;
  std::string from_host;
  std::string request_user;
};

// "user@host" with the host in lower case, as rules of kind sip-from see it.
std::string from_text(const AccessSubject& subject);

// A deny by address spares private sources unless it has `force`, and one of kind sip-did spares
// emergency numbers.
enum class Sparing : std::uint8_t { nobody, private_sources, emergency_numbers };
Sparing sparing_of(const AclRule& rule);

class AccessIndex {
 public:
  explicit AccessIndex(std::span<const AclRule> rules);  // in their order

  // The rule that decides, as its place in the rules; kNoRank: none fits.
  RuleRank first(const Config& config, const AccessSubject& subject) const;

 private:
  // Those that hold for all, and those that spare some.
  struct Addresses {
    AddressTrie networks;
    PatternIndex globs;
  };
  struct Scope {
    std::array<Addresses, 2> addresses;
    std::array<PatternIndex, 2> numbers;
    PatternIndex users;
    PatternIndex froms;
    std::unordered_map<std::string, RuleRank> tenants;
  };
  class Search;

  std::unordered_map<std::uint64_t, Scope> scopes_;  // by tenant; 0: everybody's
};

}  // namespace ringfence::sip_core
