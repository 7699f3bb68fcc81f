// Config: the rows of the configuration database as a value, in the shape in which the children get
// them (proto/supervisor_child.proto). Only enabled rows are in the tables; of the others it knows
// that they exist, so that a reference to one of them is no error. Rows are in order of id, rules
// and routes in order of priority.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "proto/supervisor_child.pb.h"

namespace ringfence::supervisor {

using RowId = std::uint64_t;

// A label or user name within its tenant.
struct NameInTenant {
  RowId tenant_id = 0;
  std::string name;

  auto operator<=>(const NameInTenant&) const = default;
};

struct Config {
  std::vector<proto::Setting> settings;
  std::vector<proto::Tenant> tenants;
  std::vector<proto::Listener> listeners;
  std::vector<proto::Trunk> trunks;
  std::vector<proto::Extension> extensions;
  std::vector<proto::Group> groups;
  std::vector<proto::GroupMember> group_members;
  std::vector<proto::Did> dids;
  std::vector<proto::Route> routes;
  std::vector<proto::AclRule> acl_rules;

  struct Disabled {
    std::set<RowId> tenants;
    std::set<RowId> listeners;
    std::map<RowId, NameInTenant> trunks;
    std::map<RowId, NameInTenant> extensions;
  } disabled;
};

// What is wrong with a row, for /health and the log. `id` is 0 where the row has none (settings).
struct Problem {
  std::string table;
  RowId id = 0;
  std::string column;
  std::string message;

  auto operator<=>(const Problem&) const = default;
};

// The value of a setting, or `fallback` where the database has none.
std::uint32_t setting_number(const Config& config, std::string_view key, std::uint32_t fallback);

}  // namespace ringfence::supervisor
