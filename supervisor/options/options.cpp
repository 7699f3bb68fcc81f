#include "supervisor/options/options.hpp"

#include <sched.h>

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <optional>
#include <thread>

namespace ringfence::supervisor {
namespace {

constexpr std::uint32_t kMaxMediaWorkers = 64;
// Four ports are one call: RTP and RTCP towards each side.
constexpr std::uint32_t kMinPortsPerWorker = 4;

constexpr const char* kExamples = R"(
Each option is also an environment variable: --rtp-ports is RINGFENCE_RTP_PORTS.

Examples:
  ringfence-supervisor --db ./config.db --state ./state --certs ./certs --run ./run
  ringfence-supervisor --http 127.0.0.1:8061 --media-workers 2 --rtp-ports 20000-29999
  RINGFENCE_LOG_FORMAT=json ringfence-supervisor --user-prefix ringfence

Exit status: 0 after SIGTERM or SIGINT, 64 for bad options, 78 for a bad configuration.)";

struct RawOptions {
  Options options;
  std::string http = "127.0.0.1:8060";
  std::string rtp_ports = "16384-32767";
  std::string log_format = "text";
  std::string user_prefix;
};

void declare(CLI::App& app, RawOptions& raw) {
  Options& o = raw.options;
  app.add_option("--db", o.database, "configuration database; created where it does not exist")
      ->type_name("FILE")
      ->capture_default_str()
      ->envname("RINGFENCE_DB");
  app.add_option("--state", o.state_directory, "folder for what must survive a restart")
      ->type_name("DIR")
      ->capture_default_str()
      ->envname("RINGFENCE_STATE");
  app.add_option("--certs", o.certificate_directory,
                 "certificates: DIR/<SNI name>/fullchain.pem and privkey.pem")
      ->type_name("DIR")
      ->capture_default_str()
      ->envname("RINGFENCE_CERTS");
  app.add_option("--run", o.run_directory, "folder for control.sock")
      ->type_name("DIR")
      ->capture_default_str()
      ->envname("RINGFENCE_RUN");
  app.add_option("--http", raw.http, "where health and metrics are served")
      ->type_name("ADDR:PORT")
      ->capture_default_str()
      ->envname("RINGFENCE_HTTP");
  app.add_option("--media-workers", o.media_workers, "media processes; default: one per core")
      ->type_name("N")
      ->envname("RINGFENCE_MEDIA_WORKERS");
  app.add_option("--rtp-ports", raw.rtp_ports, "UDP ports for RTP and RTCP")
      ->type_name("LOW-HIGH")
      ->capture_default_str()
      ->envname("RINGFENCE_RTP_PORTS");
  app.add_option("--name-servers", o.name_servers,
                 "ask these name servers instead of the system's: ADDR or ADDR:PORT, by commas")
      ->type_name("LIST")
      ->envname("RINGFENCE_NAME_SERVERS");
  app.add_option("--user-prefix", raw.user_prefix,
                 "run the processes as the users NAME-tls, NAME-sip, NAME-media and NAME-status; "
                 "none: as the caller. Default: ringfence for root, else none")
      ->type_name("NAME")
      ->envname("RINGFENCE_USER_PREFIX");
  app.add_option("--confine", o.confine, "sandbox of the processes: require, auto or off")
      ->type_name("MODE")
      ->capture_default_str()
      ->envname("RINGFENCE_CONFINE");
  app.add_flag("--fips", o.fips,
               "TLS by OpenSSL's FIPS provider only; without one tls-front does not start")
      ->envname("RINGFENCE_FIPS");
  app.add_option("--log-level", o.log_level_name, "debug, info, warning or error")
      ->type_name("LEVEL")
      ->capture_default_str()
      ->envname("RINGFENCE_LOG_LEVEL");
  app.add_option("--log-format", raw.log_format, "text or json")
      ->type_name("FORMAT")
      ->capture_default_str()
      ->envname("RINGFENCE_LOG_FORMAT");
}

std::optional<std::uint32_t> number(std::string_view text) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool parse_port_range(std::string_view text, Port& low, Port& high) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return false;
  const auto first = number(text.substr(0, dash));
  const auto last = number(text.substr(dash + 1));
  if (!first || !last || *first < 1024 || *last > 65535 || *first >= *last) return false;
  low = static_cast<Port>(*first);
  high = static_cast<Port>(*last);
  return true;
}

