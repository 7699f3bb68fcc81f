#include "supervisor/listener/listener_set.hpp"

#include <sys/socket.h>

#include <algorithm>

namespace ringfence::supervisor {

void ListenerSet::apply(const Config& config) {
  std::map<RowId, Endpoint> bound;
  for (const auto& [id, held] : held_) {
    if (held.socket) bound.emplace(id, held.endpoint);
  }
  const auto wanted = wanted_endpoints(config);
  const ListenerPlan plan = plan_listeners(bound, wanted);
  // All closings come first: a port may move from one listener to another.
  for (const RowId id : plan.close) {
    Held& held = held_.at(id);
    // Takes a stream socket out of the listening state in every process that holds it.
    if (held.endpoint.transport != ListenerTransport::udp) ::shutdown(held.socket.get(), SHUT_RD);
    held.socket.reset();
    log_.info("listener closed",
              {{"listener", held.row.name()}, {"address", held.endpoint.address.to_string()}});
    on_change_({id, held.endpoint, nullptr});
  }
  std::erase_if(held_, [&](const auto& entry) { return !wanted.contains(entry.first); });
  for (const proto::Listener& row : config.listeners) {
    if (wanted.contains(row.id())) held_[row.id()].row = row;
  }
  for (const RowId id : plan.bind) {
    Held& held = held_.at(id);
    if (held.endpoint != wanted.at(id)) held.told = false;
    held.endpoint = wanted.at(id);
    bind(held, plan.close.empty() ? Failure::unexpected : Failure::expected);
  }
}

bool ListenerSet::retry() {
  bool changed = false;
  for (auto& [id, held] : held_) {
    if (held.socket) continue;
    bind(held, Failure::unexpected);
    changed = changed || held.socket;
  }
  return changed;
}

bool ListenerSet::all_bound() const {
  return std::ranges::all_of(held_, [](const auto& entry) { return bool(entry.second.socket); });
}

void ListenerSet::bind(Held& held, Failure failure) {
  auto socket = bind_listener(held.endpoint);
  if (!socket) {
    // Told once, not at every attempt.
    if (failure == Failure::unexpected && (!held.told || held.error != socket.error().message)) {
      held.told = true;
      log_.error("a listener cannot be bound, trying again every 2 s",
                 {{"listener", held.row.name()},
                  {"address", held.row.address()},
                  {"port", held.row.port()},
                  {"transport", held.row.transport()},
                  {"reason", socket.error().message}});
    }
    held.error = socket.error().message;
    return;
  }
  held.socket = std::move(*socket);
  held.error.clear();
  held.told = false;
  log_.info("listening", {{"listener", held.row.name()},
                          {"transport", held.row.transport()},
                          {"address", held.endpoint.address.to_string()}});
  on_change_({held.row.id(), held.endpoint, &held});
}

proto::FromSupervisor listener_socket_message(const ListenerSet::Held& held) {
  proto::FromSupervisor message;
  proto::ListenerSocket& socket = *message.mutable_listener_socket();
  socket.set_listener_id(held.row.id());
  socket.set_side(held.row.side());
  socket.set_transport(held.row.transport());
  socket.set_address(held.row.address());
  socket.set_port(held.row.port());
  return message;
}

}  // namespace ringfence::supervisor
