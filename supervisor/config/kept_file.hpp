// KeptFile: what the supervisor keeps below --state: small files, replaced whole by a rename, for
// its own eyes only (0600). A file that belongs to somebody else is not read: the folder is shared
// with sip-core, whose word is not ours.
#pragma once

#include <string>
#include <string_view>

#include "runtime/result.hpp"

namespace ringfence::supervisor {

// An empty string where the file does not exist.
Result<std::string> read_kept_file(const std::string& path);
Result<void> write_kept_file(const std::string& path, std::string_view content);

}  // namespace ringfence::supervisor
