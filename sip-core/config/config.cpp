#include "sip-core/config/config.hpp"

#include <algorithm>
#include <charconv>

#include "sip-core/config/access_index.hpp"

namespace ringfence::sip_core {
namespace {

template <typename Row, typename Id>
const Row* find_by_id(const std::vector<Row>& rows, Id id) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.id == id; });
  return found == rows.end() ? nullptr : &*found;
}

template <typename Row, typename Predicate>
const Row* find_row(const std::vector<Row>& rows, Predicate matches) {
  const auto found = std::find_if(rows.begin(), rows.end(), matches);
  return found == rows.end() ? nullptr : &*found;
}

bool same_without_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string name_key(TenantId tenant, std::string_view username) {
  std::string key = std::to_string(tenant.value);
  key.push_back('/');
  key.append(username);
  return key;
}

template <typename Row>
void sort_by_priority(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    return a.priority != b.priority ? a.priority < b.priority : a.id < b.id;
  });
}

template <typename Row>
void sort_by_id(std::vector<Row>& rows) {
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) { return a.id < b.id; });
}

}  // namespace

void Config::finish() {
  sort_by_id(tenants);
  sort_by_id(listeners);
  sort_by_id(trunks);
  sort_by_id(extensions);
  sort_by_priority(routes);
  sort_by_priority(acl_rules);
  extensions_by_name_.clear();
  extensions_by_id_.clear();
  trunks_by_id_.clear();
  dids_by_number_.clear();
  dids_by_target_.clear();
  for (std::size_t i = 0; i < extensions.size(); ++i) {
    extensions_by_name_.emplace(name_key(extensions[i].tenant, extensions[i].username), i);
    extensions_by_id_.emplace(extensions[i].id, i);
  }
  for (std::size_t i = 0; i < trunks.size(); ++i)
    trunks_by_id_.emplace(trunks[i].id, i);
  for (std::size_t i = 0; i < dids.size(); ++i) {
    dids_by_number_.emplace(name_key(dids[i].tenant, dids[i].number), i);
    dids_by_target_.emplace(name_key(dids[i].tenant, dids[i].target), i);
  }
  indexed_dids_ = dids.size();
  access_index = acl_rules.empty() ? nullptr : std::make_shared<const AccessIndex>(acl_rules);
}

const Tenant* Config::tenant(TenantId id) const {
  return find_by_id(tenants, id);
}

const Tenant* Config::tenant_by_domain(std::string_view domain) const {
  return find_row(tenants, [&](const Tenant& t) { return same_without_case(t.domain, domain); });
}

const Listener* Config::listener(ListenerId id) const {
  return find_by_id(listeners, id);
}

const Trunk* Config::trunk(TrunkId id) const {
  const auto found = trunks_by_id_.find(id);
  const bool known = found != trunks_by_id_.end() && found->second < trunks.size();
  if (known && trunks[found->second].id == id) return &trunks[found->second];
  return find_by_id(trunks, id);
}

const Extension* Config::extension(TenantId tenant, std::string_view username) const {
  if (extensions_by_name_.size() != extensions.size()) {
    return find_row(extensions, [&](const Extension& row) {
      return row.tenant == tenant && row.username == username;
    });
  }
  const auto found = extensions_by_name_.find(name_key(tenant, username));
  return found == extensions_by_name_.end() ? nullptr : &extensions[found->second];
}

const Extension* Config::extension(ExtensionId id) const {
  if (extensions_by_id_.size() != extensions.size()) return find_by_id(extensions, id);
  const auto found = extensions_by_id_.find(id);
  return found == extensions_by_id_.end() ? nullptr : &extensions[found->second];
}

const Listener* Config::listener_for(const Trunk& trunk) const {
  if (trunk.listener) return listener(*trunk.listener);
  return find_row(listeners, [&](const Listener& row) {
    return row.side == Side::trunk && row.transport == trunk.transport();
  });
}

const Did* Config::did(TenantId tenant, std::string_view normalised_number) const {
  if (indexed_dids_ != dids.size()) {
    return find_row(dids, [&](const Did& row) {
      return row.tenant == tenant && row.number == normalised_number;
    });
  }
  const auto found = dids_by_number_.find(name_key(tenant, normalised_number));
  return found == dids_by_number_.end() ? nullptr : &dids[found->second];
}

const Did* Config::did_to(TenantId tenant, std::string_view target) const {
  if (indexed_dids_ != dids.size()) {
    return find_row(dids,
                    [&](const Did& row) { return row.tenant == tenant && row.target == target; });
  }
  const auto found = dids_by_target_.find(name_key(tenant, target));
  return found == dids_by_target_.end() ? nullptr : &dids[found->second];
}

const Group* Config::group(TenantId tenant, std::string_view name) const {
  return find_row(groups,
                  [&](const Group& row) { return row.tenant == tenant && row.name == name; });
}

const Trunk* Config::trunk_by_label(TenantId tenant, std::string_view label) const {
  return find_row(trunks,
                  [&](const Trunk& row) { return row.tenant == tenant && row.label == label; });
}

std::string_view Config::setting_text(std::string_view key, std::string_view fallback) const {
  const auto found = settings.find(key);
  return found == settings.end() ? fallback : std::string_view(found->second);
}

std::uint64_t Config::setting_number(std::string_view key, std::uint64_t fallback) const {
  const auto found = settings.find(key);
  if (found == settings.end()) return fallback;
  std::uint64_t number = 0;
  const char* end = found->second.data() + found->second.size();
  const auto [stopped, error] = std::from_chars(found->second.data(), end, number);
  return error == std::errc{} && stopped == end ? number : fallback;
}

bool Config::is_emergency_number(std::string_view dialled) const {
  const std::string wanted = normalise_number(dialled);
  std::string_view numbers = setting_text("emergency_numbers", {});
  while (!wanted.empty() && !numbers.empty()) {
    const std::string_view number = numbers.substr(0, numbers.find(' '));
    if (number == wanted) return true;
    numbers.remove_prefix(std::min(numbers.size(), number.size() + 1));
  }
  return false;
}

}  // namespace ringfence::sip_core
