#include "supervisor/config/config_warnings.hpp"

#include <algorithm>

namespace ringfence::supervisor {
namespace {

void warn_tenants(const Config& config, const Surroundings& surroundings,
                  std::vector<Problem>& warnings) {
  for (const auto& tenant : config.tenants) {
    if (surroundings.certificate_names.contains(tenant.domain())) continue;
    warnings.push_back({"tenants", tenant.id(), "domain",
                        "there is no certificate folder for '" + tenant.domain() + "'"});
  }
}

bool has_trunk_listener(const Config& config, std::string_view transport) {
  return std::ranges::any_of(config.listeners, [&](const proto::Listener& listener) {
    return listener.side() == "trunk" && listener.transport() == transport;
  });
}

void warn_trunks(const Config& config, const Surroundings& surroundings,
                 std::vector<Problem>& warnings) {
  for (const auto& trunk : config.trunks) {
    const auto warn = [&](const char* column, std::string message) {
      warnings.push_back({"trunks", trunk.id(), column, std::move(message)});
    };
    if (trunk.srtp() && !trunk.tls()) {
      warn("srtp", "SRTP without TLS: the media keys travel in clear text");
    }
    if (trunk.tls() && trunk.tls_verify() == "none") {
      warn("tls_verify", "the carrier's certificate is not checked");
    }
    if (!trunk.client_certificate().empty() &&
        !surroundings.certificate_names.contains(trunk.client_certificate())) {
      warn("client_certificate",
           "there is no certificate folder '" + trunk.client_certificate() + "'");
    }
    if (trunk.mediasec() && !(trunk.tls() && trunk.srtp())) {
      warn("mediasec", "media security is agreed on only while tls and srtp are 1");
    }
    if (trunk.identity_trust() && !trunk.tls()) {
      warn("identity_trust", "identities are believed by the sender's address alone, without TLS");
    }
    const bool rewrites = trunk.number_format() == "e164" || trunk.number_format() == "national";
    if (rewrites && trunk.country_code().empty()) {
      warn("country_code", "number_format " + trunk.number_format() +
                               " needs to know the country code of numbers without one");
    }
    if (trunk.register_() && trunk.password().empty()) {
      warn("password", "the trunk registers without a password");
    }
    // A stream trunk is dialled from any address; only UDP needs a socket of its own side.
    if (!trunk.tls() && trunk.transport() == "udp" && trunk.listener_id() == 0 &&
        !has_trunk_listener(config, "udp")) {
      warn("listener_id", "there is no enabled UDP listener on the trunk side");
    }
  }
}

void warn_extensions(const Config& config, std::vector<Problem>& warnings) {
  for (const auto& extension : config.extensions) {
    if (!extension.password().empty() || !extension.ha1_md5().empty() ||
        !extension.ha1_sha256().empty()) {
      continue;
    }
    warnings.push_back({"extensions", extension.id(), "password",
                        "'" + extension.username() + "' has no password and cannot register"});
  }
}

void warn_groups(const Config& config, std::vector<Problem>& warnings) {
  for (const auto& group : config.groups) {
    const bool has_member = std::ranges::any_of(
        config.group_members, [&](const auto& member) { return member.group_id() == group.id(); });
    if (!has_member) {
      warnings.push_back(
          {"groups", group.id(), "name", "group '" + group.name() + "' has no usable member"});
    }
  }
}

void warn_settings(const Config& config, std::vector<Problem>& warnings) {
  for (const auto& setting : config.settings) {
    if (setting.key() != "acl_mode" || setting.value() != "shadow") continue;
    warnings.push_back({"settings", 0, "acl_mode",
                        "access rules are only counted, not enforced: acl_mode is shadow"});
  }
}

}  // namespace

std::vector<Problem> config_warnings(const Config& config, const Surroundings& surroundings) {
  std::vector<Problem> warnings;
  warn_tenants(config, surroundings, warnings);
  warn_trunks(config, surroundings, warnings);
  warn_extensions(config, warnings);
  warn_groups(config, warnings);
  warn_settings(config, warnings);
  return warnings;
}

}  // namespace ringfence::supervisor
