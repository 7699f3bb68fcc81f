#include "admin/selftest/call_media.hpp"

namespace ringfence::admin {
namespace {

constexpr long kPacketsPerSecond = std::chrono::seconds(1) / kFrame;

}  // namespace

Result<void> CallMedia::bind(const IpAddress& address) {
  auto ports = MediaPorts::bind(loop_, address, random_);
  if (!ports) return std::unexpected(ports.error());
  ports_ = std::move(*ports);
  local_ = {ports_->rtp_address(), fresh_media_key(random_)};
  return {};
}

Result<void> CallMedia::connect(PeerMedia peer) {
  auto srtp = SrtpPair::create(local_.key, peer.key);
  if (!srtp) return std::unexpected(srtp.error());
  peer_ = std::move(peer);
  stream_.emplace(std::move(*srtp), tones_, random_);
  ports_->on_rtp([this](auto packet) {
    stream_->receive_rtp(packet, loop_.now());
    on_change_();
  });
  ports_->on_rtcp([this](auto packet) {
    stream_->receive_rtcp(packet);
    on_change_();
  });
  return {};
}

void CallMedia::start(std::chrono::seconds length) {
  // As with any phone: a packet can leave no sooner than its 20 ms of sound have been spoken.
  started_ = loop_.now() + kFrame;
  sent_ = 0;
  wanted_ = length / kFrame;
  next_ = loop_.after(kFrame, [this] { tick(); });
}

void CallMedia::stop() {
  next_.stop();
  wanted_ = sent_;
}

void CallMedia::tick() {
  const long due = (loop_.now() - started_) / kFrame + 1;
  while (sent_ < due && is_sending()) {
    if (const auto packet = stream_->next_packet()) ports_->send_rtp(*packet, peer_.rtp);
    ++sent_;
    // In the middle of every second.
    if (sent_ % kPacketsPerSecond == kPacketsPerSecond / 2) send_report();
  }
  if (!is_sending()) return on_change_();
  next_ = loop_.after(started_ + sent_ * kFrame - loop_.now(), [this] { tick(); });
}

void CallMedia::send_report() {
  const auto report = stream_->next_report(std::chrono::system_clock::now());
  if (report) ports_->send_rtcp(*report, peer_.rtcp);
}

MediaMeasurement CallMedia::measurement() const {
  return stream_ ? stream_->measurement() : MediaMeasurement{};
}

}  // namespace ringfence::admin
