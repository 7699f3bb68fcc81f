// RowName: how people name a row (demo, demo/Telco, alice@demo.example, 3) taken apart, and found
// in the database. Whatever is not there is answered with what is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "admin/table/database.hpp"
#include "admin/table/row_kind.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct RowName {
  std::optional<std::string> tenant;  // its name or its domain
  std::string name;
};

// `tenant`, as --tenant gives it, wins: then the whole text is the name. A kind without tenants
// ignores it.
RowName parse_row_name(const RowKind& kind, std::string_view text,
                       const std::optional<std::string>& tenant);

struct FoundRow {
  std::int64_t id = 0;    // the rowid
  std::string full_name;  // as list shows it
};

Result<FoundRow> find_row(const Database& database, const RowKind& kind, const RowName& name);
Result<FoundRow> find_tenant(const Database& database, std::string_view name_or_domain);
// The tenant that is meant when none is named: the only one there is.
Result<FoundRow> only_tenant(const Database& database);

}  // namespace ringfence::admin
