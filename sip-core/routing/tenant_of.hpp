// tenant_of: the tenant that a request on a public listener belongs to: the domain
// of the Request-URI (REGISTER: of To); where that is our own address, the SNI's tenant, else the
// only enabled tenant. nullptr is a 404.
#pragma once

#include <optional>
#include <string_view>

#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::sip_core {

// `local`: the address that the request reached, where the transport knows it (streams do).
const Tenant* tenant_of(const Config& config, const sip::Message& request, std::string_view sni,
                        const std::optional<IpAddress>& local = std::nullopt);

// Whether `host` (of a URI) is this box: an address of a listener, or a name that one advertises.
bool is_own_address(const Config& config, std::string_view host,
                    const std::optional<IpAddress>& local = std::nullopt);

}  // namespace ringfence::sip_core
