// CallMedia: the media of one phone in one call: its two ports, and once both sides' SDP is known
// its stream, sent by a timer every 20 ms with a report every second. Packets that the kernel or a
// late timer held up are sent at once afterwards, so that the count is exact. on_change is called
// when a packet has come and when all is sent.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "admin/selftest/media/media_stream.hpp"
#include "admin/selftest/media/sdp_exchange.hpp"
#include "admin/selftest/transport/media_ports.hpp"
#include "runtime/loop.hpp"
#include "runtime/random.hpp"
#include "runtime/result.hpp"

namespace ringfence::admin {

class CallMedia {
 public:
  CallMedia(Loop& loop, Random& random, const Tones& tones, std::function<void()> on_change)
      : loop_(loop), random_(random), tones_(tones), on_change_(std::move(on_change)) {}

  Result<void> bind(const IpAddress& address);
  // What our SDP says. Valid after bind().
  const LocalMedia& local() const { return local_; }
  // Listens from here on.
  Result<void> connect(PeerMedia peer);
  bool is_connected() const { return stream_.has_value(); }
  // Sends that much sound, then falls silent.
  void start(std::chrono::seconds length);
  bool is_sending() const { return sent_ < wanted_; }
  void stop();
  MediaMeasurement measurement() const;

 private:
  void tick();
  void send_report();

  Loop& loop_;
  Random& random_;
  Tones tones_;
  std::function<void()> on_change_;
  LocalMedia local_;
  PeerMedia peer_;
  std::unique_ptr<MediaPorts> ports_;
  std::optional<MediaStream> stream_;
  TimePoint started_;
  long sent_ = 0;  // packets
  long wanted_ = 0;
  Timer next_;
};

}  // namespace ringfence::admin
