#include "admin/print/row_output.hpp"

#include <nlohmann/json.hpp>

namespace ringfence::admin {
namespace {

using Json = nlohmann::ordered_json;

std::string title_of(std::string_view name) {
  std::string title(name);
  for (char& c : title)
    c = c == '_' ? ' ' : c;
  return title;
}

Cell cell_of(const Column& column, const Value& value) {
  if (is_null(value)) return Cell("-", Tone::faint);
  if (column.type == ColumnType::flag) {
    return value == Value(std::int64_t{1}) ? Cell("yes") : Cell("no", Tone::faint);
  }
  return Cell(to_text(value));
}

Json json_of(const Column& column, const Value& value) {
  if (is_null(value)) return nullptr;
  if (column.type == ColumnType::flag) return value == Value(std::int64_t{1});
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  return std::get<std::string>(value);
}

Json json_of(const RowList& rows, const Record& record) {
  Json object = {{"id", std::get<std::int64_t>(record[0])}};
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    object[std::string(rows.columns[i]->name)] = json_of(*rows.columns[i], record[i + 1]);
  }
  return object;
}

std::string dumped(const Json& document) {
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

std::string rows_as_table(const RowKind& kind, const RowList& rows, Colours colours) {
  std::vector<TableColumn> columns;
  const bool with_id = kind.key == KeyForm::number;
  if (with_id) columns.push_back({"id", Align::right});
  for (const Column* column : rows.columns) {
    if (column->shown != Shown::in_list) continue;
    const bool number = column->type == ColumnType::number;
    columns.push_back({title_of(column->name), number ? Align::right : Align::left});
  }
  TextTable table(std::move(columns));
  for (const Record& record : rows.records) {
    std::vector<Cell> cells;
    if (with_id) cells.emplace_back(to_text(record[0]));
    for (std::size_t i = 0; i < rows.columns.size(); ++i) {
      if (rows.columns[i]->shown == Shown::in_list) {
        cells.push_back(cell_of(*rows.columns[i], record[i + 1]));
      }
    }
    table.add(std::move(cells));
  }
  return table.to_string(colours);
}

std::string row_as_lines(const RowList& rows, Colours colours) {
  if (rows.records.empty()) return {};
  std::size_t width = 2;
  for (const Column* column : rows.columns)
    width = std::max(width, column->name.size());
  const auto line = [&](std::string_view name, const Cell& cell) {
    return toned(name, Tone::faint, colours) + std::string(width - name.size() + 2, ' ') +
           toned(printable(cell.text), cell.tone, colours) + "\n";
  };
  const Record& record = rows.records.front();
  std::string out = line("id", Cell(to_text(record[0])));
  for (std::size_t i = 0; i < rows.columns.size(); ++i) {
    out += line(rows.columns[i]->name, cell_of(*rows.columns[i], record[i + 1]));
  }
  return out;
}

std::string rows_as_json(const RowList& rows) {
  Json array = Json::array();
  for (const Record& record : rows.records)
    array.push_back(json_of(rows, record));
  return dumped(array);
}

std::string row_as_json(const RowList& rows, const SaidOnce& said) {
  if (rows.records.empty()) return "null\n";
  Json object = json_of(rows, rows.records.front());
  if (said.password) object["password"] = *said.password;
  for (const auto& [name, value] : said.phone)
    object["phone"][name] = value;
  return dumped(object);
}

}  // namespace ringfence::admin
