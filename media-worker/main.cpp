// ringfence-media-worker: carries RTP, SRTP and RTCP between two legs of a call, as sip-core says.
#include <cstdio>

#include "media-worker/health/health_reporter.hpp"
#include "media-worker/link/sip_core_link.hpp"
#include "media-worker/srtp/aes.hpp"
#include "proto/channel/child_process.hpp"

int main() {
  using namespace ringfence;
  using namespace ringfence::media_worker;

  if (const auto loaded = load_aes(); !loaded) {
    std::fprintf(stderr, "ringfence-media-worker: %s\n", loaded.error().message.c_str());
    return 1;
  }
  auto started = channel::ChildProcess::start(proto::MEDIA_WORKER, "media-worker");
  if (!started) {
    std::fprintf(stderr, "ringfence-media-worker: %s\n", started.error().message.c_str());
    return 1;
  }
  channel::ChildProcess& process = **started;
  const proto::Welcome& welcome = process.welcome();
  SystemRandom random;
  Carrier carrier(
      process.loop(),
      {static_cast<Port>(welcome.rtp_port_low()), static_cast<Port>(welcome.rtp_port_high())},
      random);
  SipCoreLink sip_core(process.loop(), process.log(), carrier, welcome.epoch(), welcome.index());
  HealthReporter health(process.loop(), process.log(), carrier,
                        [&process](const proto::FromChild& message) { process.send(message); });

  const auto on_message = [&](proto::FromSupervisor& message, std::vector<Fd>& fds) {
    if (message.has_peer_link()) {
      if (message.peer_link().peer() != proto::SIP_CORE || fds.size() != 1) return false;
      sip_core.adopt(std::move(fds.front()));
      return true;
    }
    if (message.has_snapshot_begin() || message.has_snapshot_row()) return true;
    if (!message.has_snapshot_commit()) return false;
    proto::FromChild applied;
    applied.mutable_snapshot_applied()->set_revision(message.snapshot_commit().revision());
    process.send(applied);
    process.ready();
    health.start();
    return true;
  };
  return process.run(media_worker_profile(), on_message, {});
}
