// `route explain`: which way a call takes and why, as text for people and as JSON for scripts. Pure
// but for the database, which is read once.
#pragma once

#include <string>

#include "admin/print/row_output.hpp"
#include "admin/print/text_table.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct ExplainRouteCommand {
  std::string tenant;  // name or domain; empty: the only one
  std::string from;    // an extension, or trunk:LABEL
  std::string to;      // as dialled
};

Result<std::string> explain_route(const std::string& database, const ExplainRouteCommand& command,
                                  OutputForm output, Colours colours);

}  // namespace ringfence::admin
