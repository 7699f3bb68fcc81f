#include "admin/selftest/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace ringfence::admin {
namespace {

constexpr double kPercent = 100.0;
constexpr double kMaxLoss = 0.01;
// A call whose first word is cut is a bad call: no more than one packet, 20 ms.
constexpr std::uint64_t kMaxMissingAtEnds = 1;
constexpr double kMinToneShare = 0.9;
constexpr double kMaxEchoShare = 0.01;

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "ok";
    case Verdict::failed:
      return "FAILED";
    case Verdict::skipped:
      return "skipped";
  }
  return "";
}

Cell verdict_cell(Verdict verdict) {
  const Tone tone = verdict == Verdict::passed   ? Tone::good
                    : verdict == Verdict::failed ? Tone::bad
                                                 : Tone::faint;
  return {std::string(name_of(verdict)), tone};
}

struct Missing {
  double loss = 0.0;          // share of what should have come between the first and the last
  std::uint64_t at_ends = 0;  // packets
};

Missing missing(const MediaMeasurement& sender, const MediaMeasurement& receiver) {
  Missing out;
  if (receiver.expected > receiver.received) {
    out.loss = static_cast<double>(receiver.expected - receiver.received) /
               static_cast<double>(receiver.expected);
  }
  if (sender.sent > receiver.expected) out.at_ends = sender.sent - receiver.expected;
  return out;
}

// What is wrong with it; "" where nothing is.
std::string fault(const MediaMeasurement& sender, const MediaMeasurement& receiver,
                  const Missing& gone) {
  if (sender.sent == 0) return "nothing was sent";
  if (receiver.received == 0) {
    return receiver.refused == 0 ? "nothing arrived" : "nothing arrived that the agreed key opens";
  }
  if (gone.loss > kMaxLoss) return "too much is lost";
  if (gone.at_ends > kMaxMissingAtEnds) return "too much is missing at the start or the end";
  if (receiver.expected_share < kMinToneShare) return "the tone is not what was sent";
  if (receiver.own_share > kMaxEchoShare) return "the receiver's own tone comes back";
  if (sender.reports_sent > 0 && receiver.reports_received == 0) {
    return "no sender report arrived over SRTCP";
  }
  return {};
}

}  // namespace

bool SelftestReport::passed() const {
  return !steps.empty() && std::ranges::all_of(steps, [](const StepReport& step) {
    return step.outcome.verdict == Verdict::passed;
  });
}

std::string report_as_table(const SelftestReport& report, Colours colours) {
  TextTable table({{"step"}, {"ms", Align::right}, {"verdict"}, {"what was seen"}});
  for (const StepReport& step : report.steps) {
    const bool skipped = step.outcome.verdict == Verdict::skipped;
    table.add({step.name, skipped ? "" : fmt::format("{:.1f}", step.took.count()),
               verdict_cell(step.outcome.verdict), step.outcome.detail});
  }
  const Verdict total = report.passed() ? Verdict::passed : Verdict::failed;
  table.add({"total", fmt::format("{:.1f}", report.took.count()), verdict_cell(total), ""});
  return table.to_string(colours);
}

std::string report_as_json(const SelftestReport& report) {
  using Json = nlohmann::ordered_json;
  Json steps = Json::array();
  for (const StepReport& step : report.steps) {
    steps.push_back({{"name", step.name},
                     {"took_ms", step.took.count()},
                     {"verdict", name_of(step.outcome.verdict)},
                     {"detail", step.outcome.detail}});
  }
  const Json document = {
      {"passed", report.passed()}, {"took_ms", report.took.count()}, {"steps", std::move(steps)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

StepOutcome judge_media(const MediaMeasurement& sender, const MediaMeasurement& receiver,
                        double hertz) {
  const Missing gone = missing(sender, receiver);
  std::string detail = fmt::format(
      "SRTP {} sent, {} received, loss {:.1f} %, jitter up to {:.1f} ms, {:.0f} Hz {:.1f} % of the "
      "sound, echo {:.1f} %, SRTCP {} of {}",
      sender.sent, receiver.received, gone.loss * kPercent, receiver.jitter_max_ms, hertz,
      receiver.expected_share * kPercent, receiver.own_share * kPercent, receiver.reports_received,
      sender.reports_sent);
  if (receiver.refused > 0) detail += fmt::format(", {} refused", receiver.refused);
  if (gone.at_ends > 0) detail += fmt::format(", {} missing at the ends", gone.at_ends);
  const std::string wrong = fault(sender, receiver, gone);
  if (wrong.empty()) return {Verdict::passed, std::move(detail)};
  return {Verdict::failed, wrong + ": " + detail};
}

}  // namespace ringfence::admin
