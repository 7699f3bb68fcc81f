// ListenerId: `listeners.id` of the config database, by which every process names a listener.
#pragma once

#include <cstdint>

#include "runtime/strong_type.hpp"

namespace ringfence::tls_front {

using ListenerId = Strong<std::uint64_t, struct ListenerIdTag>;

}  // namespace ringfence::tls_front
