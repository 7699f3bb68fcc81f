// `calls --verify`: reads the call detail records of state.db and says whether any of them was
// removed or altered since it was written. The file is only read.
#pragma once

#include <string>

#include "admin/history/chain_check.hpp"
#include "admin/print/text_table.hpp"
#include "admin/table/database.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

// `config` gets state.db attached.
Result<ChainReport> verify_calls(const Database& config, const std::string& state_directory);

std::string chain_as_text(const ChainReport& report);
std::string chain_as_json(const ChainReport& report);

}  // namespace ringfence::admin
