// The texts under --help.
#pragma once

#include <string>
#include <string_view>

#include "admin/table/row_kind.hpp"

namespace ringfence::admin {

extern const std::string_view kExamples;
extern const std::string_view kStatusExamples;
extern const std::string_view kSelftestExamples;
extern const std::string_view kRestartExamples;
extern const std::string_view kBlocklistExamples;
extern const std::string_view kCallsExamples;
extern const std::string_view kRegistrationsExamples;
extern const std::string_view kTraceExamples;
extern const std::string_view kAclExplainExamples;
extern const std::string_view kRouteExplainExamples;
extern const std::string_view kDoctorExamples;
extern const std::string_view kSqlExamples;
extern const std::string_view kDrainExamples;
extern const std::string_view kRecordingExamples;
extern const std::string_view kCompletionExamples;

// Examples of one kind's commands; `verb` "" stands for all of them.
std::string row_examples(const RowKind& kind, std::string_view verb);

}  // namespace ringfence::admin
