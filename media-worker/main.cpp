// ringfence-media-worker: carries RTP, SRTP and RTCP between two legs of a call, as sip-core says.
#include <cstdio>

#include "media-worker/link/supervisor_orders.hpp"
#include "media-worker/srtp/aes.hpp"

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
  SupervisorOrders orders(process, carrier);
  const auto on_message = [&orders](proto::FromSupervisor& message, std::vector<Fd>& fds) {
    return orders.receive(message, fds);
  };
  return process.run(media_worker_profile(), on_message, {});
}