bool is_list_of_servers(std::string_view text) {
  while (true) {
    const std::string_view one = text.substr(0, text.find(','));
    const auto with_port = SocketAddress::parse(one);
    if (!IpAddress::parse(one) && (!with_port || with_port->port == 0)) return false;
    if (one.size() == text.size()) return true;
    text.remove_prefix(one.size() + 1);
  }
}

// What CLI11 cannot know; the sentence that is wrong with it, or nothing.
std::optional<std::string> complete(RawOptions& raw) {
  Options& o = raw.options;
  const auto http = SocketAddress::parse(raw.http);
  if (!http || http->port == 0) return "--http needs ADDR:PORT, not '" + raw.http + "'";
  o.http = *http;
  if (!parse_port_range(raw.rtp_ports, o.rtp_low, o.rtp_high)) {
    return "--rtp-ports needs LOW-HIGH between 1024 and 65535, not '" + raw.rtp_ports + "'";
  }
  if (o.media_workers < 1 || o.media_workers > kMaxMediaWorkers) {
    return "--media-workers needs a number from 1 to " + std::to_string(kMaxMediaWorkers);
  }
  const auto ports = static_cast<std::uint32_t>(o.rtp_high - o.rtp_low) + 1;
  if (ports / o.media_workers < kMinPortsPerWorker + 2) {
    return "--rtp-ports " + raw.rtp_ports + " is too small for " + std::to_string(o.media_workers) +
           " media workers";
  }
  if (!o.name_servers.empty() && !is_list_of_servers(o.name_servers)) {
    return "--name-servers needs addresses, each with or without a port, not '" + o.name_servers +
           "'";
  }
  if (!parse_confine_mode(o.confine)) {
    return "--confine needs require, auto or off, not '" + o.confine + "'";
  }
  if (!parse_log_level(o.log_level_name, o.log_level)) {
    return "--log-level needs debug, info, warning or error, not '" + o.log_level_name + "'";
  }
  if (raw.log_format != "text" && raw.log_format != "json") {
    return "--log-format needs text or json, not '" + raw.log_format + "'";
  }
  o.log_format = raw.log_format == "json" ? LogFormat::json : LogFormat::text;
  const bool is_root = ::geteuid() == 0;
  if (raw.user_prefix.empty()) raw.user_prefix = is_root ? "ringfence" : "none";
  if (raw.user_prefix != "none") {
    if (!is_root) return "--user-prefix " + raw.user_prefix + " needs root: use --user-prefix none";
    o.user_prefix = raw.user_prefix;
  }
  return std::nullopt;
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  while (!text.empty() && text.back() == ' ')
    text.pop_back();
  return "ringfence-supervisor: " + text + " (see --help)\n";
}

// Those that we may run on, which may be fewer than the machine has.
std::uint32_t usable_cores() {
  cpu_set_t cores;
  if (::sched_getaffinity(0, sizeof cores, &cores) != 0) return std::thread::hardware_concurrency();
  return static_cast<std::uint32_t>(CPU_COUNT(&cores));
}

}  // namespace

std::expected<Options, OptionsExit> parse_options(int argc, const char* const* argv) {
  RawOptions raw;
  raw.options.media_workers = std::clamp<std::uint32_t>(usable_cores(), 1, kMaxMediaWorkers);
  CLI::App app("Starts and watches the processes of Ringfence, a Session Border Controller.",
               "ringfence-supervisor");
  app.footer(kExamples);
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  declare(app, raw);
  // CLI11 speaks in exceptions; they end here.
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return std::unexpected(OptionsExit{0, app.help()});
  } catch (const CLI::Error& error) {
    return std::unexpected(OptionsExit{kExitBadOptions, one_line(error.what())});
  }
  if (const auto wrong = complete(raw)) {
    return std::unexpected(OptionsExit{kExitBadOptions, one_line(*wrong)});
  }
  return raw.options;
}

}  // namespace ringfence::supervisor
