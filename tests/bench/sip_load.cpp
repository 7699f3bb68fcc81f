// sip_load: puts a bounded SIP load on a server on loopback and prints one line of JSON. The caller
// speaks UDP or TLS; the calls are to arrive at this program's own UDP port. sip_load --help
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>

#include "tests/bench/load/called.hpp"
#include "tests/bench/load/caller.hpp"

namespace ringfence::bench {
namespace {

constexpr std::chrono::milliseconds kTick{1};

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::ranges::sort(values);
  return values[static_cast<std::size_t>(static_cast<double>(values.size() - 1) * share)];
}

std::string to_json(const LoadResult& caller, const AudioResult& called) {
  const AudioResult& audio = caller.audio;
  char text[256];
  std::snprintf(text, sizeof text,
                ",\"audio\":{\"streams\":%lu,\"unsecured\":%lu,\"silent\":%lu,\"sent\":%lu,"
                "\"received\":%lu,\"refused\":%lu,\"longest_silence_ms\":%.0f}",
                audio.streams + called.streams, caller.unsecured, audio.silent + called.silent,
                audio.sent + called.sent, audio.received + called.received,
                audio.refused + called.refused,
                std::max(audio.longest_silence_ms, called.longest_silence_ms));
  return text;
}

void print(LoadResult& result, std::uint64_t repeated, const std::string& audio) {
  std::string refusals;
  for (const auto& [status, count] : result.refusals) {
    refusals +=
        (refusals.empty() ? "\"" : ",\"") + std::to_string(status) + "\":" + std::to_string(count);
  }
  std::printf(
      "{\"started\":%lu,\"done\":%lu,\"failed\":%lu,\"lost\":%lu,\"repeated\":%lu,\"p50_ms\":%.2f,"
      "\"p99_ms\":%.2f,\"refusals\":{%s}%s}\n",
      result.started, result.done, result.failed, result.lost, repeated,
      percentile(result.milliseconds, 0.5), percentile(result.milliseconds, 0.99), refusals.c_str(),
      audio.c_str());
}

// Begins as many as are due, every millisecond; ends the loop once all are over.
class Pace {
 public:
  Pace(Loop& loop, Caller& caller, const LoadOptions& options)
      : loop_(loop), caller_(caller), options_(options), begun_(loop.now()) {
    tick();
  }

 private:
  void tick() {
    const Duration passed = loop_.now() - begun_;
    const double seconds =
        std::chrono::duration<double>(std::min<Duration>(passed, options_.duration)).count();
    const auto due = static_cast<std::uint64_t>(std::floor(seconds * options_.rate));
    while (caller_.result.started < due)
      caller_.begin();
    if (passed >= options_.duration && caller_.idle()) return loop_.stop();
    timer_ = loop_.after(kTick, [this] { tick(); });
  }

  Loop& loop_;
  Caller& caller_;
  const LoadOptions& options_;
  TimePoint begun_;
  Timer timer_;
};

void run(const LoadOptions& options) {
  Loop loop;
  Caller caller(loop, options);
  const auto transport = Transport::make(
      loop, options, [&caller](std::string octets) { caller.on_message(std::move(octets)); });
  caller.use(*transport);
  std::unique_ptr<Called> called;
  if (options.mode == Mode::call) called = std::make_unique<Called>(loop, options.uas_port);
  // Whoever measures the server begins here: connections are made.
  std::fprintf(stderr, "READY\n");
  Pace pace(loop, caller, options);
  loop.run();
  print(caller.result, caller.result.repeated + (called ? called->repeated() : 0),
        options.audio ? to_json(caller.result, called->audio()) : std::string());
}

}  // namespace
}  // namespace ringfence::bench

int main(int argc, char** argv) {
  using namespace ringfence::bench;
  LoadOptions options;
  std::string target;
  double seconds = 5;
  long hold_ms = 500;
  const std::map<std::string, Mode> modes{{"call", Mode::call}, {"register", Mode::registration}};
  const std::map<std::string, Protocol> protocols{{"udp", Protocol::udp}, {"tls", Protocol::tls}};
  CLI::App app("Puts a bounded SIP load on a server on loopback.", "sip_load");
  app.add_option("--target", target, "ADDRESS:PORT of the server")->required();
  app.add_option("--mode", options.mode)->transform(CLI::CheckedTransformer(modes));
  app.add_option("--proto", options.protocol)->transform(CLI::CheckedTransformer(protocols));
  app.add_option("--rate", options.rate, "calls or registrations a second");
  app.add_option("--seconds", seconds)->check(CLI::Range(0.1, 172800.0));
  app.add_option("--hold", hold_ms, "milliseconds from ACK to BYE");
  app.add_flag("--audio", options.audio, "SRTP both ways in every call");
  app.add_option("--connections", options.connections, "over TLS");
  app.add_option("--users", options.users, "u0, u1, ... of the registrations");
  app.add_option("--uas-port", options.uas_port, "UDP port where the calls arrive");
  app.add_option("--ruri", options.request_uri);
  app.add_option("--domain", options.domain);
  app.add_option("--password", options.password);
  CLI11_PARSE(app, argc, argv);
  const auto address = ringfence::SocketAddress::parse(target);
  if (!address || !address->ip.is_loopback()) {
    std::fprintf(stderr, "sip_load: --target takes an address and port on loopback\n");
    return 64;
  }
  options.target = *address;
  options.duration = std::chrono::milliseconds(static_cast<long>(seconds * 1000));
  options.hold = std::chrono::milliseconds(hold_ms);
  const auto srtp = ringfence::admin::SrtpLibrary::start();
  if (!srtp) {
    std::fprintf(stderr, "sip_load: %s\n", srtp.error().message.c_str());
    return 1;
  }
  try {
    run(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "sip_load: %s\n", error.what());
    return 1;
  }
}
