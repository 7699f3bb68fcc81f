#include "admin/command/phone_settings.hpp"

#include "runtime/socket_address.hpp"
#include "supervisor/config/own_address.hpp"

namespace ringfence::admin {
namespace {

// What phones can reach: the advertised address, or the machine's own for "every address".
std::string host_of(const std::string& address, const std::string& advertised) {
  if (!advertised.empty()) return advertised;
  const auto ip = IpAddress::parse(address);
  if (!ip) return address;
  if (!ip->is_unspecified()) return ip->in_brackets();
  const auto own = IpAddress::parse(supervisor::own_address(ip->family()));
  return own ? own->in_brackets() : address;
}

std::string srtp_sentence(const std::string& policy) {
  if (policy == "required") return "SRTP (SDES) required";
  return policy == "off" ? "no SRTP" : "SRTP (SDES) preferred";
}

}  // namespace

Result<PhoneSettings> phone_settings(const Database& database, const std::string& extension) {
  const auto rows = database.query(
      "SELECT e.username, t.domain, e.srtp FROM extensions e JOIN tenants t ON t.id = e.tenant_id "
      "WHERE e.username || '@' || t.domain = ?1",
      {Value(extension)});
  if (!rows) return std::unexpected(explain(rows.error(), database));
  if (rows->empty()) return fail("the row has vanished meanwhile");
  const Record& row = rows->front();
  PhoneSettings settings = {
      {"user", to_text(row[0])}, {"auth_user", to_text(row[0])}, {"domain", to_text(row[1])}};
  const auto listeners = database.query(
      "SELECT transport, address, port, advertised_address FROM listeners "
      "WHERE side = 'public' AND enabled = 1 ORDER BY transport = 'tls' DESC, id");
  if (!listeners) return std::unexpected(explain(listeners.error(), database));
  for (const Record& listener : *listeners) {
    settings.emplace_back(
        "server_" + to_text(listener[0]),
        host_of(to_text(listener[1]), to_text(listener[3])) + ":" + to_text(listener[2]));
  }
  settings.emplace_back("media", srtp_sentence(to_text(row[2])));
  return settings;
}

}  // namespace ringfence::admin
