#include "admin/history/verify_calls.hpp"

#include <fmt/format.h>

#include <array>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <variant>

namespace ringfence::admin {
namespace {

constexpr std::int64_t kRowsAtOnce = 5000;

// 0 where somebody wrote anything else.
std::int64_t number_of(const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number == nullptr ? 0 : *number;
}

sip_core::ChainedFields fields_of(const Record& record) {
  sip_core::ChainedFields fields;
  const std::size_t measured_at = record.size() - 1 - sip_core::kMeasuredCount;
  for (std::size_t i = 0; i < measured_at; ++i) {
    if (is_null(record[i])) {
      fields.nothing();
    } else {
      fields.text(to_text(record[i]));
    }
  }
  std::array<std::optional<std::string>, sip_core::kMeasuredCount> measured;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    if (!is_null(record[measured_at + i])) measured[i] = to_text(record[measured_at + i]);
  }
  fields.measured(measured);
  return fields;
}

Result<ChainReport> check_rows(const Database& config, ChainCheck check) {
  const std::string sql =
      fmt::format("SELECT id, {}, {}, hash FROM state.cdr WHERE id > ?1 ORDER BY id LIMIT ?2",
                  sip_core::kChainedColumns, sip_core::kMeasuredColumns);
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (;;) {
    const auto rows = config.query(sql, {Value(last), Value(kRowsAtOnce)});
    if (!rows) return fail("cannot read the call records: " + rows.error().message);
    for (const Record& row : *rows) {
      last = number_of(row.front());
      check.add(last, fields_of(row), to_text(row.back()));
    }
    if (rows->size() < kRowsAtOnce) return check.finish();
  }
}

Result<ChainReport> check_file(const Database& config) {
  const auto ends =
      config.query("SELECT before_id, before_hash, last_id, last_hash FROM state.cdr_chain");
  if (!ends) {
    return fail("state.db has no chain yet: sip-core makes it when it first starts with it (" +
                ends.error().message + ")");
  }
  if (ends->size() != 1) {
    ChainReport report;
    report.problems.emplace_back("the row of cdr_chain, which says where the chain ends, is gone");
    return report;
  }
  const Record& row = ends->front();
  return check_rows(
      config, ChainCheck({number_of(row[0]), to_text(row[1]), number_of(row[2]), to_text(row[3])}));
}

std::string count_of(std::uint64_t number, std::string_view what) {
  return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

}  // namespace

Result<ChainReport> verify_calls(const Database& config, const std::string& state_directory) {
  const std::string path = state_directory + "/state.db";
  if (const auto attached = config.attach_for_reading(path, "state"); !attached) {
    return std::unexpected(attached.error());
  }
  // Calls end meanwhile: all is read as it is at one moment.
  if (const auto begun = config.query("BEGIN"); !begun) return fail(begun.error().message);
  auto report = check_file(config);
  static_cast<void>(config.query("COMMIT"));
  return report;
}

std::string chain_as_text(const ChainReport& report) {
  std::string text;
  for (const std::string& problem : report.problems)
    text += problem + "\n";
  if (report.more_problems > 0) {
    text += fmt::format("and {} more\n", report.more_problems);
  }
  text += fmt::format("{}: {} as written", report.whole() ? "OK" : "NOT WHOLE",
                      count_of(report.verified, "call record"));
  if (report.unchained > 0) {
    text += fmt::format(", {} from before there was a chain", report.unchained);
  }
  text += "\n";
  if (!report.last_hash.empty()) {
    text += fmt::format("record {} is the last, its hash {}\n", report.last_id, report.last_hash);
  }
  return text;
}

std::string chain_as_json(const ChainReport& report) {
  const nlohmann::ordered_json json = {{"whole", report.whole()},
                                       {"verified", report.verified},
                                       {"unchained", report.unchained},
                                       {"last_id", report.last_id},
                                       {"last_hash", report.last_hash},
                                       {"problems", report.problems},
                                       {"more_problems", report.more_problems}};
  return json.dump(2) + "\n";
}

}  // namespace ringfence::admin
