#include "admin/table/group_members.hpp"

#include "admin/table/row_name.hpp"

namespace ringfence::admin {
namespace {

constexpr std::string_view kBetween = ", \t";

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  while (true) {
    const std::size_t begin = list.find_first_not_of(kBetween);
    if (begin == list.npos) return names;
    list.remove_prefix(begin);
    const std::size_t end = std::min(list.find_first_of(kBetween), list.size());
    names.emplace_back(list.substr(0, end));
    list.remove_prefix(end);
  }
}

Result<void> done(const std::expected<Records, SqlError>& records, const Database& database) {
  if (records) return {};
  return std::unexpected(explain(records.error(), database));
}

}  // namespace

Result<void> replace_members(const Database& database, std::int64_t group, std::int64_t tenant,
                             const std::string& list) {
  auto written = done(
      database.query("DELETE FROM group_members WHERE group_id = ?1", {Value(group)}), database);
  std::int64_t position = 0;
  for (const std::string& name : names_in(list)) {
    if (!written) return written;
    const auto found =
        database.query("SELECT id FROM extensions WHERE tenant_id = ?1 AND username = ?2",
                       {Value(tenant), Value(name)});
    if (!found) return done(found, database);
    if (found->empty()) return fail("the group's tenant has no extension " + name);
    const auto added = database.query(
        "INSERT INTO group_members (group_id, extension_id, position) VALUES (?1, ?2, ?3)",
        {Value(group), found->front().front(), Value(++position)});
    if (!added && (added.error().code & 0xff) == SQLITE_CONSTRAINT) {
      return fail(name + " is named twice");
    }
    written = done(added, database);
  }
  return written;
}

}  // namespace ringfence::admin
