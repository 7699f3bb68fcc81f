#include "tests/bench/load/audio.hpp"

#include <algorithm>
#include <stdexcept>

namespace ringfence::bench {
namespace {

constexpr admin::Tones kTones{440, 440};
constexpr std::chrono::seconds kUntilTheBye(3600);

}  // namespace

void AudioResult::add(const admin::MediaMeasurement& one) {
  ++streams;
  silent += one.received == 0 ? 1U : 0U;
  sent += one.sent;
  received += one.received;
  refused += one.refused;
  longest_silence_ms = std::max(longest_silence_ms, one.longest_silence_ms);
}

AudioPtr bind_audio(Loop& loop, Random& random) {
  auto media = std::make_unique<admin::CallMedia>(loop, random, kTones, [] {});
  if (const auto bound = media->bind(*IpAddress::parse("127.0.0.1")); !bound) {
    throw std::runtime_error(bound.error().message);
  }
  return media;
}

bool connect_audio(admin::CallMedia& media, std::string_view description) {
  auto peer = admin::read_peer_media(description);
  if (!peer || !media.connect(std::move(*peer))) return false;
  media.start(kUntilTheBye);
  return true;
}

}  // namespace ringfence::bench
