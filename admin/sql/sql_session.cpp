#include "admin/sql/sql_session.hpp"

#include <unistd.h>

#include <nlohmann/json.hpp>

#include "admin/table/database.hpp"

namespace ringfence::admin {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHealthTable =
    "CREATE TEMP TABLE trunk_health(tenant TEXT, label TEXT, state TEXT, transport TEXT, "
    "last_error TEXT)";

constexpr const char* kTrunks =
    "CREATE TEMP VIEW v_trunks AS SELECT t.name AS tenant, k.label, k.host, k.tls, k.srtp, "
    "k.register, k.enabled, h.state, h.transport, h.last_error, r.call_id AS registration_call_id, "
    "r.cseq AS registration_cseq FROM main.trunks k JOIN main.tenants t ON t.id = k.tenant_id "
    "LEFT JOIN temp.trunk_health h ON h.tenant = t.name AND h.label = k.label "
    "LEFT JOIN state.trunk_registrations r ON r.trunk = k.id";

constexpr const char* kExtensions =
    "CREATE TEMP VIEW v_extensions AS SELECT t.name AS tenant, e.username, e.srtp, e.enabled, "
    "b.contact, CASE b.transport WHEN 0 THEN 'udp' WHEN 1 THEN 'tcp' WHEN 2 THEN 'tls' END "
    "AS transport, datetime(b.expires / 1000, 'unixepoch') AS expires, b.user_agent "
    "FROM main.extensions e JOIN main.tenants t ON t.id = e.tenant_id "
    "LEFT JOIN state.bindings b ON b.tenant = e.tenant_id AND b.username = e.username";

constexpr const char* kCalls =
    "CREATE TEMP VIEW v_calls AS SELECT t.name AS tenant, c.a_remote_uri AS caller, "
    "c.a_local_uri AS called, datetime(c.answered / 1000, 'unixepoch') AS answered, "
    "c.a_call_id, c.b_call_id FROM state.calls c "
    "LEFT JOIN main.tenants t ON t.id = c.a_tenant "
    "WHERE c.a_call_id IS NOT NULL AND c.b_call_id IS NOT NULL";

constexpr const char* kPastCalls =
    "CREATE TEMP VIEW v_past_calls AS SELECT c.*, t.name AS tenant_name, "
    "datetime(c.started / 1000, 'unixepoch') AS started_utc, "
    "datetime(c.ended / 1000, 'unixepoch') AS ended_utc "
    "FROM state.cdr c LEFT JOIN main.tenants t ON t.id = c.tenant";

std::string sql_text(std::string_view text) {
  std::string sql = "'";
  for (const char c : text) {
    if (c == '\'') sql += '\'';
    // A line of a -cmd ends it, and no value here has one.
    sql += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return sql + "'";
}

std::string text_of(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? sql_text(found->get<std::string>()) : "NULL";
}

std::string insert_of(const Json& trunk) {
  std::string sql = "INSERT INTO temp.trunk_health VALUES(";
  for (const char* name : {"tenant", "label", "state", "transport"})
    sql += text_of(trunk, name) + ", ";
  return sql + text_of(trunk, "last_error") + ")";
}

}  // namespace

std::vector<std::string> sql_arguments(const SqlPlaces& places, const SqlCommand& command,
                                       OutputForm output) {
  std::vector<std::string> arguments = {"sqlite3", output == OutputForm::json ? "-json" : "-box"};
  const auto run = [&](std::string sql) {
    arguments.emplace_back("-cmd");
    arguments.push_back(std::move(sql));
  };
  if (places.state) {
    run("ATTACH " + sql_text(read_only_uri(*places.state)) + " AS state");
    run(kHealthTable);
    const Json health = Json::parse(places.health, nullptr, false);
    if (health.is_object() && health.contains("trunks")) {
      for (const Json& trunk : health["trunks"])
        run(insert_of(trunk));
    }
    for (const char* view : {kTrunks, kExtensions, kCalls, kPastCalls})
      run(view);
  }
  arguments.push_back(places.database);
  if (!command.statement.empty()) arguments.push_back(command.statement);
  return arguments;
}

Error run_sqlite(const std::vector<std::string>& arguments) {
  std::vector<char*> pointers;
  for (const std::string& argument : arguments)
    pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);
  ::execvp(pointers.front(), pointers.data());
  return {"cannot start sqlite3, of the package sqlite3: " + system_error("exec").error().message};
}

}  // namespace ringfence::admin
