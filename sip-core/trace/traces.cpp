#include "sip-core/trace/traces.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core::trace {

void Traces::configure(std::size_t ring_octets, Export to_collector) {
  wanted_octets_ = ring_octets;
  export_ = to_collector;
  fit_ring();
}

void Traces::fit_ring() {
  const bool needed = export_ == Export::on || is_read();
  const std::size_t octets = wanted_octets_ > 0 ? wanted_octets_ : needed ? kSmallRing : 0;
  if (octets != ring_.capacity()) ring_.resize(octets);
}

TraceStart Traces::start(TraceNumber trace, std::string_view subject, const Config& config) {
  if (readers_.size() >= kMaxReaders || readers_.contains(trace)) return TraceStart::too_many;
  auto filter = TraceFilter::make(subject, config, index_, ring_);
  if (!filter) return TraceStart::unknown_subject;
  readers_.emplace(trace, Reader{std::move(*filter), ring_.oldest(), ring_.next()});
  fit_ring();
  return TraceStart::started;
}

void Traces::stop(TraceNumber trace) {
  readers_.erase(trace);
  fit_ring();
}

void Traces::stop_all() {
  readers_.clear();
  fit_ring();
}

void Traces::on_taken(TraceNumber trace, std::uint32_t messages) {
  const auto found = readers_.find(trace);
  if (found == readers_.end()) return;
  Reader& reader = found->second;
  reader.on_the_way -= std::min(reader.on_the_way, messages);
}

Traces::Progress Traces::deliver(TimePoint now, TraceSink& sink) {
  Progress progress = Progress::idle;
  for (auto reader = readers_.begin(); reader != readers_.end();) {
    const TraceNumber trace = reader->first;
    if (deliver_to(trace, reader->second, now, sink)) {
      reader = readers_.erase(reader);
      sink.on_call_over(trace);
      continue;
    }
    const Reader& state = reader->second;
    if (state.next < ring_.next() && state.on_the_way < kWindow) progress = Progress::more;
    ++reader;
  }
  return progress;
}

bool Traces::deliver_to(TraceNumber trace, Reader& reader, TimePoint now, TraceSink& sink) {
  if (reader.next < ring_.oldest()) {
    reader.missed += ring_.oldest() - reader.next;
    reader.next = ring_.oldest();
  }
  std::size_t looks = 0;
  while (reader.next < ring_.next() && reader.on_the_way < kWindow && looks++ < kLooksPerTurn) {
    const auto message = ring_.read(reader.next++);
    if (!message || !reader.filter.matches(*message, index_)) continue;
    sink.on_message(trace, *message, index_.leg_of(message->call_id),
                    std::exchange(reader.missed, 0));
    ++reader.on_the_way;
  }
  if (!reader.caught_up && reader.next >= reader.live_from) {
    reader.caught_up = true;
    sink.on_caught_up(trace);
  }
  return reader.next == ring_.next() && is_over(reader, now);
}

bool Traces::is_over(const Reader& reader, TimePoint now) const {
  const auto call = reader.filter.call(index_);
  const auto ended = call ? index_.ended(*call) : std::nullopt;
  return ended && now - *ended >= kAfterwards;
}

}  // namespace ringfence::sip_core::trace
