// `ringfencectl trace`: follows a call, an extension or everything, and shows what the box still
// holds of it first: as a ladder or as JSON lines on standard output, and as a capture in a file.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "admin/print/row_output.hpp"
#include "admin/trace/ladder.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

struct TraceCommand {
  std::string subject;                       // a Call-ID or an extension; empty: everything
  std::string pcap_file;                     // empty: none
  std::optional<std::chrono::seconds> time;  // 0: only what is held; absent: until it ends
  LadderDetail detail = LadderDetail::lines;
};

// Prints as messages come; returns when the call is over, the time is, or after Ctrl-C.
Result<void> run_trace(const std::string& run_directory, const TraceCommand& command,
                       OutputForm output);

}  // namespace ringfence::admin
