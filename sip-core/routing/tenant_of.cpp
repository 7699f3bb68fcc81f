#include "sip-core/routing/tenant_of.hpp"

#include <algorithm>
#include <string_view>

namespace ringfence::sip_core {
namespace {

std::optional<std::string_view> domain_of(const sip::Message& request) {
  if (request.method() == sip::Method::register_) {
    const auto to = request.to();
    if (!to || !to->uri.is_sip()) return std::nullopt;
    return to->uri.host;
  }
  const auto uri = request.request_uri();
  if (!uri) return std::nullopt;
  // A tel URI names no domain: it means whoever it was sent to.
  return uri->is_sip() ? uri->host : std::string_view();
}

const Tenant* tenant_of_own_address(const Config& config, std::string_view sni) {
  if (!sni.empty()) {
    if (const Tenant* tenant = config.tenant_by_domain(sni)) return tenant;
  }
  return config.tenants.size() == 1 ? &config.tenants.front() : nullptr;
}

}  // namespace

bool is_own_address(const Config& config, std::string_view host,
                    const std::optional<IpAddress>& local) {
  const auto address = IpAddress::parse(host);
  if (address && local && *address == *local) return true;
  return std::any_of(config.listeners.begin(), config.listeners.end(), [&](const Listener& row) {
    if (row.advertised_address == host) return true;
    if (!address) return false;
    // A listener on every address cannot name them; a numeric host that reached it is one of ours.
    return row.address == *address || row.address.is_unspecified() ||
           IpAddress::parse(row.advertised_address) == address;
  });
}

const Tenant* tenant_of(const Config& config, const sip::Message& request, std::string_view sni,
                        const std::optional<IpAddress>& local) {
  const auto domain = domain_of(request);
  if (!domain) return nullptr;
  if (const Tenant* tenant = config.tenant_by_domain(*domain)) return tenant;
  if (domain->empty() || is_own_address(config, *domain, local)) {
    return tenant_of_own_address(config, sni);
  }
  return nullptr;
}

}  // namespace ringfence::sip_core
