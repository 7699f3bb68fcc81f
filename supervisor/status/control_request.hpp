// The admin socket's requests: one line, `restart NAME`, answered by one line, `ok` or
// `error: sentence`. Reading is pure; who may ask is decided from the kernel's credentials.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "proto/supervisor_child.pb.h"
#include "runtime/fd.hpp"

namespace ringfence::status {

inline constexpr std::size_t kMaxControlLine = 256;

// "tls-front", "sip-core", "media-worker-3", "status"; nullopt: no process has such a name.
std::optional<proto::RestartProcess> process_by_name(std::string_view name);

// One line without its end. The error is the sentence for the one who asked.
std::expected<proto::RestartProcess, std::string> read_control_line(
    std::string_view line, const proto::StatusReport& report);

// Root, our own user, or a member of the admin group (where there is one).
bool may_control(const Fd& peer, std::optional<gid_t> admin_group);

}  // namespace ringfence::status
