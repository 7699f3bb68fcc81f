// Binds the sockets that the supervisor hands to its children: SIP listeners, the HTTP socket and
// the admin socket. All are non-blocking and close-on-exec. The supervisor never reads from any.
#pragma once

#include <string>

#include "runtime/fd.hpp"
#include "supervisor/listener/listener_plan.hpp"

namespace ringfence::supervisor {

// Bound, and for tcp and tls listening. An IPv6 socket takes IPv6 only.
Result<Fd> bind_listener(const Endpoint& endpoint);

// `path` is replaced if it is a socket; mode 0660, group `group` where that group exists.
Result<Fd> bind_control_socket(const std::string& path, const std::string& group);

// A little less than the kernel takes.
inline constexpr std::size_t kMaxSocketPath = 100;

}  // namespace ringfence::supervisor
