#include "supervisor/config/config_validator.hpp"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "supervisor/config/config_warnings.hpp"
#include "supervisor/config/row_checks.hpp"

namespace ringfence::supervisor {
namespace {

// What makes a row the same row in another version of the table.
auto identity(const proto::Setting& row) {
  return row.key();
}
auto identity(const proto::GroupMember& row) {
  return std::pair(row.group_id(), row.extension_id());
}
auto identity(const auto& row) {
  return row.id();
}

class Merge {
 public:
  Merge(RowChecks& checks, std::vector<Problem>& errors) : checks_(checks), errors_(errors) {}

  template <typename Row>
  void table(const std::vector<Row>& rows, const std::vector<Row>& last_good,
             std::vector<Row>& out) {
    for (const Row& row : rows) {
      Verdict verdict = checks_.check(row);
      if (!verdict.applies) continue;
      if (verdict.problems.empty()) {
        take(row, out);
        continue;
      }
      errors_.insert(errors_.end(), verdict.problems.begin(), verdict.problems.end());
      const auto old = std::ranges::find_if(
          last_good, [&](const Row& candidate) { return identity(candidate) == identity(row); });
      if (old != last_good.end() && checks_.check(*old).usable()) take(*old, out);
    }
  }

 private:
  template <typename Row>
  void take(const Row& row, std::vector<Row>& out) {
    checks_.accept(row);
    out.push_back(row);
  }

  RowChecks& checks_;
  std::vector<Problem>& errors_;
};

bool is_wildcard(const std::string& address) {
  return address == "0.0.0.0" || address == "::";
}

void fill_in(proto::Listener& listener, const Surroundings& surroundings) {
  const auto reachable = [&](const std::string& address) {
    if (!is_wildcard(address)) return address;
    return address == "::" ? surroundings.own_address_v6 : surroundings.own_address_v4;
  };
  if (listener.advertised_address().empty()) {
    listener.set_advertised_address(reachable(listener.address()));
  }
  const bool own_media_address = !listener.media_address().empty();
  if (!own_media_address) listener.set_media_address(listener.address());
  if (listener.media_advertised_address().empty()) {
    listener.set_media_advertised_address(own_media_address ? reachable(listener.media_address())
                                                            : listener.advertised_address());
  }
}

template <typename Row>
void sort_by_priority(std::vector<Row>& rows) {
  std::ranges::sort(rows, {}, [](const Row& row) { return std::pair(row.priority(), row.id()); });
}

}  // namespace

std::uint32_t setting_number(const Config& config, std::string_view key, std::uint32_t fallback) {
  for (const auto& setting : config.settings) {
    if (setting.key() != key) continue;
    std::uint32_t value = 0;
    const char* end = setting.value().data() + setting.value().size();
    const auto result = std::from_chars(setting.value().data(), end, value);
    return result.ec == std::errc() && result.ptr == end ? value : fallback;
  }
  return fallback;
}

Validated validate(const Config& rows, const Config& last_good, const Surroundings& surroundings) {
  Validated result;
  Config& config = result.config;
  RowChecks checks(rows);
  Merge merge(checks, result.errors);
  merge.table(rows.settings, last_good.settings, config.settings);
  merge.table(rows.tenants, last_good.tenants, config.tenants);
  merge.table(rows.listeners, last_good.listeners, config.listeners);
  merge.table(rows.trunks, last_good.trunks, config.trunks);
  merge.table(rows.extensions, last_good.extensions, config.extensions);
  merge.table(rows.groups, last_good.groups, config.groups);
  merge.table(rows.group_members, last_good.group_members, config.group_members);
  merge.table(rows.dids, last_good.dids, config.dids);
  merge.table(rows.routes, last_good.routes, config.routes);
  merge.table(rows.acl_rules, last_good.acl_rules, config.acl_rules);
  // A last good version may have another priority than the row that it stands in for.
  sort_by_priority(config.routes);
  sort_by_priority(config.acl_rules);
  config.disabled = rows.disabled;
  for (proto::Listener& listener : config.listeners)
    fill_in(listener, surroundings);
  result.warnings = config_warnings(config, surroundings);
  return result;
}

}  // namespace ringfence::supervisor
