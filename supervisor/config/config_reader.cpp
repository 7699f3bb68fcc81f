#include "supervisor/config/config_reader.hpp"

#include <charconv>
#include <functional>

namespace ringfence::supervisor {
namespace {

// Calls `take` for each row of `sql`; its column 0 is the row's `enabled`, column 1 its id.
using TakeRow = std::function<void(const Statement&)>;

struct Query {
  const char* sql;
  TakeRow take;
};

Query settings(Config& config) {
  return {"SELECT 1, 0, key, value FROM settings ORDER BY key", [&](const Statement& row) {
            proto::Setting& setting = config.settings.emplace_back();
            setting.set_key(row.text(2));
            setting.set_value(row.text(3));
          }};
}

Query tenants(Config& config) {
  return {
      "SELECT enabled, id, name, domain, sips_policy, refer_policy, max_calls FROM tenants ORDER "
      "BY id",
      [&](const Statement& row) {
        if (!row.flag(0)) {
          config.disabled.tenants.insert(row.id(1));
          return;
        }
        proto::Tenant& tenant = config.tenants.emplace_back();
        tenant.set_id(row.id(1));
        tenant.set_name(row.text(2));
        tenant.set_domain(row.text(3));
        tenant.set_sips_strict(row.text(4) == "strict");
        tenant.set_refer_policy(row.text(5));
        if (!row.is_null(6)) tenant.set_max_calls(row.number(6));
      }};
}

Query listeners(Config& config) {
  return {
      "SELECT enabled, id, name, side, transport, address, port, advertised_address,"
      " media_address, media_advertised_address FROM listeners ORDER BY id",
      [&](const Statement& row) {
        if (!row.flag(0)) {
          config.disabled.listeners.insert(row.id(1));
          return;
        }
        proto::Listener& listener = config.listeners.emplace_back();
        listener.set_id(row.id(1));
        listener.set_name(row.text(2));
        listener.set_side(row.text(3));
        listener.set_transport(row.text(4));
        listener.set_address(row.text(5));
        listener.set_port(row.number(6));
        listener.set_advertised_address(row.text(7));
        listener.set_media_address(row.text(8));
        listener.set_media_advertised_address(row.text(9));
      }};
}

// "2^31": 31.
std::uint32_t exponent_of(const std::string& lifetime) {
  std::uint32_t exponent = 0;
  if (lifetime.size() > 2) {
    std::from_chars(lifetime.data() + 2, lifetime.data() + lifetime.size(), exponent);
  }
  return exponent;
}

// What version 2 of the schema brought, and later ones.
void take_trunk_details(const Statement& row, proto::Trunk& trunk) {
  trunk.set_tls_host(row.text(25));
  trunk.set_contact_host(row.text(26));
  trunk.set_outbound_proxy(row.text(27));
  trunk.set_options_interval_s(row.number(28));
  trunk.set_session_timer(row.text(29));
  trunk.set_number_format(row.text(30));
  trunk.set_country_code(row.text(31));
  trunk.set_caller_id(row.text(32));
  for (std::string& codec : split_list(row.text(33)))
    trunk.add_codecs(std::move(codec));
  for (std::string& suite : split_list(row.text(34)))
    trunk.add_srtp_suites(std::move(suite));
  trunk.set_srtp_lifetime_exponent(exponent_of(row.text(35)));
  trunk.set_privacy(row.text(36));
  for (std::string& quirk : split_list(row.text(37)))
    trunk.add_srtp_quirks(std::move(quirk));
  trunk.set_mediasec(row.flag(38));
}

void take_trunk(const Statement& row, proto::Trunk& trunk) {
  trunk.set_id(row.id(1));
  trunk.set_tenant_id(row.id(2));
  trunk.set_label(row.text(3));
  trunk.set_host(row.text(4));
  trunk.set_port(row.number(5));
  trunk.set_transport(row.text(6));
  trunk.set_username(row.text(7));
  trunk.set_auth_username(row.text(8));
  trunk.set_password(row.text(9));
  trunk.set_register_(row.flag(10));
  trunk.set_tls(row.flag(11));
  trunk.set_tls_port(row.number(12));
  trunk.set_tls_verify(row.text(13));
  trunk.set_uri_style(row.text(14));
  trunk.set_srtp(row.flag(15));
  trunk.set_srtp_inbound(row.text(16));
  for (std::string& network : split_list(row.text(17))) {
    trunk.add_source_cidrs(std::move(network));
  }
  trunk.set_listener_id(row.id(18));
  trunk.set_identity_trust(row.flag(19));
  trunk.set_identity_send(row.text(20));
  if (!row.is_null(21)) trunk.set_max_calls(row.number(21));
  if (!row.is_null(22)) trunk.set_max_cps(row.number(22));
  trunk.set_diversion(row.text(23));
  trunk.set_client_certificate(row.text(24));
  take_trunk_details(row, trunk);
}

Query trunks(Config& config) {
  return {
      "SELECT enabled, id, tenant_id, label, host, port, transport, username, auth_username,"
      " password, register, tls, tls_port, tls_verify, uri_style, srtp, srtp_inbound,"
      " source_cidrs, listener_id, identity_trust, identity_send, max_calls, max_cps, diversion,"
      " client_certificate, tls_host, contact_host, outbound_proxy, options_interval_s,"
      " session_timer, number_format, country_code, caller_id, codecs, srtp_suites, srtp_lifetime,"
      " privacy, srtp_quirks, mediasec"
      " FROM trunks ORDER BY id",
      [&](const Statement& row) {
        if (row.flag(0)) {
          take_trunk(row, config.trunks.emplace_back());
        } else {
          config.disabled.trunks[row.id(1)] = {row.id(2), row.text(3)};
        }
      }};
}

Query extensions(Config& config) {
  return {
      "SELECT enabled, id, tenant_id, username, password, ha1_md5, ha1_sha256, srtp, max_contacts,"
      " max_calls, srtp_suites FROM extensions ORDER BY id",
      [&](const Statement& row) {
        if (!row.flag(0)) {
          config.disabled.extensions[row.id(1)] = {row.id(2), row.text(3)};
          return;
        }
        proto::Extension& extension = config.extensions.emplace_back();
        extension.set_id(row.id(1));
        extension.set_tenant_id(row.id(2));
        extension.set_username(row.text(3));
        extension.set_password(row.text(4));
        extension.set_ha1_md5(row.text(5));
        extension.set_ha1_sha256(row.text(6));
        extension.set_srtp(row.text(7));
        if (!row.is_null(8)) extension.set_max_contacts(row.number(8));
        if (!row.is_null(9)) extension.set_max_calls(row.number(9));
        for (std::string& suite : split_list(row.text(10)))
          extension.add_srtp_suites(std::move(suite));
      }};
}

Query groups(Config& config) {
  return {"SELECT 1, id, tenant_id, name, mode, timeout_s FROM groups ORDER BY id",
          [&](const Statement& row) {
            proto::Group& group = config.groups.emplace_back();
            group.set_id(row.id(1));
            group.set_tenant_id(row.id(2));
            group.set_name(row.text(3));
            group.set_mode(row.text(4));
            group.set_timeout_s(row.number(5));
          }};
}

Query group_members(Config& config) {
  return {
      "SELECT 1, 0, group_id, extension_id, position FROM group_members"
      " ORDER BY group_id, position, extension_id",
      [&](const Statement& row) {
        proto::GroupMember& member = config.group_members.emplace_back();
        member.set_group_id(row.id(2));
        member.set_extension_id(row.id(3));
        member.set_position(row.number(4));
      }};
}

Query dids(Config& config) {
  return {"SELECT 1, id, tenant_id, number, target FROM dids ORDER BY id",
          [&](const Statement& row) {
            proto::Did& did = config.dids.emplace_back();
            did.set_id(row.id(1));
            did.set_tenant_id(row.id(2));
            did.set_number(row.text(3));
            did.set_target(row.text(4));
          }};
}

Query routes(Config& config) {
  return {
      "SELECT enabled, id, tenant_id, priority, pattern, trunk_id, strip, prepend FROM routes"
      " ORDER BY priority, id",
      [&](const Statement& row) {
        if (!row.flag(0)) return;
        proto::Route& route = config.routes.emplace_back();
        route.set_id(row.id(1));
        route.set_tenant_id(row.id(2));
        route.set_priority(row.integer(3));
        route.set_pattern(row.text(4));
        route.set_trunk_id(row.id(5));
        route.set_strip(row.number(6));
        route.set_prepend(row.text(7));
      }};
}

Query acl_rules(Config& config) {
  return {
      "SELECT enabled, id, tenant_id, priority, action, kind, pattern, force FROM acl_rules"
      " ORDER BY priority, id",
      [&](const Statement& row) {
        if (!row.flag(0)) return;
        proto::AclRule& rule = config.acl_rules.emplace_back();
        rule.set_id(row.id(1));
        rule.set_tenant_id(row.id(2));
        rule.set_priority(row.integer(3));
        rule.set_allow(row.text(4) == "allow");
        rule.set_kind(row.text(5));
        rule.set_pattern(row.text(6));
        rule.set_force(row.flag(7));
      }};
}

Result<void> read_rows(sqlite3* database, const Query& query) {
  auto statement = Statement::prepare(database, query.sql);
  if (!statement) return std::unexpected(statement.error());
  while (true) {
    const auto row = statement->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return {};
    query.take(*statement);
  }
}

}  // namespace

std::vector<std::string> split_list(std::string_view text) {
  constexpr std::string_view kSeparators = ", \t\r\n;";
  std::vector<std::string> entries;
  while (true) {
    const auto start = text.find_first_not_of(kSeparators);
    if (start == std::string_view::npos) return entries;
    text.remove_prefix(start);
    const auto end = std::min(text.find_first_of(kSeparators), text.size());
    entries.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

Result<Config> read_config(sqlite3* database) {
  Config config;
  if (auto begun = execute(database, "BEGIN"); !begun) return std::unexpected(begun.error());
  Result<void> read;
  for (const auto query : {settings, tenants, listeners, trunks, extensions, groups, group_members,
                           dids, routes, acl_rules}) {
    read = read_rows(database, query(config));
    if (!read) break;
  }
  // A read transaction holds back the WAL's checkpoint: end it whatever happened.
  sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
  if (!read) return std::unexpected(read.error());
  return config;
}

}  // namespace ringfence::supervisor
