#include "tests/simulation/network/network.hpp"

#include <algorithm>
#include <vector>

namespace ringfence::simulation {

using std::chrono::milliseconds;

void Network::attach(const SocketAddress& address, Receive receive) {
  datagrams_[address] = std::move(receive);
}

Duration Network::delay() {
  if (dice_.chance(conditions_.straggling)) {
    return dice_.between(conditions_.most_delay, conditions_.straggler_delay);
  }
  return dice_.between(conditions_.least_delay, conditions_.most_delay);
}

void Network::deliver_later(const SocketAddress& from, const SocketAddress& to,
                            std::string octets) {
  schedule_.after(delay(), [this, from, to, octets = std::move(octets)]() mutable {
    const auto found = datagrams_.find(to);
    if (found != datagrams_.end()) found->second(from, std::move(octets));
  });
}

void Network::send(const SocketAddress& from, const SocketAddress& to, std::string octets) {
  if (dice_.chance(conditions_.loss)) return;
  if (dice_.chance(conditions_.repetition)) deliver_later(from, to, octets);
  deliver_later(from, to, std::move(octets));
}

Network::End* Network::end_of(StreamId stream) {
  const auto found = pipes_.find(stream.value >> 1);
  return found == pipes_.end() ? nullptr : &found->second.ends[stream.value & 1U];
}

StreamId Network::connect(const SocketAddress& from, const SocketAddress& to, StreamOwner& owner) {
  const std::uint64_t pipe = ++last_pipe_;
  const StreamId dialled(pipe << 1);
  pipes_[pipe].ends[0].owner = &owner;
  schedule_.after(delay(), [this, pipe, from, to] { accept(pipe, from, to); });
  return dialled;
}

void Network::accept(std::uint64_t pipe, const SocketAddress& from, const SocketAddress& to) {
  const StreamId dialled(pipe << 1);
  const StreamId accepted = other(dialled);
  if (end_of(dialled) == nullptr) return;
  const auto found = listeners_.find(to);
  StreamOwner* owner = found == listeners_.end() ? nullptr : found->second->accept(accepted, from);
  if (owner == nullptr) return tell_closed(dialled, delay());
  end_of(accepted)->owner = owner;
  owner->on_connected(accepted);
  schedule_.after(delay(), [this, dialled] {
    End* end = end_of(dialled);
    if (end != nullptr && end->owner != nullptr) end->owner->on_connected(dialled);
  });
}

void Network::write(StreamId stream, std::string_view octets) {
  const StreamId to = other(stream);
  End* from_end = end_of(stream);
  if (from_end == nullptr || from_end->owner == nullptr) return;
  End& end = *end_of(to);
  if (end.owner == nullptr) return;
  end.arriving += octets;
  arm(to);
}

void Network::arm(StreamId to) {
  End& end = *end_of(to);
  if (end.delivering) return;
  end.delivering = true;
  end.last = std::max(end.last, schedule_.now() + delay());
  schedule_.at(end.last, [this, to] { deliver(to); });
}

// What arrived in between comes along; sometimes only a part of it comes, and the rest later.
void Network::deliver(StreamId to) {
  End* end = end_of(to);
  if (end == nullptr) return;
  end->delivering = false;
  if (end->owner == nullptr) return;
  std::string segment = std::move(end->arriving);
  end->arriving.clear();
  if (segment.size() > 1 && dice_.chance(0.1)) {
    const std::size_t cut = 1 + dice_.below(segment.size() - 1);
    end->arriving = segment.substr(cut);
    segment.resize(cut);
  }
  if (!end->arriving.empty() || end->other_closed) arm(to);
  const bool over = segment.empty() && end->other_closed;
  StreamOwner* owner = end->owner;
  if (!over) return owner->on_octets(to, segment);
  end->owner = nullptr;
  drop_if_over(to.value >> 1);
  owner->on_closed(to);
}

void Network::tell_closed(StreamId id, Duration in) {
  schedule_.after(in, [this, id] {
    End* end = end_of(id);
    if (end == nullptr || end->owner == nullptr) return;
    StreamOwner* owner = end->owner;
    end->owner = nullptr;
    drop_if_over(id.value >> 1);
    owner->on_closed(id);
  });
}

void Network::close(StreamId stream) {
  End* end = end_of(stream);
  if (end == nullptr || end->owner == nullptr) return;
  end->owner = nullptr;
  end->arriving.clear();
  End& far = *end_of(other(stream));
  far.other_closed = true;
  if (far.owner != nullptr) arm(other(stream));
  drop_if_over(stream.value >> 1);
}

void Network::cut(StreamId stream) {
  if (end_of(stream) == nullptr) return;
  for (const StreamId id : {stream, other(stream)}) {
    end_of(id)->arriving.clear();
    tell_closed(id, dice_.between(milliseconds(1), milliseconds(400)));
  }
}

void Network::abandon(StreamId stream) {
  End* end = end_of(stream);
  if (end == nullptr) return;
  end->owner = nullptr;
  end->arriving.clear();
  end_of(other(stream))->arriving.clear();
  tell_closed(other(stream), delay());
  drop_if_over(stream.value >> 1);
}

void Network::drop_if_over(std::uint64_t pipe) {
  const auto found = pipes_.find(pipe);
  if (found == pipes_.end()) return;
  if (found->second.ends[0].owner == nullptr && found->second.ends[1].owner == nullptr) {
    pipes_.erase(found);
  }
}

}  // namespace ringfence::simulation
