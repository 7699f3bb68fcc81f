#include "sip-core/trunk/identify_trunk.hpp"

#include <algorithm>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {
namespace {

using Candidates = std::vector<const Trunk*>;

template <typename Predicate>
Candidates those_that(const Config& config, Predicate fits) {
  Candidates candidates;
  for (const Trunk& trunk : config.trunks) {
    if (fits(trunk)) candidates.push_back(&trunk);
  }
  return candidates;
}

bool is_at_host(const TrunkFacts& facts, const Trunk& trunk, const IpAddress& ip) {
  return std::ranges::find(facts.addresses(trunk.id), ip) != facts.addresses(trunk.id).end();
}

bool is_target(const TrunkFacts& facts, const Trunk& trunk, const SocketAddress& remote) {
  const auto targets = facts.targets(trunk.id);
  if (!targets.empty()) return std::ranges::find(targets, remote) != targets.end();
  return trunk.next_port() == remote.port && is_at_host(facts, trunk, remote.ip);
}

bool in_cidrs(const Trunk& trunk, const IpAddress& ip) {
  return std::ranges::any_of(trunk.source_cidrs,
                             [&](const IpNetwork& network) { return network.contains(ip); });
}

bool source_fits(const TrunkFacts& facts, const Trunk& trunk, const IpAddress& ip) {
  return in_cidrs(trunk, ip) || is_at_host(facts, trunk, ip);
}

Candidates by_cidr(const Config& config, const IpAddress& ip) {
  std::optional<std::uint8_t> longest;
  Candidates candidates;
  for (const Trunk& trunk : config.trunks) {
    for (const IpNetwork& network : trunk.source_cidrs) {
      if (!network.contains(ip) || (longest && network.prefix < *longest)) continue;
      if (!longest || network.prefix > *longest) candidates.clear();
      longest = network.prefix;
      if (candidates.empty() || candidates.back() != &trunk) candidates.push_back(&trunk);
    }
  }
  return candidates;
}

// The listener that the request reached must be on the trunk's side of things: the same transport.
Candidates candidates_of(const Config& config, const TrunkFacts& facts,
                         const TrunkEvidence& evidence) {
  const IpAddress& ip = evidence.remote.ip;
  if (evidence.connection_of) {
    return those_that(config, [&](const Trunk& t) { return t.id == *evidence.connection_of; });
  }
  auto found = those_that(config, [&](const Trunk& t) {
    const auto user = facts.contact_user(t.id);
    return !user.empty() && user == evidence.request_user && source_fits(facts, t, ip);
  });
  if (!found.empty()) return found;
  found = those_that(config, [&](const Trunk& t) {
    return std::ranges::any_of(evidence.verified_names,
                               [&](const std::string& name) { return is_name_of(name, t); });
  });
  if (!found.empty()) return found;
  found = those_that(config, [&](const Trunk& t) { return is_target(facts, t, evidence.remote); });
  if (!found.empty()) return found;
  found = by_cidr(config, ip);
  if (!found.empty()) return found;
  return those_that(
      config, [&](const Trunk& t) { return t.source_cidrs.empty() && is_at_host(facts, t, ip); });
}

}  // namespace

bool is_name_of(std::string_view verified_name, const Trunk& trunk) {
  if (const auto colon = verified_name.find(':'); colon != std::string_view::npos) {
    verified_name.remove_prefix(colon + 1);
  }
  return sip::equal_without_case(verified_name, trunk.host) ||
         sip::equal_without_case(verified_name, trunk.next_host());
}

std::optional<TrunkMatch> identify_trunk(const Config& config, const TrunkFacts& facts,
                                         const TrunkEvidence& evidence) {
  Candidates candidates = candidates_of(config, facts, evidence);
  if (candidates.empty()) return std::nullopt;
  if (candidates.size() == 1) return TrunkMatch{candidates.front()->id, false};
  // Several carriers' rows may share an address: the called number tells the tenant.
  const std::string number = normalise_number(evidence.request_user);
  Candidates owners;
  for (const Trunk* trunk : candidates) {
    if (config.did(trunk->tenant, number) != nullptr) owners.push_back(trunk);
  }
  if (!owners.empty()) candidates = std::move(owners);
  const auto lowest =
      std::ranges::min_element(candidates, {}, [](const Trunk* trunk) { return trunk->id; });
  return TrunkMatch{(*lowest)->id, candidates.size() > 1};
}

}  // namespace ringfence::sip_core
