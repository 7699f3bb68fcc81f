#include "supervisor/child/child_table.hpp"

#include <algorithm>

namespace ringfence::supervisor {
namespace {

proto::FromSupervisor peer_link_message(const Child& peer) {
  proto::FromSupervisor message;
  proto::PeerLink& link = *message.mutable_peer_link();
  link.set_peer(peer.spec().kind);
  link.set_index(peer.spec().index);
  link.set_peer_epoch(peer.epoch());
  return message;
}

}  // namespace

bool are_peers(proto::ProcessKind a, proto::ProcessKind b) {
  const auto pair = std::minmax(a, b);
  return (pair.first == proto::TLS_FRONT && pair.second == proto::SIP_CORE) ||
         (pair.first == proto::TLS_FRONT && pair.second == proto::KEY_KEEPER) ||
         (pair.first == proto::SIP_CORE && pair.second == proto::MEDIA_WORKER) ||
         (pair.first == proto::SIP_CORE && pair.second == proto::STATUS);
}

void ChildTable::add(ChildSpec spec) {
  children_.push_back(std::make_unique<Child>(loop_, log_, random_, std::move(spec), owner_));
}

Child* ChildTable::find(proto::ProcessKind kind, std::uint32_t index) const {
  const auto found = std::ranges::find_if(children_, [&](const auto& child) {
    return child->spec().kind == kind && child->spec().index == index;
  });
  return found == children_.end() ? nullptr : found->get();
}

Child* ChildTable::find(std::string_view name) const {
  const auto found = std::ranges::find_if(
      children_, [&](const auto& child) { return child->spec().name == name; });
  return found == children_.end() ? nullptr : found->get();
}

void ChildTable::link_peers(Child& child) {
  for (const auto& other : children_) {
    if (other->listens() && are_peers(child.spec().kind, other->spec().kind)) link(child, *other);
  }
}

void ChildTable::link(Child& a, Child& b) {
  auto ends = socket_pair();
  if (!ends) {
    log_.error(
        "two processes cannot be linked",
        {{"name", a.spec().name}, {"peer", b.spec().name}, {"reason", ends.error().message}});
    return;
  }
  a.send(peer_link_message(b), ends->first);
  b.send(peer_link_message(a), ends->second);
}

}  // namespace ringfence::supervisor
