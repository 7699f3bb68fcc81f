// `calls --since`: call detail records of state.db as a table, JSON or CSV (RFC 4180, lines ended
// by a newline). Times are UTC. The file is only read.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "admin/print/text_table.hpp"
#include "admin/table/database.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct PastCallsQuestion {
  std::int64_t since_unix_ms = 0;
  std::int64_t until_unix_ms = 0;
  std::optional<std::string> tenant;  // name or domain
};
enum class CallsForm : std::uint8_t { table, json, csv };

// `config` gets state.db attached.
Result<std::string> past_calls(const Database& config, const std::string& state_directory,
                               const PastCallsQuestion& question, CallsForm form, Colours colours);

// One field of a line. A text that a spreadsheet would take for a formula gets an apostrophe.
std::string csv_field(std::string_view text);

}  // namespace ringfence::admin
