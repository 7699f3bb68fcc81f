// The address of this machine that its default route would use: what peers are told where a
// listener says 0.0.0.0 or :: and gives no advertised address. Sends nothing.
#pragma once

#include <string>

#include "runtime/socket_address.hpp"

namespace ringfence::supervisor {

// The loopback address where there is no route.
std::string own_address(IpAddress::Family family);

}  // namespace ringfence::supervisor
