#include "sip-core/engine/name_cache.hpp"

#include <utility>

namespace ringfence::sip_core {

void NameCache::keep(const Config& config, TimePoint now, Actions& actions) {
  for (auto& [host, name] : names_)
    name.kept = false;
  for (const Trunk& trunk : config.trunks) {
    want(trunk.host, now, actions);
    const auto found = names_.find(trunk.host);
    if (found != names_.end()) found->second.kept = true;
  }
}

std::span<const IpAddress> NameCache::addresses(std::string_view host) const {
  const auto found = names_.find(std::string(host));
  return found == names_.end() ? std::span<const IpAddress>() : found->second.addresses;
}

bool NameCache::want(std::string_view host, TimePoint now, Actions& actions) {
  const auto found = names_.find(std::string(host));
  if (found != names_.end()) {
    Name& name = found->second;
    if (name.addresses.empty() && !name.query) ask(found->first, name, actions);
    return true;
  }
  if (names_.size() >= kMaxNames) return false;
  const auto [entry, inserted] = names_.emplace(std::string(host), Name{});
  if (const auto numeric = IpAddress::parse(host)) {
    entry->second.addresses.push_back(*numeric);
    entry->second.due = TimePoint::max();
    return true;
  }
  entry->second.due = now + kRetry;
  ask(entry->first, entry->second, actions);
  return true;
}

void NameCache::ask(const std::string& host, Name& name, Actions& actions) {
  name.query = ids_.query();
  actions.push_back(ResolveName{*name.query, host});
}

std::optional<NameCache::Answer> NameCache::on_resolved(const NameResolved& event, TimePoint now) {
  for (auto& [host, name] : names_) {
    if (name.query != event.query) continue;
    name.query.reset();
    const bool found = event.addresses && !event.addresses->empty();
    if (found) name.addresses = *event.addresses;
    name.due = now + (found ? kRefresh : kRetry);
    if (!name.addresses.empty()) return Answer{host, std::nullopt};
    return Answer{host, event.addresses ? "no address" : event.addresses.error()};
  }
  return std::nullopt;
}

void NameCache::refresh(TimePoint now, Actions& actions) {
  for (auto entry = names_.begin(); entry != names_.end();) {
    Name& name = entry->second;
    if (!name.kept && !name.query && name.due <= now) {
      entry = names_.erase(entry);
      continue;
    }
    if (name.kept && !name.query && name.due <= now) ask(entry->first, name, actions);
    ++entry;
  }
}

}  // namespace ringfence::sip_core
