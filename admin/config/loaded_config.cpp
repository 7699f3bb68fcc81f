#include "admin/config/loaded_config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sip-core/config/config_builder.hpp"
#include "supervisor/config/config_reader.hpp"
#include "supervisor/config/config_validator.hpp"
#include "supervisor/config/own_address.hpp"
#include "supervisor/config/snapshot.hpp"

namespace ringfence::admin {
namespace {

constexpr std::uint64_t kRevision = 1;

Result<std::shared_ptr<const sip_core::Config>> compiled(const supervisor::Config& rows) {
  sip_core::ConfigBuilder builder;
  builder.begin(kRevision);
  Result<void> added;
  supervisor::for_each_row(rows, proto::SIP_CORE, [&](const proto::SnapshotRow& row) {
    if (added) added = builder.add(row);
  });
  if (!added) return std::unexpected(added.error());
  return builder.commit(kRevision);
}

}  // namespace

Result<LoadedConfig> load_config(const std::string& path) {
  const auto database = supervisor::open_database(path, supervisor::OpenMode::read_only);
  if (!database) return std::unexpected(database.error());
  const auto rows = supervisor::read_config(database->get());
  if (!rows) return fail("cannot read " + path + ": " + rows.error().message);
  supervisor::Surroundings surroundings;
  surroundings.own_address_v4 = supervisor::own_address(IpAddress::Family::v4);
  surroundings.own_address_v6 = supervisor::own_address(IpAddress::Family::v6);
  auto validated = supervisor::validate(*rows, {}, surroundings);
  auto config = compiled(validated.config);
  if (!config) return std::unexpected(config.error());
  return LoadedConfig{std::move(*config), std::move(validated.errors)};
}

Result<const sip_core::Tenant*> tenant_named(const sip_core::Config& config,
                                             std::string_view name) {
  if (name.empty()) {
    if (config.tenants.size() == 1) return &config.tenants.front();
    return fail(config.tenants.empty() ? "there is no enabled tenant"
                                       : "say which tenant is meant with --tenant");
  }
  const auto found = std::ranges::find(config.tenants, name, &sip_core::Tenant::name);
  if (found != config.tenants.end()) return &*found;
  if (const sip_core::Tenant* tenant = config.tenant_by_domain(name)) return tenant;
  return fail(fmt::format("there is no enabled tenant {}", name));
}

}  // namespace ringfence::admin
