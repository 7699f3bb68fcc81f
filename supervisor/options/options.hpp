// Options: what the operator said on the command line or in RINGFENCE_ variables, checked for form.
// The command line wins over the environment. parse_options never exits and never touches a file:
// the caller prints and chooses the exit status.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

#include "runtime/confine/confine.hpp"
#include "runtime/log.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::supervisor {

inline constexpr int kExitBadOptions = 64;
inline constexpr int kExitBadConfiguration = 78;

struct Options {
  std::string database = "/etc/ringfence/config.db";
  std::string state_directory = "/var/lib/ringfence";
  std::string certificate_directory = "/etc/ringfence/certs";
  std::string run_directory = "/run/ringfence";
  SocketAddress http;
  std::uint32_t media_workers = 1;
  Port rtp_low = 16384;
  Port rtp_high = 32767;
  std::string user_prefix;   // empty: every process runs as its caller
  std::string name_servers;  // empty: the system's
  std::string confine = "require";
  bool fips = false;  // TLS by OpenSSL's FIPS provider, or not at all
  std::string log_level_name = "info";
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::text;
};

// Not an Options: help or version for stdout with status 0, or one line for stderr with 64.
struct OptionsExit {
  int status = 0;
  std::string text;
};

std::expected<Options, OptionsExit> parse_options(int argc, const char* const* argv);

}  // namespace ringfence::supervisor
