#include "media-worker/io/running_session.hpp"

#include <cerrno>
#include <chrono>
#include <utility>

namespace ringfence::media_worker {

namespace {

// A peer that has our address sends before its answer has reached us.
constexpr std::chrono::seconds kSetUpLead{2};
constexpr int kMostInAnInstant = 64;

}  // namespace

RunningSession::RunningSession(const MediaContext& context, SessionId id, SavedSession* saved)
    : context_(context),
      session_(id, context.totals, context.keys, context.random),
      saved_(saved) {}

RunningSession::~RunningSession() {
  for (Side& side : sides_)
    detach(side);
}

bool RunningSession::uses(LeaseId lease) const {
  for (const Side& side : sides_) {
    if (side.lease != nullptr && side.lease->id == lease) return true;
  }
  return false;
}

Result<void> RunningSession::apply(const SessionDescription& description, PortLease& a,
                                   PortLease& b) {
  const bool was_valid = saved_ != nullptr && saved_->is_valid();
  if (saved_ != nullptr) saved_->set_valid(false);
  session_.save_to(saved_);
  const auto applied = session_.apply(description, context_.loop.now());
  if (saved_ != nullptr) {
    if (applied) saved_->describe(description, a.rtp_address, b.rtp_address);
    saved_->set_valid(applied || was_valid);
  }
  if (applied) take(a, b);
  return applied;
}

Result<void> RunningSession::resume(const SessionDescription& description, PortLease& a,
                                    PortLease& b) {
  if (auto applied = session_.apply(description, context_.loop.now()); !applied) return applied;
  session_.resume(*saved_);
  session_.save_to(saved_);
  take(a, b);
  return {};
}

SavedSession* RunningSession::stop_saving() {
  session_.save_to(nullptr);
  return std::exchange(saved_, nullptr);
}

void RunningSession::take(PortLease& a, PortLease& b) {
  const std::array<std::pair<LegName, PortLease*>, 2> wanted{{{LegName::a, &a}, {LegName::b, &b}}};
  // Both are let go before any is taken, for the legs may swap their ports.
  for (const auto& [name, lease] : wanted) {
    Side& side = sides_[static_cast<std::size_t>(name)];
    if (side.lease != lease) detach(side);
  }
  for (const auto& [name, lease] : wanted) {
    if (sides_[static_cast<std::size_t>(name)].lease == nullptr) attach(name, *lease);
  }
}

void RunningSession::attach(LegName name, PortLease& lease) {
  Side& side = sides_[static_cast<std::size_t>(name)];
  context_.ports.acquire(lease);
  side.lease = &lease;
  if (!lease.sockets.watch) {
    lease.sockets.watch = std::make_unique<PortWatch>(context_.loop, lease.sockets.rtp.get(),
                                                      lease.sockets.rtcp.get());
  }
  lease.sockets.watch->attach(std::chrono::system_clock::now() - kSetUpLead,
                              [this, name](Component component) { readable(name, component); });
}

void RunningSession::detach(Side& side) {
  if (side.lease == nullptr) return;
  side.direct.close();
  side.lease->sockets.watch->detach();
  context_.ports.release(*std::exchange(side.lease, nullptr), context_.loop.now());
}

void RunningSession::readable(LegName name, Component component) noexcept {
  const auto source = context_.datagram.receive(side(name).lease->sockets.of(component));
  if (!source || !carry(name, component, *source) || component != Component::rtp) return;
  side(name).direct.heard(*source);
}

void RunningSession::directly_readable(LegName name) noexcept {
  DirectPath& direct = side(name).direct;
  if (context_.datagram.receive_from_peer(direct.socket())) {
    carry(name, Component::rtp, direct.peer());
  } else {
    direct.failed(errno);
  }
}

bool RunningSession::carry(LegName from, Component component,
                           const SocketAddress& source) noexcept {
  Datagram& datagram = context_.datagram;
  const auto forward = session_.on_packet(from, component, source, datagram.storage(),
                                          datagram.size(), context_.loop.now());
  if (!forward) return false;
  if (send(*forward)) {
    session_.on_sent(forward->to, forward->kind);
  } else {
    session_.on_send_failed(forward->to);
  }
  if (side(forward->to).direct.is_due(forward->destination)) open_direct(forward->to);
  return true;
}

bool RunningSession::send(const Session::Forward& forward) noexcept {
  Side& to = side(forward.to);
  if (to.direct.is_open() && forward.component == Component::rtp) {
    if (forward.destination != to.direct.peer()) {
      to.direct.close();
    } else {
      if (Datagram::send_to_peer(to.direct.socket(), forward.octets)) return true;
      to.direct.failed(errno);
    }
  }
  return Datagram::send(to.lease->sockets.of(forward.component), forward.destination,
                        forward.octets);
}

void RunningSession::open_direct(LegName name) {
  Side& opened = side(name);
  if (!opened.direct.open(context_.loop, opened.lease->sockets.rtp.get(), opened.lease->rtp_address,
                          [this, name] { directly_readable(name); })) {
    return;
  }
  // What came in the instant before it was connected says itself where it is from.
  for (int i = 0; i < kMostInAnInstant; ++i) {
    const auto source = context_.datagram.receive(opened.direct.socket());
    if (!source) return;
    carry(name, Component::rtp, *source);
  }
  opened.direct.close();
}

}  // namespace ringfence::media_worker
