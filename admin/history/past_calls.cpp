#include "admin/history/past_calls.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "admin/table/row_name.hpp"

namespace ringfence::admin {
namespace {

using Json = nlohmann::ordered_json;

struct Field {
  std::string_view name;
  std::string_view expression;  // over the row c of cdr; "": the column of that name
  bool is_flag = false;
};

constexpr std::array kFields = {
    Field{"started", "strftime('%Y-%m-%dT%H:%M:%SZ', c.started / 1000, 'unixepoch')"},
    Field{"answered", "strftime('%Y-%m-%dT%H:%M:%SZ', c.answered / 1000, 'unixepoch')"},
    Field{"ended", "strftime('%Y-%m-%dT%H:%M:%SZ', c.ended / 1000, 'unixepoch')"},
    Field{"seconds", "coalesce((c.ended - c.answered) / 1000, 0)"},
    Field{"tenant", "coalesce((SELECT name FROM main.tenants WHERE id = c.tenant), c.tenant)"},
    Field{"from_uri", ""},
    Field{"to_uri", ""},
    Field{"status", ""},
    Field{"cause", ""},
    Field{"ended_by", ""},
    Field{"downgraded", "", true},
    Field{"allowed_by", ""},
    Field{"a_call_id", ""},
    Field{"a_party", ""},
    Field{"a_transport", ""},
    Field{"a_tls_version", ""},
    Field{"a_tls_cipher", ""},
    Field{"a_tls_peer", ""},
    Field{"a_srtp_suite", ""},
    Field{"b_call_id", ""},
    Field{"b_party", ""},
    Field{"b_transport", ""},
    Field{"b_tls_version", ""},
    Field{"b_tls_cipher", ""},
    Field{"b_tls_peer", ""},
    Field{"b_srtp_suite", ""},
    Field{"id", ""},
    Field{"a_packets_received", ""},
    Field{"a_packets_lost", ""},
    Field{"a_jitter_ms", ""},
    Field{"a_rtt_ms", ""},
    Field{"b_packets_received", ""},
    Field{"b_packets_lost", ""},
    Field{"b_jitter_ms", ""},
    Field{"b_rtt_ms", ""},
};

const Value& value_of(const Record& record, std::string_view name) {
  std::size_t place = 0;
  while (kFields[place].name != name)
    ++place;
  return record[place];
}

std::string query_text(bool of_tenant) {
  std::string sql;
  for (const Field& field : kFields) {
    sql += sql.empty() ? "SELECT " : ", ";
    sql +=
        field.expression.empty() ? fmt::format("c.{}", field.name) : std::string(field.expression);
  }
  return sql + " FROM state.cdr c WHERE c.ended >= ?1 AND c.started <= ?2" +
         (of_tenant ? " AND c.tenant = ?3" : "") + " ORDER BY c.id";
}

Result<Records> read(const Database& config, const PastCallsQuestion& question) {
  std::vector<Value> values{question.since_unix_ms, question.until_unix_ms};
  if (question.tenant) {
    const auto tenant = find_tenant(config, *question.tenant);
    if (!tenant) return std::unexpected(tenant.error());
    values.emplace_back(tenant->id);
  }
  auto records = config.query(query_text(question.tenant.has_value()), values);
  if (!records) return fail("cannot read the call records: " + records.error().message);
  return std::move(*records);
}

std::string as_csv(const Records& records) {
  std::string csv;
  for (const Field& field : kFields)
    csv += (csv.empty() ? "" : ",") + std::string(field.name);
  csv += "\n";
  for (const Record& record : records) {
    std::string line;
    for (const Value& value : record)
      line += (&value == record.data() ? "" : ",") + csv_field(to_text(value));
    csv += line + "\n";
  }
  return csv;
}

Json json_of(const Field& field, const Value& value) {
  if (is_null(value)) return nullptr;
  if (field.is_flag) return value == Value(std::int64_t{1});
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return std::get<std::string>(value);
}

std::string as_json(const Records& records) {
  Json calls = Json::array();
  for (const Record& record : records) {
    Json call = Json::object();
    for (std::size_t i = 0; i < kFields.size(); ++i)
      call[std::string(kFields[i].name)] = json_of(kFields[i], record[i]);
    calls.push_back(std::move(call));
  }
  return calls.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// "tls SRTP": what protected a leg.
Cell protection(const Record& record, const std::string& leg) {
  const std::string transport = to_text(value_of(record, leg + "_transport"));
  if (transport.empty()) return Cell("-", Tone::faint);
  const bool srtp = !to_text(value_of(record, leg + "_srtp_suite")).empty();
  return Cell(transport + (srtp ? " SRTP" : " plain"),
              transport == "tls" && srtp ? Tone::good : Tone::plain);
}

// "0.3% 12 ms": what of the leg's media was lost on its way to us, and the jitter of the rest.
std::string quality(const Record& record, const std::string& leg) {
  const auto* received = std::get_if<std::int64_t>(&value_of(record, leg + "_packets_received"));
  const auto* lost = std::get_if<std::int64_t>(&value_of(record, leg + "_packets_lost"));
  if (received == nullptr || lost == nullptr || *received + *lost <= 0) return "-";
  const double share = 100.0 * static_cast<double>(*lost) / static_cast<double>(*received + *lost);
  const auto* jitter = std::get_if<std::int64_t>(&value_of(record, leg + "_jitter_ms"));
  return fmt::format("{:.1f}%", share) + (jitter == nullptr ? "" : fmt::format(" {} ms", *jitter));
}

std::string as_table(const Records& records, Colours colours) {
  TextTable table({{"started (UTC)"},
                   {"seconds", Align::right},
                   {"tenant"},
                   {"from"},
                   {"to"},
                   {"status", Align::right},
                   {"ended by"},
                   {"leg a"},
                   {"leg b"},
                   {"lost, jitter a"},
                   {"lost, jitter b"},
                   {"call-id"}});
  for (const Record& record : records) {
    const auto text = [&](std::string_view name) { return to_text(value_of(record, name)); };
    table.add({text("started"), text("seconds"), text("tenant"), text("from_uri"), text("to_uri"),
               text("status"), text("ended_by"), protection(record, "a"), protection(record, "b"),
               quality(record, "a"), quality(record, "b"), text("a_call_id")});
  }
  return table.empty() ? "There were no calls.\n" : table.to_string(colours);
}

}  // namespace

std::string csv_field(std::string_view text) {
  constexpr std::string_view kFormula = "=+-@\t\r";
  constexpr std::string_view kDigits = "0123456789.";
  const bool number = !text.empty() && text.find_first_not_of(kDigits) == text.npos;
  std::string field;
  if (!text.empty() && !number && kFormula.find(text.front()) != kFormula.npos) field = "'";
  field += text;
  if (field.find_first_of(",\"\r\n") == field.npos) return field;
  std::string quoted = "\"";
  for (const char c : field)
    quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

Result<std::string> past_calls(const Database& config, const std::string& state_directory,
                               const PastCallsQuestion& question, CallsForm form, Colours colours) {
  const std::string path = state_directory + "/state.db";
  if (const auto attached = config.attach_for_reading(path, "state"); !attached) {
    return std::unexpected(attached.error());
  }
  const auto records = read(config, question);
  if (!records) return std::unexpected(records.error());
  switch (form) {
    case CallsForm::csv:
      return as_csv(*records);
    case CallsForm::json:
      return as_json(*records);
    case CallsForm::table:
      return as_table(*records, colours);
  }
  return {};
}

}  // namespace ringfence::admin
