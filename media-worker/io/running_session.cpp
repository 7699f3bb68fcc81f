#include "media-worker/io/running_session.hpp"

#include <chrono>
#include <utility>

namespace ringfence::media_worker {

namespace {

// A peer that has our address sends before its answer has reached us.
constexpr std::chrono::seconds kSetUpLead{2};

}  // namespace

RunningSession::RunningSession(const MediaContext& context, SessionId id)
    : context_(context), session_(id, context.totals, context.keys, context.random) {}

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
  if (auto applied = session_.apply(description, context_.loop.now()); !applied) return applied;
  const std::array<std::pair<LegName, PortLease*>, 2> wanted{{{LegName::a, &a}, {LegName::b, &b}}};
  // Both are let go before any is taken, for the legs may swap their ports.
  for (const auto& [name, lease] : wanted) {
    Side& side = sides_[static_cast<std::size_t>(name)];
    if (side.lease != lease) detach(side);
  }
  for (const auto& [name, lease] : wanted) {
    if (sides_[static_cast<std::size_t>(name)].lease == nullptr) attach(name, *lease);
  }
  return {};
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
  const PortLease& lease = *sides_[static_cast<std::size_t>(name)].lease;
  PacketBatch& batch = context_.batch;
  const std::size_t count = batch.receive(lease.sockets.of(component));
  const TimePoint now = context_.loop.now();
  // What leaves through one socket leaves in one call; with rtcp-mux the other kind may interrupt.
  Component out_component = Component::rtp;
  PacketKind out_kind = PacketKind::rtp;
  const LegName to = other_leg(name);
  for (std::size_t i = 0; i < count; ++i) {
    const auto source = batch.source(i);
    if (!source) continue;
    const auto forward =
        session_.on_packet(name, component, *source, batch.storage(i), batch.size(i), now);
    if (!forward) continue;
    if (batch.queued() > 0 && (forward->component != out_component || forward->kind != out_kind)) {
      flush(to, out_component, out_kind);
    }
    out_component = forward->component;
    out_kind = forward->kind;
    batch.queue(forward->destination, forward->octets);
  }
  if (batch.queued() > 0) flush(to, out_component, out_kind);
}

void RunningSession::flush(LegName to, Component component, PacketKind kind) noexcept {
  const PortLease& lease = *sides_[static_cast<std::size_t>(to)].lease;
  const std::size_t queued = context_.batch.queued();
  const std::uint32_t left = context_.batch.flush(lease.sockets.of(component));
  for (std::size_t i = 0; i < queued; ++i) {
    if ((left >> i & 1U) != 0) {
      session_.on_sent(to, kind);
    } else {
      session_.on_send_failed(to);
    }
  }
}

}  // namespace ringfence::media_worker
