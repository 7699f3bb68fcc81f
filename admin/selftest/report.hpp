// SelftestReport: what each step of a selftest came to, for people and for scripts.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "admin/print/text_table.hpp"
#include "admin/selftest/media/media_stream.hpp"

namespace ringfence::admin {

enum class Verdict : std::uint8_t { passed, failed, skipped };

struct StepOutcome {
  Verdict verdict = Verdict::passed;
  std::string detail;
};

struct StepReport {
  std::string name;
  std::chrono::duration<double, std::milli> took{0};
  StepOutcome outcome;
};

struct SelftestReport {
  std::vector<StepReport> steps;
  std::chrono::duration<double, std::milli> took{0};

  bool passed() const;
};

std::string report_as_table(const SelftestReport& report, Colours colours);
std::string report_as_json(const SelftestReport& report);

// Whether what `receiver` measured is what `sender` sent: no loss to speak of, its tone and nothing
// of the receiver's own, and its reports. What is missing before the first or after the last packet
// that came is told apart from loss on the way: a moment at the start is the call's, not the
// path's.
StepOutcome judge_media(const MediaMeasurement& sender, const MediaMeasurement& receiver,
                        double hertz);

}  // namespace ringfence::admin
