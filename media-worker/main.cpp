// ringfence-media-worker: carries RTP, SRTP and RTCP between two legs of a call, as sip-core says.
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <optional>

#include "media-worker/health/health_reporter.hpp"
#include "media-worker/link/sip_core_link.hpp"
#include "media-worker/srtp/aes.hpp"
#include "proto/channel/child_process.hpp"

namespace {

// nullopt: another setting, or no number.
std::optional<std::chrono::microseconds> gather_time(const ringfence::proto::Setting& setting) {
  std::uint32_t microseconds = 0;
  const std::string& text = setting.value();
  const auto read = std::from_chars(text.data(), text.data() + text.size(), microseconds);
  if (setting.key() != "media_gather_us" || read.ec != std::errc{}) return std::nullopt;
  return std::chrono::microseconds(microseconds);
}

// How long a packet of a thick stream may wait for the next: little beside what a network adds, and
// it halves the work, for a wake-up costs more than carrying a packet.
constexpr std::chrono::microseconds kLeastGather{150};

constexpr std::chrono::seconds kSettled{10};

// Without a page calls are carried all the same; they end with this process.
void take_up(ringfence::Logger& log, ringfence::media_worker::Carrier& carrier,
             const ringfence::Fd& memory) {
  auto page = ringfence::media_worker::SessionPage::map(memory);
  if (!page) {
    log.error("calls of this process will not survive it", {{"reason", page.error().message}});
    return;
  }
  const std::size_t lost = carrier.resume(std::move(*page));
  if (carrier.session_count() == 0 && lost == 0) return;
  log.info("goes on with the sessions of the process before",
           {{"sessions", carrier.session_count()}, {"lost", lost}});
}

}  // namespace

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

  std::chrono::microseconds gather{0};
  Timer settled;
  const auto on_message = [&](proto::FromSupervisor& message, std::vector<Fd>& fds) {
    if (message.has_peer_link()) {
      if (message.peer_link().peer() != proto::SIP_CORE || fds.size() != 1) return false;
      sip_core.adopt(std::move(fds.front()));
      return true;
    }
    if (message.has_session_page()) {
      if (fds.size() != 1) return false;
      take_up(process.log(), carrier, fds.front());
      settled = process.loop().after(kSettled, [&carrier] { carrier.settle(); });
      return true;
    }
    if (message.has_snapshot_begin()) return true;
    if (message.has_snapshot_row()) {
      gather = gather_time(message.snapshot_row().setting()).value_or(gather);
      return true;
    }
    if (!message.has_snapshot_commit()) return false;
    process.loop().pace(std::max(gather, kLeastGather));
    proto::FromChild applied;
    applied.mutable_snapshot_applied()->set_revision(message.snapshot_commit().revision());
    process.send(applied);
    process.ready();
    health.start();
    return true;
  };
  return process.run(media_worker_profile(), on_message, {});
}
