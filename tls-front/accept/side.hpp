// Side: whom a listener is for, as `listeners.side` of the config database says it.
#pragma once

#include <cstdint>

namespace ringfence::tls_front {

enum class Side : std::uint8_t { trunk, public_side };

}  // namespace ringfence::tls_front
