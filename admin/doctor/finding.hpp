// Finding: one line of the doctor's: what was looked at, how it is, and where it is not well what
// to change. Rendering is pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "admin/print/text_table.hpp"

namespace ringfence::admin {

enum class Severity : std::uint8_t { good, note, warning, bad };

struct Finding {
  Severity severity = Severity::good;
  std::string about;  // "clock", "trunk demo/Telco"
  std::string sentence;
};
using Findings = std::vector<Finding>;

bool any_bad(const Findings& findings);
std::string findings_as_text(const Findings& findings, Colours colours);
std::string findings_as_json(const Findings& findings);

}  // namespace ringfence::admin
