// A configuration with one usable row of each kind, for the tests of config/.
#pragma once

#include "supervisor/config/config.hpp"

namespace ringfence::supervisor {

inline Config sample_config() {
  Config config;
  auto& tenant = config.tenants.emplace_back();
  tenant.set_id(1);
  tenant.set_name("demo");
  tenant.set_domain("demo.test");
  auto& listener = config.listeners.emplace_back();
  listener.set_id(1);
  listener.set_name("trunk-udp");
  listener.set_side("trunk");
  listener.set_transport("udp");
  listener.set_address("127.0.0.1");
  listener.set_port(5060);
  auto& trunk = config.trunks.emplace_back();
  trunk.set_id(1);
  trunk.set_tenant_id(1);
  trunk.set_label("Car");
  trunk.set_host("carrier.test");
  trunk.set_transport("udp");
  auto& extension = config.extensions.emplace_back();
  extension.set_id(1);
  extension.set_tenant_id(1);
  extension.set_username("alice");
  extension.set_password("secret");
  auto& group = config.groups.emplace_back();
  group.set_id(1);
  group.set_tenant_id(1);
  group.set_name("desk");
  auto& member = config.group_members.emplace_back();
  member.set_group_id(1);
  member.set_extension_id(1);
  auto& did = config.dids.emplace_back();
  did.set_id(1);
  did.set_tenant_id(1);
  did.set_number("100");
  did.set_target("ext:alice");
  auto& route = config.routes.emplace_back();
  route.set_id(1);
  route.set_tenant_id(1);
  route.set_pattern("0*");
  route.set_trunk_id(1);
  auto& rule = config.acl_rules.emplace_back();
  rule.set_id(1);
  rule.set_kind("cidr");
  rule.set_pattern("198.51.100.0/24");
  auto& setting = config.settings.emplace_back();
  setting.set_key("handshake_cap");
  setting.set_value("200");
  return config;
}

}  // namespace ringfence::supervisor
