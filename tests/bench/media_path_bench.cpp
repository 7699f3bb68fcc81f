// CPU time per packet through Session::on_packet, without sockets: G.711 packets of 20 ms, many
// sessions in turn, as a worker sees them. Prints nanoseconds per packet; the packets that are fed
// are protected beforehand and outside the measured time.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <vector>

#include "media-worker/rtp/packet_storage.hpp"
#include "media-worker/session/session.hpp"

namespace {

using namespace ringfence;
using namespace ringfence::media_worker;

constexpr std::size_t kPayload = 160;
constexpr std::size_t kRtpSize = 12 + kPayload;
const SocketAddress kPeerA = *SocketAddress::parse("192.0.2.1:4000");
const SocketAddress kPeerB = *SocketAddress::parse("192.0.2.2:5000");

enum class Kind { plain, srtp };

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

SecretBytes random_key(Random& random) {
  SecretBytes key(30);
  random.fill(key.bytes());
  return key;
}

struct Call {
  std::unique_ptr<Session> session;
  std::unique_ptr<SrtpSession> peer_a;  // what protects the packets that we feed; null: plain
};

Protection protection(Kind kind, Random& random, SecretBytes receive) {
  if (kind == Kind::plain) return PlainRtp{};
  SdesSrtp sdes;
  sdes.suite = find_crypto_suite("AES_CM_128_HMAC_SHA1_80");
  sdes.send_key_salt = random_key(random);
  sdes.receive_key_salt = std::move(receive);
  return sdes;
}

Call make_call(Kind a, Kind b, std::uint64_t id, MediaCounters& totals, SendKeyRegister& keys,
               Random& random) {
  const SecretBytes peer_key = random_key(random);
  SessionDescription description;
  description.a.lease = LeaseId(2 * id);
  description.a.remote_rtp = kPeerA;
  description.a.protection = protection(a, random, peer_key.copy());
  description.b.lease = LeaseId(2 * id + 1);
  description.b.remote_rtp = kPeerB;
  description.b.protection = protection(b, random, random_key(random));
  Call call;
  call.session = std::make_unique<Session>(SessionId(id), totals, keys, random);
  if (!call.session->apply(description, {})) std::abort();
  if (a == Kind::srtp) {
    call.peer_a = std::make_unique<SrtpSession>(
        *SrtpSession::create(*find_crypto_suite("AES_CM_128_HMAC_SHA1_80"), peer_key.bytes()));
  }
  return call;
}

std::size_t make_packet(Call& call, std::size_t round, PacketStorage& packet) {
  std::fill_n(packet.octets.begin(), kRtpSize, std::uint8_t{0x55});
  packet.octets[0] = 0x80;
  packet.octets[1] = 0;
  write_rtp_sequence(packet.octets, static_cast<std::uint16_t>(1000 + round));
  if (!call.peer_a) return kRtpSize;
  return call.peer_a->protect_rtp(packet.octets, kRtpSize).value();
}

void run(const char* name, Kind a, Kind b, std::size_t calls, std::size_t packets) {
  SystemRandom random;
  MediaCounters totals;
  SendKeyRegister keys;
  std::vector<Call> all;
  for (std::size_t i = 0; i < calls; ++i)
    all.push_back(make_call(a, b, i + 1, totals, keys, random));
  std::vector<PacketStorage> storage(calls);
  std::vector<std::size_t> sizes(calls);
  TimePoint now{std::chrono::hours(1)};
  double spent = 0;
  const std::size_t rounds = packets / calls;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < calls; ++i)
      sizes[i] = make_packet(all[i], round, storage[i]);
    now += std::chrono::milliseconds(20);
    const double before = cpu_seconds();
    for (std::size_t i = 0; i < calls; ++i) {
      if (!all[i].session->on_packet(LegName::a, Component::rtp, kPeerA, storage[i].octets,
                                     sizes[i], now)) {
        std::abort();
      }
      all[i].session->on_sent(LegName::b, PacketKind::rtp);
    }
    spent += cpu_seconds() - before;
  }
  std::printf("%-12s %5zu calls %8zu packets %8.0f ns/packet\n", name, calls, rounds * calls,
              spent * 1e9 / static_cast<double>(rounds * calls));
}

// What of that is SRTP's: one protect of the same packets on as many keys.
void run_protection_alone(std::size_t calls, std::size_t packets) {
  SystemRandom random;
  const CryptoSuite& suite = *find_crypto_suite("AES_CM_128_HMAC_SHA1_80");
  std::vector<SrtpSession> all;
  for (std::size_t i = 0; i < calls; ++i) {
    all.push_back(*SrtpSession::create(suite, random_key(random).bytes()));
  }
  std::vector<PacketStorage> storage(calls);
  Call plain;
  const std::size_t rounds = packets / calls;
  double spent = 0;
  for (std::size_t round = 0; round < rounds; ++round) {
    for (PacketStorage& packet : storage)
      make_packet(plain, round, packet);
    const double before = cpu_seconds();
    for (std::size_t i = 0; i < calls; ++i) {
      if (!all[i].protect_rtp(storage[i].octets, kRtpSize)) std::abort();
    }
    spent += cpu_seconds() - before;
  }
  std::printf("%-12s %5zu calls %8zu packets %8.0f ns/packet\n", "protect only", calls,
              rounds * calls, spent * 1e9 / static_cast<double>(rounds * calls));
}

}  // namespace

int main() {
  for (const std::size_t calls : {std::size_t{100}, std::size_t{1000}}) {
    run_protection_alone(calls, 400'000);
    run("RTP->RTP", Kind::plain, Kind::plain, calls, 400'000);
    run("SRTP->RTP", Kind::srtp, Kind::plain, calls, 400'000);
    run("RTP->SRTP", Kind::plain, Kind::srtp, calls, 400'000);
    run("SRTP->SRTP", Kind::srtp, Kind::srtp, calls, 400'000);
  }
  return 0;
}
