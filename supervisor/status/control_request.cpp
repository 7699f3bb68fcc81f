#include "supervisor/status/control_request.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace ringfence::status {
namespace {

constexpr std::string_view kMediaWorker = "media-worker-";
constexpr std::size_t kMaxGroups = 1024;

std::optional<ucred> credentials_of(const Fd& peer) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(peer.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return std::nullopt;
  }
  return credentials;
}

std::vector<gid_t> groups_of(int peer) {
  std::vector<gid_t> groups(kMaxGroups);
  socklen_t size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
  if (::getsockopt(peer, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) != 0) return {};
  groups.resize(size / sizeof(gid_t));
  return groups;
}

}  // namespace

std::optional<proto::RestartProcess> process_by_name(std::string_view name) {
  proto::RestartProcess order;
  if (name == "tls-front") {
    order.set_process(proto::TLS_FRONT);
  } else if (name == "sip-core") {
    order.set_process(proto::SIP_CORE);
  } else if (name == "key-keeper") {
    order.set_process(proto::KEY_KEEPER);
  } else if (name == "status") {
    order.set_process(proto::STATUS);
  } else if (name.starts_with(kMediaWorker)) {
    const std::string_view digits = name.substr(kMediaWorker.size());
    std::uint32_t index = 0;
    const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    if (result.ec != std::errc() || result.ptr != digits.data() + digits.size()) {
      return std::nullopt;
    }
    order.set_process(proto::MEDIA_WORKER);
    order.set_index(index);
  } else {
    return std::nullopt;
  }
  return order;
}

namespace {

std::expected<ControlRequest, std::string> drain_order(std::string_view seconds) {
  proto::DrainOrder order;
  if (seconds.empty()) return order;
  std::uint32_t number = 0;
  const auto result = std::from_chars(seconds.data(), seconds.data() + seconds.size(), number);
  if (result.ec != std::errc() || result.ptr != seconds.data() + seconds.size()) {
    return std::unexpected("drain takes a number of seconds, or nothing");
  }
  order.set_seconds(number);
  return order;
}

}  // namespace

std::expected<ControlRequest, std::string> read_control_line(std::string_view line,
                                                             const proto::StatusReport& report) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const auto space = line.find(' ');
  const std::string_view word = line.substr(0, space);
  const std::string_view rest = space == line.npos ? "" : line.substr(space + 1);
  if (word == "calls" && rest.empty()) return CallsRequest{};
  if (word == "registrations" && rest.empty()) return RegistrationsRequest{};
  if (word == "blocklist" && rest.empty()) return BlocklistRequest{};
  if (word == "release" && !rest.empty()) return BlocklistRequest{std::string(rest)};
  if (word == "trace") return TraceRequest{std::string(rest)};
  if (word == "drain") return drain_order(rest);
  if (word != "restart") {
    return std::unexpected(
        "there are restart NAME, calls, registrations, blocklist, release ADDRESS, drain [SECONDS]"
        " and trace [SUBJECT]");
  }
  const bool known = std::ranges::any_of(
      report.processes(), [&](const auto& process) { return process.name() == rest; });
  const auto order = process_by_name(rest);
  if (!known || !order) return std::unexpected("there is no such process");
  return *order;
}

bool may_control(const Fd& peer, std::optional<gid_t> admin_group) {
  const auto credentials = credentials_of(peer);
  if (!credentials) return false;
  if (credentials->uid == 0 || credentials->uid == ::geteuid()) return true;
  if (!admin_group) return false;
  if (credentials->gid == *admin_group) return true;
  const auto groups = groups_of(peer.get());
  return std::ranges::find(groups, *admin_group) != groups.end();
}

std::optional<uid_t> uid_of(const Fd& peer) {
  const auto credentials = credentials_of(peer);
  if (!credentials) return std::nullopt;
  return credentials->uid;
}

}  // namespace ringfence::status
