#include "media-worker/io/carrier.hpp"

namespace ringfence::media_worker {

Carrier::Carrier(Loop& loop, PortSlice slice, Random& random)
    : loop_(loop), random_(random), ports_(slice, random) {}

PortPool::Leased Carrier::lease(const IpAddress& address, std::size_t count) {
  auto leased = ports_.lease(address, count, loop_.now());
  if (!leased.shortage.empty()) ++port_shortages_;
  return leased;
}

Result<PortLease*> Carrier::lease_for(const LegDescription& leg, const RunningSession* user) {
  PortLease* lease = ports_.find(leg.lease);
  if (lease == nullptr) return fail("no such lease");
  if (lease->in_use && (user == nullptr || !user->uses(leg.lease))) {
    return fail("the lease is another session's");
  }
  if (auto checked = check_destination(leg, *lease); !checked) {
    return std::unexpected(checked.error());
  }
  return lease;
}

// R174 in its second place: sip-core has refused such a description before.
Result<void> Carrier::check_destination(const LegDescription& leg, const PortLease& lease) const {
  for (const auto& remote : {leg.remote_rtp, leg.remote_rtcp}) {
    if (!remote) continue;
    if (remote->ip.is_multicast() || remote->ip.is_link_local() || remote->ip.is_unspecified()) {
      return fail("media cannot be sent to " + remote->ip.to_string());
    }
    if (remote->ip == *IpAddress::parse("255.255.255.255")) {
      return fail("media cannot be broadcast");
    }
    if (remote->ip.family() != lease.rtp_address.ip.family()) {
      return fail("the peer's address is of another family than our port");
    }
    if (ports_.is_own(*remote)) return fail("the peer's address is a media port of ours");
  }
  return {};
}

Result<void> Carrier::set(const SessionDescription& description) {
  if (description.a.lease == description.b.lease) return fail("both legs on one lease");
  const auto found = sessions_.find(description.id);
  const RunningSession* user = found == sessions_.end() ? nullptr : found->second.get();
  const auto a = lease_for(description.a, user);
  if (!a) return std::unexpected(a.error());
  const auto b = lease_for(description.b, user);
  if (!b) return std::unexpected(b.error());
  if (user != nullptr) return found->second->apply(description, **a, **b);
  if (sessions_.size() >= kMostSessions) return fail("too many sessions");
  SavedSession* const saved = page_ ? page_->take() : nullptr;
  auto running = std::make_unique<RunningSession>(context(), description.id, saved);
  if (auto applied = running->apply(description, **a, **b); !applied) {
    forget(*running);
    return applied;
  }
  sessions_.emplace(description.id, std::move(running));
  return {};
}

MediaContext Carrier::context() {
  return {loop_, ports_, datagram_, totals_, keys_, random_};
}

void Carrier::forget(RunningSession& running) {
  SavedSession* const saved = running.stop_saving();
  if (page_) page_->give_back(saved);
}

std::size_t Carrier::resume(SessionPage page) {
  page_.emplace(std::move(page));
  std::size_t lost = 0;
  for (SavedSession* saved : page_->left_over()) {
    if (resume(*saved)) continue;
    page_->give_back(saved);
    ++lost;
  }
  return lost + page_->given_up();
}

// Their ports may be somebody else's by now, and then nothing of it is true any more.
bool Carrier::resume(SavedSession& saved) {
  const auto description = saved.description();
  const auto a_port = saved.a.local.get();
  const auto b_port = saved.b.local.get();
  if (!description || !a_port || !b_port || sessions_.contains(description->id)) return false;
  PortLease* const a = ports_.adopt(description->a.lease, *a_port);
  PortLease* const b = ports_.adopt(description->b.lease, *b_port);
  if (a != nullptr && b != nullptr) {
    auto running = std::make_unique<RunningSession>(context(), description->id, &saved);
    if (running->resume(*description, *a, *b)) {
      sessions_.emplace(description->id, std::move(running));
      return true;
    }
    running->stop_saving();
  }
  if (a != nullptr) ports_.give_back(a->id, loop_.now());
  if (b != nullptr) ports_.give_back(b->id, loop_.now());
  return false;
}

void Carrier::press(SessionId id, LegName to, const TelephoneEvent& event) {
  const auto found = sessions_.find(id);
  if (found != sessions_.end()) found->second->press(to, event);
}

std::unique_ptr<RunningSession> Carrier::end(SessionId id) {
  auto node = sessions_.extract(id);
  if (node.empty()) return nullptr;
  forget(*node.mapped());
  return std::move(node.mapped());
}

std::vector<SessionId> Carrier::newly_silent() {
  std::vector<SessionId> news;
  std::set<SessionId> silent;
  for (const auto& [id, running] : sessions_) {
    if (!running->session().is_silent(loop_.now())) continue;
    silent.insert(id);
    if (!silent_.contains(id)) news.push_back(id);
  }
  silent_ = std::move(silent);
  return news;
}

std::vector<SessionId> Carrier::held() const {
  std::vector<SessionId> ids;
  ids.reserve(sessions_.size());
  for (const auto& [id, running] : sessions_)
    ids.push_back(id);
  return ids;
}

}  // namespace ringfence::media_worker
