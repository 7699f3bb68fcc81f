#include "admin/selftest/call_place.hpp"

#include "admin/table/row_name.hpp"

namespace ringfence::admin {
namespace {

Result<void> find_tenant_of(const Database& database, const std::optional<std::string>& wanted,
                            CallPlace& place) {
  std::string condition = "enabled = 1";
  if (wanted) {
    const auto row = find_tenant(database, *wanted);
    if (!row) return std::unexpected(row.error());
    condition = "id = " + std::to_string(row->id);
  }
  const auto rows = database.query("SELECT name, domain, enabled FROM tenants WHERE " + condition +
                                   " ORDER BY id LIMIT 1");
  if (!rows) return std::unexpected(explain(rows.error(), database));
  if (rows->empty()) return fail("no tenant is enabled");
  const Record& row = rows->front();
  place.tenant = to_text(row[0]);
  place.domain = to_text(row[1]);
  if (row[2] != Value(std::int64_t{1})) return fail("tenant " + place.tenant + " is not enabled");
  return {};
}

Result<void> find_listener(const Database& database, CallPlace& place) {
  const auto rows = database.query(
      "SELECT address, port FROM listeners WHERE side = 'public' AND transport = 'tls' "
      "AND enabled = 1 ORDER BY id LIMIT 1");
  if (!rows) return std::unexpected(explain(rows.error(), database));
  if (rows->empty()) return fail("no listener with side public and transport tls is enabled");
  const std::string address = to_text(rows->front()[0]);
  const auto ip = IpAddress::parse(address);
  if (!ip) return fail("the public TLS listener's address '" + address + "' is not numeric");
  place.listener.ip = *ip;
  if (ip->is_unspecified()) {
    place.listener.ip = *IpAddress::parse(ip->is_v6() ? "::1" : "127.0.0.1");
  }
  place.listener.port = static_cast<Port>(std::get<std::int64_t>(rows->front()[1]));
  return {};
}

}  // namespace

Result<CallPlace> find_call_place(const Database& database,
                                  const std::optional<std::string>& tenant) {
  CallPlace place;
  if (const auto found = find_tenant_of(database, tenant, place); !found) {
    return std::unexpected(found.error());
  }
  if (const auto found = find_listener(database, place); !found) {
    return std::unexpected(found.error());
  }
  return place;
}

}  // namespace ringfence::admin
