#include "admin/doctor/machine_checks.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <fstream>
#include <iterator>

#include "runtime/fd.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {
namespace {

constexpr std::time_t kEarliestSane = 1767225600;  // 2026-01-01: this program is not older

// LANDLOCK_CREATE_RULESET_VERSION: asks for the ABI and makes nothing.
long landlock_abi() {
  constexpr unsigned kVersion = 1;
  return ::syscall(SYS_landlock_create_ruleset, nullptr, 0, kVersion);
}

std::string contents(const char* path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// As the supervisor would bind it; nothing listens and nothing is kept.
int error_of_bind(const sip_core::Listener& listener) {
  sockaddr_storage storage{};
  const socklen_t size = SocketAddress{listener.address, listener.port}.to_sockaddr(storage);
  const bool datagrams = listener.transport == sip_core::TransportKind::udp;
  const Fd socket(
      ::socket(storage.ss_family, (datagrams ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0));
  if (!socket) return errno;
  const int one = 1;
  if (!datagrams) ::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (listener.address.is_v6()) {
    ::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  }
  const bool bound = ::bind(socket.get(), reinterpret_cast<const sockaddr*>(&storage), size) == 0 &&
                     (datagrams || ::listen(socket.get(), 1) == 0);
  return bound ? 0 : errno;
}

std::string reason_of(int error, const sip_core::Listener& listener) {
  if (error == EADDRINUSE) {
    return fmt::format("another program has it: 'ss -{}lnp sport = :{}' names it",
                       listener.transport == sip_core::TransportKind::udp ? "u" : "t",
                       listener.port);
  }
  if (error == EADDRNOTAVAIL) return "this machine has no such address";
  return system_error("cannot bind", error).error().message;
}

}  // namespace

Finding check_clock() {
  timex state{};
  const int told = ::adjtimex(&state);
  if (std::time(nullptr) < kEarliestSane) {
    return {Severity::bad, "clock", "it is years behind: certificates and digests fail by it"};
  }
  if (told == TIME_ERROR || (state.status & STA_UNSYNC) != 0) {
    return {Severity::warning, "clock",
            "it is not kept by a time server: install chrony or systemd-timesyncd"};
  }
  return {Severity::good, "clock", "it is kept by a time server"};
}

Findings check_ports(const sip_core::Config& config) {
  Findings findings;
  for (const sip_core::Listener& listener : config.listeners) {
    const std::string about = "listener " + listener.name;
    const std::string place =
        fmt::format("{} {}", sip_core::leg_token(listener.transport),
                    SocketAddress{listener.address, listener.port}.to_string());
    const int error = error_of_bind(listener);
    if (error == 0) {
      findings.push_back({Severity::good, about, place + " is free"});
    } else {
      findings.push_back({Severity::bad, about, place + ": " + reason_of(error, listener)});
    }
  }
  return findings;
}

Findings check_kernel() {
  Findings findings;
  const long abi = landlock_abi();
  if (abi >= 1) {
    findings.push_back({Severity::good, "kernel", fmt::format("Landlock ABI {}", abi)});
  } else {
    findings.push_back(
        {Severity::warning, "kernel",
         "no Landlock: '--confine require' refuses to start; boot with lsm=landlock"});
  }
  if (::prctl(PR_GET_SECCOMP) >= 0) {
    findings.push_back({Severity::good, "kernel", "seccomp"});
  } else {
    findings.push_back(
        {Severity::warning, "kernel", "no seccomp: '--confine require' refuses to start"});
  }
  if (lists_sip_helper(contents("/proc/modules"))) {
    findings.push_back({Severity::warning, "kernel",
                        "the module nf_conntrack_sip is loaded and rewrites SIP on UDP and TCP: "
                        "'rmmod nf_nat_sip nf_conntrack_sip'"});
  }
  return findings;
}

bool lists_sip_helper(std::string_view modules) {
  constexpr std::string_view kName = "nf_conntrack_sip ";
  return modules.starts_with(kName) || modules.find("\nnf_conntrack_sip ") != modules.npos;
}

}  // namespace ringfence::admin
