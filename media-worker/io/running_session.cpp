#include "media-worker/io/running_session.hpp"

#include <chrono>
#include <utility>

namespace ringfence::media_worker {

namespace {

// A peer that has our address sends before its answer has reached us.
constexpr std::chrono::seconds kSetUpLead{2};

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
  side.lease->sockets.watch->detach();
  context_.ports.release(*std::exchange(side.lease, nullptr), context_.loop.now());
}

void RunningSession::readable(LegName name, Component component) noexcept {
  Datagram& datagram = context_.datagram;
  const auto source = datagram.receive(socket_of(name, component));
  if (!source) return;
  const auto forward = session_.on_packet(name, component, *source, datagram.storage(),
                                          datagram.size(), context_.loop.now());
  if (!forward) return;
  const bool left = Datagram::send(socket_of(forward->to, forward->component), forward->destination,
                                   forward->octets);
  if (left) {
    session_.on_sent(forward->to, forward->kind);
  } else {
    session_.on_send_failed(forward->to);
  }
}

int RunningSession::socket_of(LegName name, Component component) const noexcept {
  return sides_[static_cast<std::size_t>(name)].lease->sockets.of(component);
}

}  // namespace ringfence::media_worker
