// Rows for people (a table, or one line per column) and for scripts (JSON: every column, NULL as
// null, flags as booleans). What is secret has become "set" before it comes here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "admin/print/text_table.hpp"
#include "admin/table/row_editor.hpp"

namespace ringfence::admin {

enum class OutputForm : std::uint8_t { text, json };

std::string rows_as_table(const RowKind& kind, const RowList& rows, Colours colours);
std::string row_as_lines(const RowList& rows, Colours colours);
// An array; `row_as_json` gives the first alone.
std::string rows_as_json(const RowList& rows);
// What is said this once, when a row is added.
struct SaidOnce {
  std::optional<std::string> password;                     // that was just made up
  std::vector<std::pair<std::string, std::string>> phone;  // settings of the phone
};
std::string row_as_json(const RowList& rows, const SaidOnce& said = {});

}  // namespace ringfence::admin
