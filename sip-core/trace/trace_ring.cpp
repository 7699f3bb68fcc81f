#include "sip-core/trace/trace_ring.hpp"

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
  std::size_t size;
  std::size_t call_id_at;
  std::size_t call_id_size;
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
  const std::string_view call_id = call_id_of(message.octets);
  const Header header{
      message.time,
      message.direction,
      message.transport,
      message.local,
      message.remote,
      message.octets.size(),
      call_id.empty() ? 0 : static_cast<std::size_t>(call_id.data() - message.octets.data()),
      call_id.size()};
  std::memcpy(memory_.data() + write_, &header, sizeof header);
  const std::span<char> copy(memory_.data() + write_ + sizeof header, message.octets.size());
  std::memcpy(copy.data(), message.octets.data(), copy.size());
  mask_secrets(copy);
  places_.push_back(write_);
  write_ += needed;
  ++next_;
}

std::optional<TraceMessage> TraceRing::read(std::uint64_t number) const {
  if (number < oldest() || number >= next_) return std::nullopt;
  const char* place = memory_.data() + places_[number - oldest()];
  Header header;
  std::memcpy(&header, place, sizeof header);
  const std::string_view octets(place + sizeof header, header.size);
  return TraceMessage{header.time,
                      header.direction,
                      header.transport,
                      header.local,
                      header.remote,
                      octets,
                      octets.substr(header.call_id_at, header.call_id_size)};
}

}  // namespace ringfence::sip_core::trace
