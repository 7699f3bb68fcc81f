// What tls-front says of a connection is a claim (DESIGN §3): whatever of it can be known to be
// wrong is found here, and the connection is refused (F104). Pure.
#pragma once

#include <optional>
#include <string_view>

#include "sip-core/engine/connections.hpp"

namespace ringfence::sip_core {

// Why the claim cannot be true; `epoch` is that of tls-front's Hello.
std::optional<std::string_view> lie_in(const Connection& claimed, std::uint64_t epoch,
                                       const Connections& known, const Config& config);

}  // namespace ringfence::sip_core
