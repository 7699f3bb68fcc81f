#include "sip-core/config/access_index.hpp"

#include <algorithm>

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kForAll = 0;
constexpr std::size_t kSparing = 1;

char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::string from_text(const AccessSubject& subject) {
  std::string text = subject.from_user + "@" + subject.from_host;
  std::transform(text.end() - static_cast<std::ptrdiff_t>(subject.from_host.size()), text.end(),
                 text.end() - static_cast<std::ptrdiff_t>(subject.from_host.size()), to_lower);
  return text;
}

Sparing sparing_of(const AclRule& rule) {
  if (rule.allow) return Sparing::nobody;
  switch (rule.kind) {
    case AclKind::ip:
    case AclKind::cidr:
    case AclKind::glob:
      return rule.force ? Sparing::nobody : Sparing::private_sources;
    case AclKind::sip_did:
      return Sparing::emergency_numbers;
    case AclKind::sip_user:
    case AclKind::sip_from:
    case AclKind::tenant:
      return Sparing::nobody;
  }
  return Sparing::nobody;
}

AccessIndex::AccessIndex(std::span<const AclRule> rules) {
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const AclRule& rule = rules[i];
    const auto rank = static_cast<RuleRank>(i);
    Scope& scope = scopes_[rule.tenant ? rule.tenant->value : 0];
    const std::size_t part = sparing_of(rule) == Sparing::nobody ? kForAll : kSparing;
    switch (rule.kind) {
      case AclKind::ip:
      case AclKind::cidr:
        if (const auto network = IpNetwork::parse(rule.pattern)) {
          scope.addresses[part].networks.add(*network, rank);
        }
        break;
      case AclKind::glob:
        scope.addresses[part].globs.add(rule.pattern, rank);
        break;
      case AclKind::sip_user:
        scope.users.add(rule.pattern, rank);
        break;
      case AclKind::sip_from:
        scope.froms.add(rule.pattern, rank);
        break;
      case AclKind::sip_did:
        scope.numbers[part].add(rule.pattern, rank);
        break;
      case AclKind::tenant:
        scope.tenants.try_emplace(rule.pattern, rank);
        break;
    }
  }
}

// One subject, with the texts that its rules ask for made when the first does.
class AccessIndex::Search {
 public:
  Search(const Config& config, const AccessSubject& subject) : config_(config), subject_(subject) {}

  void look(const Scope& scope) {
    look(scope.addresses[kForAll]);
    if (!subject_.peer.is_private()) look(scope.addresses[kSparing]);
    take(scope.users.lowest(subject_.from_user, best_));
    if (!scope.froms.empty()) take(scope.froms.lowest(from(), best_));
    look(scope.numbers[kForAll]);
    if (!scope.numbers[kSparing].empty() && !config_.is_emergency_number(subject_.request_user)) {
      look(scope.numbers[kSparing]);
    }
    if (!scope.tenants.empty()) look_by_tenant(scope);
  }
  RuleRank best() const { return best_; }

 private:
  void take(RuleRank rank) { best_ = std::min(best_, rank); }

  void look(const Addresses& addresses) {
    take(addresses.networks.lowest(subject_.peer));
    if (!addresses.globs.empty()) take(addresses.globs.lowest(peer(), best_));
  }
  void look(const PatternIndex& numbers) {
    if (numbers.empty()) return;
    take(numbers.lowest(subject_.request_user, best_));
    take(numbers.lowest(number(), best_));
  }
  void look_by_tenant(const Scope& scope) {
    const Tenant* tenant = subject_.tenant ? config_.tenant(*subject_.tenant) : nullptr;
    if (tenant == nullptr) return;
    const auto found = scope.tenants.find(tenant->name);
    if (found != scope.tenants.end()) take(found->second);
  }

  const std::string& peer() {
    if (!peer_) peer_ = subject_.peer.to_string();
    return *peer_;
  }
  const std::string& from() {
    if (!from_) from_ = from_text(subject_);
    return *from_;
  }
  const std::string& number() {
    if (!number_) number_ = normalise_number(subject_.request_user);
    return *number_;
  }

  const Config& config_;
  const AccessSubject& subject_;
  RuleRank best_ = kNoRank;
  std::optional<std::string> peer_;
  std::optional<std::string> from_;
  std::optional<std::string> number_;
};

RuleRank AccessIndex::first(const Config& config, const AccessSubject& subject) const {
  Search search(config, subject);
  if (const auto shared = scopes_.find(0); shared != scopes_.end()) search.look(shared->second);
  if (!subject.tenant || subject.tenant->value == 0) return search.best();
  const auto own = scopes_.find(subject.tenant->value);
  if (own != scopes_.end()) search.look(own->second);
  return search.best();
}

}  // namespace ringfence::sip_core
