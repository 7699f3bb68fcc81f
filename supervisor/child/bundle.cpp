#include "supervisor/child/bundle.hpp"

#include <unistd.h>

#include <climits>

namespace ringfence::supervisor {
namespace {

struct KindOfProcess {
  proto::ProcessKind kind;
  const char* name;         // of the process, and after "ringfence-" of its program
  const char* user_suffix;  // after --user-prefix
};

// In the order in which they start.
constexpr KindOfProcess kKinds[] = {
    {proto::STATUS, "status", "-status"},
    {proto::SIP_CORE, "sip-core", "-sip"},
    {proto::KEY_KEEPER, "key-keeper", "-keys"},
    {proto::TLS_FRONT, "tls-front", "-tls"},
    {proto::MEDIA_WORKER, "media-worker", "-media"},
};

Result<std::string> own_folder() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof path);
  if (size <= 0) return system_error("cannot find the supervisor's own program");
  const std::string program(path, static_cast<std::size_t>(size));
  return program.substr(0, program.rfind('/'));
}

Result<LaunchSpec> launch_spec(const KindOfProcess& kind, const std::string& folder,
                               const std::string& user_prefix) {
  LaunchSpec spec{folder + "/ringfence-" + kind.name, std::nullopt};
  if (::access(spec.program.c_str(), X_OK) != 0) {
    return system_error("cannot start " + spec.program);
  }
  if (!user_prefix.empty()) {
    const auto identity = find_identity(user_prefix + kind.user_suffix);
    if (!identity) return std::unexpected(identity.error());
    spec.identity = *identity;
  }
  return spec;
}

}  // namespace

Result<std::vector<ChildSpec>> bundle(const Options& options) {
  const auto folder = own_folder();
  if (!folder) return std::unexpected(folder.error());
  std::vector<ChildSpec> specs;
  for (const KindOfProcess& kind : kKinds) {
    const auto launch = launch_spec(kind, *folder, options.user_prefix);
    if (!launch) return std::unexpected(launch.error());
    const bool many = kind.kind == proto::MEDIA_WORKER;
    for (std::uint32_t i = 0; i < (many ? options.media_workers : 1); ++i) {
      const std::string name = many ? kind.name + ("-" + std::to_string(i)) : kind.name;
      specs.push_back({kind.kind, i, name, *launch});
    }
  }
  return specs;
}

}  // namespace ringfence::supervisor
