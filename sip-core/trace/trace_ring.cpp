#include "sip-core/trace/trace_ring.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "sip-core/trace/mask.hpp"
#include "sip-core/trace/message_summary.hpp"

namespace ringfence::sip_core::trace {
namespace {

// What stands before each message's octets.
struct Header {
  WallTime time;
  Direction direction;
  TransportKind transport;
  SocketAddress local;
  SocketAddress remote;
  std::uint32_t size;
  bool masked;  // as a whole
};

}  // namespace

void TraceRing::resize(std::size_t octets) {
  memory_ = std::vector<char>(octets);
  places_.clear();
  write_ = 0;
}

void TraceRing::add(const TraceMessage& message) {
  const std::size_t needed = sizeof(Header) + message.octets.size();
  if (needed > memory_.size()) return;
  if (write_ + needed > memory_.size()) {
    // Those behind are the oldest: none may stay when writing starts again in front.
    while (!places_.empty() && places_.front() >= write_)
      places_.pop_front();
    write_ = 0;
  }
  while (!places_.empty() && places_.front() >= write_ && places_.front() < write_ + needed)
    places_.pop_front();
  const Header header{
      message.time,  message.direction, message.transport,
      message.local, message.remote,    static_cast<std::uint32_t>(message.octets.size()),
      false};
  std::memcpy(memory_.data() + write_, &header, sizeof header);
  const std::span<char> copy(memory_.data() + write_ + sizeof header, message.octets.size());
  std::memcpy(copy.data(), message.octets.data(), copy.size());
  mask_keys(copy);
  places_.push_back(write_);
  write_ += needed;
  ++next_;
}

std::optional<TraceMessage> TraceRing::read(std::uint64_t number) const {
  if (number < oldest() || number >= next_) return std::nullopt;
  char* place = memory_.data() + places_[number - oldest()];
  Header header;
  std::memcpy(&header, place, sizeof header);
  const std::span<char> octets(place + sizeof header, header.size);
  if (!header.masked) {
    mask_secrets(octets);
    header.masked = true;
    std::memcpy(place, &header, sizeof header);
  }
  const std::string_view text(octets.data(), octets.size());
  return TraceMessage{header.time, header.direction, header.transport, header.local, header.remote,
                      text,        call_id_of(text)};
}

std::string_view TraceRing::octets_of(std::uint64_t number) const {
  const char* place = memory_.data() + places_[number - oldest()];
  Header header;
  std::memcpy(&header, place, sizeof header);
  return {place + sizeof header, header.size};
}

bool TraceRing::has_call_id(std::string_view call_id, std::uint64_t newest) const {
  const std::uint64_t first = next_ - std::min<std::uint64_t>(newest, places_.size());
  for (std::uint64_t number = first; number < next_; ++number) {
    if (call_id_of(octets_of(number)) == call_id) return true;
  }
  return false;
}

}  // namespace ringfence::sip_core::trace
