// Sets up calls in a media worker of its own, as sip-core would, writes their ports and keys to a
// file for a load driver, and holds them until its standard input ends. One line a call:
//   NUMBER  OUR-PORT-FOR-A  OUR-PORT-FOR-B  A's-KEY  OUR-KEY-FOR-A  B's-KEY  OUR-KEY-FOR-B
// with base64 keys, or - where the leg is plain. Every side A is at 127.0.0.1:40000, every side B
// at 127.0.0.1:40002.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>
#include <map>

#include "runtime/random.hpp"
#include "sip-core/sdp/base64.hpp"
#include "support/worker_process.hpp"

namespace {

using namespace ringfence;
using media_worker::test::WorkerProcess;

constexpr const char* kAddress = "127.0.0.1";
constexpr std::uint32_t kPortA = 40000;
constexpr std::uint32_t kPortB = 40002;
constexpr std::size_t kKeyAndSalt = 30;
constexpr std::uint32_t kLeasedAtOnce = 256;

std::string new_key(Random& random) {
  std::string key(kKeyAndSalt, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(key.data()), key.size()});
  return key;
}

// What the file says of the leg's keys: the peer's and ours.
std::string describe(proto::MediaLeg& leg, const proto::Lease& lease, std::uint32_t port,
                     bool secure, Random& random) {
  leg.set_lease_id(lease.lease_id());
  leg.set_remote_address(kAddress);
  leg.set_remote_rtp_port(port);
  leg.set_remote_rtcp_port(port + 1);
  leg.set_send_to_peer(true);
  leg.set_receive_from_peer(true);
  if (!secure) {
    leg.mutable_plain();
    return "- -";
  }
  auto& sdes = *leg.mutable_sdes_srtp();
  sdes.set_suite("AES_CM_128_HMAC_SHA1_80");
  sdes.set_send_key_salt(new_key(random));
  sdes.set_receive_key_salt(new_key(random));
  const auto text = [](const std::string& key) {
    return sip_core::sdp::base64_encode(
        {reinterpret_cast<const std::uint8_t*>(key.data()), key.size()},
        sip_core::sdp::Padding::with);
  };
  return text(sdes.receive_key_salt()) + " " + text(sdes.send_key_salt());
}

std::vector<proto::Lease> lease(WorkerProcess& worker, std::uint32_t count) {
  std::vector<proto::Lease> all;
  while (all.size() < count) {
    proto::ToMediaWorker message;
    message.mutable_lease_request()->set_address(kAddress);
    message.mutable_lease_request()->set_count(kLeasedAtOnce);
    worker.send(message);
    const auto answer = worker.wait_for(proto::FromMediaWorker::kLeased);
    if (answer.leased().leases().empty()) break;
    all.insert(all.end(), answer.leased().leases().begin(), answer.leased().leases().end());
  }
  return all;
}

}  // namespace

int main(int argc, char** argv) {
  std::uint32_t calls = 100;
  std::string kind = "srtp";
  std::string gather = "0";
  std::string file;
  CLI::App app{"Calls in a media worker, for measuring."};
  app.add_option("--calls", calls, "how many");
  app.add_option("--kind", kind, "rtp: both sides plain; srtp: side A secured; both: both secured")
      ->check(CLI::IsMember({"rtp", "srtp", "both"}));
  app.add_option("--gather", gather, "the setting media_gather_us");
  app.add_option("--out", file, "where the calls are written to")->required();
  CLI11_PARSE(app, argc, argv);

  SystemRandom random;
  WorkerProcess worker(10000, 29999);
  worker.wait_ready();
  worker.set("media_gather_us", gather);
  worker.link_sip_core(1);
  const auto leases = lease(worker, 2 * calls);
  if (leases.size() < 2 * calls) {
    std::fprintf(stderr, "not enough ports\n");
    return 1;
  }
  std::ofstream out(file);
  for (std::uint32_t i = 0; i < calls; ++i) {
    const proto::Lease& a = leases[2 * i];
    const proto::Lease& b = leases[2 * i + 1];
    proto::ToMediaWorker message;
    auto& set = *message.mutable_session_set();
    set.set_session_id(i + 1);
    const auto keys_a = describe(*set.mutable_a(), a, kPortA, kind != "rtp", random);
    const auto keys_b = describe(*set.mutable_b(), b, kPortB, kind == "both", random);
    worker.send(message);
    out << i << ' ' << a.rtp_port() << ' ' << b.rtp_port() << ' ' << keys_a << ' ' << keys_b
        << '\n';
  }
  out.close();
  worker.wait_health([calls](const auto& health) { return health.sessions() >= calls; });
  std::printf("%d\n", static_cast<int>(worker.pid()));
  std::fflush(stdout);
  char octet = 0;
  while (::read(STDIN_FILENO, &octet, 1) > 0) {
  }
  return worker.stop();
}
