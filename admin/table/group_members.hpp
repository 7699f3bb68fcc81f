// The members of a group, which are rows of their own: written as a list of extensions' names in
// the order in which they ring.
#pragma once

#include <string>

#include "admin/table/database.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// "alice, bob"; "" empties the group. Within the caller's transaction.
Result<void> replace_members(const Database& database, std::int64_t group, std::int64_t tenant,
                             const std::string& list);

}  // namespace ringfence::admin
