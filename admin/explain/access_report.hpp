// `acl explain`: what the access rules make of a source, a caller and a called number, as text for
// people and as JSON for scripts. Pure but for the database, which is read once.
#pragma once

#include <string>

#include "admin/print/row_output.hpp"
#include "admin/print/text_table.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct ExplainAccessCommand {
  std::string peer;    // a numeric address
  std::string from;    // "alice" or "alice@demo.example"; may be empty
  std::string called;  // the user part of the Request-URI; may be empty
  std::string tenant;  // name or domain; empty: by `from`, else the only one
};

Result<std::string> explain_access(const std::string& database, const ExplainAccessCommand& command,
                                   OutputForm output, Colours colours);

}  // namespace ringfence::admin
