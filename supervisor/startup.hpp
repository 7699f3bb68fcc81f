// What must be right before the first child starts: folders, the HTTP and admin sockets, limits.
// Each error is one sentence for stderr, and the supervisor exits with 78.
#pragma once

#include <optional>

#include "runtime/fd.hpp"
#include "supervisor/child/child_launch.hpp"
#include "supervisor/options/options.hpp"

namespace ringfence::supervisor {

struct StartupSockets {
  Fd http;
  Fd control;
};

// The state folder, shared with sip-core: sip-core may make files in it, and touch only its own.
Result<void> prepare_folders(const Options& options, const std::optional<Identity>& sip_core);
// Held for as long as we run. Error: another supervisor works in that folder.
Result<Fd> lock_state_folder(const Options& options);
Result<StartupSockets> bind_startup_sockets(const Options& options);
std::string control_socket_path(const Options& options);
// Root's powers, but for those that a running supervisor uses: to start and end children of other
// users, to bind low ports, to read certificates whatever their mode.
Result<void> keep_needed_capabilities();
// As many descriptors as the kernel lets us have: children inherit it before they limit themselves.
void raise_descriptor_limit();
// key-keeper locks the memory of its keys: as much as it needs, where we are root.
void allow_locked_memory();

}  // namespace ringfence::supervisor
