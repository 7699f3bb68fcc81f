// The admin socket's requests: one line each. `restart NAME` is answered by one line, `ok` or
// `error: sentence`, and so are `release ADDRESS`, which lifts a block, and `drain [SECONDS]`;
// `calls`, `registrations`, `blocklist` and `trace [CALL-ID|EXTENSION]` by `ok`, then one JSON
// object per line, then `end` or `error: sentence`. Reading is pure; who may ask is decided from
// the kernel's credentials.
#pragma once

#include <sys/types.h>

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "proto/supervisor_child.pb.h"
#include "runtime/fd.hpp"

namespace ringfence::status {

inline constexpr std::size_t kMaxControlLine = 1024;  // a Call-ID may be long

struct CallsRequest {};
struct RegistrationsRequest {};
struct TraceRequest {
  std::string subject;  // empty: everything
};
struct BlocklistRequest {
  std::string release;  // an address; empty: the list
};
using ControlRequest = std::variant<proto::RestartProcess, CallsRequest, RegistrationsRequest,
                                    TraceRequest, BlocklistRequest, proto::DrainOrder>;

// "tls-front", "sip-core", "key-keeper", "media-worker-3", "status"; nullopt: no process has such a
// name.
std::optional<proto::RestartProcess> process_by_name(std::string_view name);

// One line without its end. The error is the sentence for the one who asked.
std::expected<ControlRequest, std::string> read_control_line(std::string_view line,
                                                             const proto::StatusReport& report);

// Root, our own user, or a member of the admin group (where there is one).
bool may_control(const Fd& peer, std::optional<gid_t> admin_group);
// nullopt: the kernel does not say.
std::optional<uid_t> uid_of(const Fd& peer);

}  // namespace ringfence::status
