// RowChecks: judges one row after the other against the rows accepted so far, so it is fed in the
// order settings, tenants, listeners, trunks, extensions, groups, members, DIDs, routes, rules.
// Pure. A row that refers to something disabled or left out does not apply: it is dropped without a
// word, for the cause has been told elsewhere.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "supervisor/config/config.hpp"

namespace ringfence::supervisor {

struct Verdict {
  bool applies = true;
  std::vector<Problem> problems;
  bool usable() const { return applies && problems.empty(); }
};

class RowChecks {
 public:
  explicit RowChecks(const Config& rows);

  Verdict check(const proto::Setting& setting) const;
  Verdict check(const proto::Tenant& tenant) const;
  Verdict check(const proto::Listener& listener) const;
  Verdict check(const proto::Trunk& trunk) const;
  Verdict check(const proto::Extension& extension) const;
  Verdict check(const proto::Group& group) const;
  Verdict check(const proto::GroupMember& member) const;
  Verdict check(const proto::Did& did) const;
  Verdict check(const proto::Route& route) const;
  Verdict check(const proto::AclRule& rule) const;

  // The row is part of the result.
  void accept(const proto::Setting&) {}
  void accept(const proto::Tenant& tenant);
  void accept(const proto::Listener& listener);
  void accept(const proto::Trunk& trunk);
  void accept(const proto::Extension& extension);
  void accept(const proto::Group& group);
  void accept(const proto::GroupMember&) {}
  void accept(const proto::Did&) {}
  void accept(const proto::Route&) {}
  void accept(const proto::AclRule&) {}

 private:
  void check_tenant(RowId tenant_id, const char* table, RowId id, Verdict& verdict) const;

  const Config& rows_;
  // Everything that the database holds, usable or not, to tell "unknown" from "left out".
  std::set<RowId> known_tenants_;
  std::set<RowId> known_listeners_;
  std::set<RowId> known_trunks_;
  std::set<RowId> known_extensions_;
  std::set<RowId> known_groups_;
  std::set<NameInTenant> known_targets_;  // "ext:alice", as dids.target says it

  std::map<RowId, std::string> tenants_;  // accepted: names
  std::set<std::string> domains_;
  std::map<RowId, std::string> listeners_;  // accepted: sides
  std::set<RowId> trunks_;
  std::set<RowId> extensions_;
  std::set<RowId> groups_;
  std::set<NameInTenant> targets_;
};

}  // namespace ringfence::supervisor
