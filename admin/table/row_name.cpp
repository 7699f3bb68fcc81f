#include "admin/table/row_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ringfence::admin {
namespace {

constexpr std::size_t kMaxNamesShown = 8;

std::string select_names(const RowKind& kind, std::string_view condition) {
  return fmt::format("SELECT t.rowid, {} FROM {} WHERE {} ORDER BY {}", kind.key_expression,
                     kind.source, condition, kind.order);
}

std::string joined_names(const Records& records) {
  std::string names;
  for (std::size_t i = 0; i < records.size() && i < kMaxNamesShown; ++i) {
    if (i > 0) names += ", ";
    names += to_text(records[i][1]);
  }
  if (records.size() > kMaxNamesShown) names += ", …";
  return names;
}

std::unexpected<Error> no_such_row(const Database& database, const RowKind& kind,
                                   const RowName& name, const std::optional<FoundRow>& tenant) {
  const std::string condition =
      tenant ? fmt::format("t.tenant_id = {}", tenant->id) : std::string("1");
  const auto records = database.query(select_names(kind, condition));
  const std::string of_tenant = tenant ? " in tenant " + tenant->full_name : "";
  std::string message = fmt::format("there is no {} {}{}", kind.noun, name.name, of_tenant);
  if (records) {
    message += records->empty()       ? "; there is none at all"
               : records->size() == 1 ? "; there is " + joined_names(*records)
                                      : "; there are " + joined_names(*records);
  }
  return fail(std::move(message));
}

bool is_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

RowName parse_row_name(const RowKind& kind, std::string_view text,
                       const std::optional<std::string>& tenant) {
  if (!kind.has_tenant() || kind.key == KeyForm::number) return {std::nullopt, std::string(text)};
  if (tenant) {
    // alice@demo.example --tenant demo says it twice; the domain is checked by nobody's name.
    const std::size_t at = kind.key == KeyForm::user_at_domain ? text.rfind('@') : text.npos;
    return {at == text.npos ? tenant : std::string(text.substr(at + 1)),
            std::string(text.substr(0, at))};
  }
  if (kind.key == KeyForm::user_at_domain) {
    if (const std::size_t at = text.rfind('@'); at != text.npos) {
      return {std::string(text.substr(at + 1)), std::string(text.substr(0, at))};
    }
  }
  if (const std::size_t slash = text.find('/'); slash != text.npos) {
    return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
  }
  return {std::nullopt, std::string(text)};
}

Result<FoundRow> find_row(const Database& database, const RowKind& kind, const RowName& name) {
  if (kind.key == KeyForm::number && !is_number(name.name)) {
    return fail(fmt::format("{} is named by its number, as '{} list' shows it, not '{}'",
                            kind.with_article(), kind.noun, name.name));
  }
  std::optional<FoundRow> tenant;
  std::string condition = fmt::format("({})", kind.match);
  if (name.tenant) {
    auto found = find_tenant(database, *name.tenant);
    if (!found) return std::unexpected(found.error());
    tenant = std::move(*found);
    condition += fmt::format(" AND t.tenant_id = {}", tenant->id);
  }
  const auto records = database.query(select_names(kind, condition), {Value(name.name)});
  if (!records) return std::unexpected(explain(records.error(), database));
  if (records->empty()) return no_such_row(database, kind, name, tenant);
  if (records->size() > 1) {
    return fail(fmt::format("{} fits several of them: {}", name.name, joined_names(*records)));
  }
  const Record& record = records->front();
  return FoundRow{std::get<std::int64_t>(record[0]), to_text(record[1])};
}

Result<FoundRow> find_tenant(const Database& database, std::string_view name_or_domain) {
  return find_row(database, *find_row_kind("tenant"), {std::nullopt, std::string(name_or_domain)});
}

Result<FoundRow> only_tenant(const Database& database) {
  const auto records = database.query(select_names(*find_row_kind("tenant"), "1"));
  if (!records) return std::unexpected(explain(records.error(), database));
  if (records->empty()) {
    return fail("there is no tenant yet: 'ringfencectl tenant add NAME --domain DOMAIN' makes one");
  }
  if (records->size() > 1) {
    return fail("say which tenant is meant with --tenant: " + joined_names(*records));
  }
  return FoundRow{std::get<std::int64_t>(records->front()[0]), to_text(records->front()[1])};
}

}  // namespace ringfence::admin
