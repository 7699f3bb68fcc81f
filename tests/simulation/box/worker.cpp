#include "tests/simulation/box/worker.hpp"

#include <algorithm>
#include <cstring>

#include "media-worker/link/session_messages.hpp"
#include "media-worker/rtp/packet_storage.hpp"
#include "sip-core/shell/media_translation.hpp"

namespace ringfence::simulation {

namespace {

using namespace sip_core;
using media_worker::Component;
using media_worker::LegName;

constexpr WorkerIndex kOnly{0};
constexpr std::chrono::seconds kSilenceInterval{2};
constexpr std::uint32_t kFirstPort = 16384;
constexpr std::uint32_t kPairs = 8192;

}  // namespace

Worker::Worker(Schedule& schedule, Network& network, SipCoreLink& sip_core, BorderWatch& watch,
               std::uint64_t seed)
    : schedule_(schedule), network_(network), sip_core_(sip_core), watch_(watch), random_(seed) {}

void Worker::start() {
  up_ = true;
  ++epoch_;
  if (sip_core_.is_up()) sip_core_.post(MediaWorkerUp{kOnly, epoch_, {}});
  watch_silence();
}

// R169, as the media worker's own loop does it.
void Worker::watch_silence() {
  schedule_.after(kSilenceInterval, [this, epoch = epoch_] {
    if (up_ && epoch == epoch_) watch_silence();
  });
  for (const auto& [id, running] : sessions_) {
    if (!running.session->is_silent(schedule_.now())) continue;
    if (sip_core_.is_up()) sip_core_.post(MediaSessionSilent{SessionId(id.value)});
  }
}

void Worker::kill() {
  up_ = false;
  for (const auto& [id, lease] : leases_)
    network_.detach(lease.address);
  leases_.clear();
  by_address_.clear();
  sessions_.clear();
  if (sip_core_.is_up()) sip_core_.post(MediaWorkerDown{kOnly});
}

void Worker::on_core_up() {
  if (!up_) return;
  std::vector<LeaseId> unused;
  for (const auto& [id, lease] : leases_)
    if (!lease.user) unused.push_back(id);
  for (const LeaseId id : unused)
    close(id);
  MediaWorkerUp hello{kOnly, epoch_, {}};
  for (const auto& [id, running] : sessions_)
    hello.sessions.push_back(SessionId(id.value));
  sip_core_.post(std::move(hello));
}

void Worker::carry_out(const RequestLeases& order) {
  if (!up_) return;
  MediaLeased leased{kOnly, order.address, {}};
  for (std::uint32_t i = 0; i < order.count; ++i) {
    SocketAddress address{order.address, 0};
    do {
      address.port = static_cast<Port>(kFirstPort + 2 * (next_port_++ % kPairs));
    } while (by_address_.contains(address));
    const LeaseId id{epoch_ << 32 | ++last_lease_};
    leases_[id] = {address, std::nullopt, false};
    by_address_[address] = id;
    network_.attach(address, [this, id](const SocketAddress& from, const std::string& octets) {
      on_packet(id, from, octets);
    });
    watch_.on_lease(sip_core::LeaseId(id.value), address.port);
    leased.leases.push_back({sip_core::LeaseId(id.value), address.port});
  }
  sip_core_.post(std::move(leased));
}

void Worker::carry_out(const ReturnLeases& order) {
  for (const auto id : order.leases)
    give_back(LeaseId(id.value));
}

std::size_t Worker::leases_in_use() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      leases_, [](const auto& entry) { return entry.second.user.has_value(); }));
}

void Worker::give_back(LeaseId id) {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return;
  if (!found->second.user) return close(id);
  found->second.returned = true;
}

void Worker::close(LeaseId id) {
  const auto found = leases_.find(id);
  if (found == leases_.end()) return;
  network_.detach(found->second.address);
  by_address_.erase(found->second.address);
  leases_.erase(found);
}

void Worker::carry_out(const SetMediaSession& order) {
  watch_.on_media(order);
  if (!up_) return;
  auto message = message_of(order);
  auto description = media_worker::read_session_set(*message.mutable_session_set());
  const auto done =
      description ? set(std::move(*description)) : std::unexpected(description.error().message);
  if (done) return;
  ++refused_;
  sip_core_.post(MediaSessionRefused{kOnly, order.session, done.error()});
}

std::expected<void, std::string> Worker::set(media_worker::SessionDescription description) {
  const media_worker::SessionId id = description.id;
  const std::array<LeaseId, 2> wanted{description.a.lease, description.b.lease};
  for (const LeaseId lease : wanted) {
    const auto found = leases_.find(lease);
    if (found == leases_.end()) return std::unexpected("no such lease");
    if (found->second.user && *found->second.user != id) {
      return std::unexpected("the lease is another session's");
    }
  }
  Running& running = sessions_[id];
  if (!running.session) {
    running.session = std::make_unique<media_worker::Session>(id, totals_, keys_, random_);
    running.leases = wanted;
  }
  if (auto applied = running.session->apply(description, schedule_.now()); !applied) {
    if (!leases_.at(wanted[0]).user) sessions_.erase(id);
    return std::unexpected(applied.error().message);
  }
  for (const LeaseId old : running.leases) {
    if (std::ranges::find(wanted, old) != wanted.end()) continue;
    leases_.at(old).user.reset();
    if (leases_.at(old).returned) close(old);
  }
  running.leases = wanted;
  for (const LeaseId lease : wanted)
    leases_.at(lease).user = id;
  return {};
}

void Worker::carry_out(const EndMediaSession& order) {
  if (!up_) return;
  end(media_worker::SessionId(order.session.value));
  sip_core_.post(MediaSessionEnded{order.session, {}, {}});
}

void Worker::end(media_worker::SessionId id) {
  const auto found = sessions_.find(id);
  if (found == sessions_.end()) return;
  for (const LeaseId lease : found->second.leases) {
    const auto at = leases_.find(lease);
    if (at == leases_.end()) continue;
    at->second.user.reset();
    if (at->second.returned) close(lease);
  }
  sessions_.erase(found);
}

void Worker::on_packet(LeaseId lease, const SocketAddress& source, const std::string& octets) {
  const auto at = leases_.find(lease);
  if (at == leases_.end() || !at->second.user) return;
  const auto found = sessions_.find(*at->second.user);
  if (found == sessions_.end() || octets.size() > media_worker::kMaxPacket) return;
  Running& running = found->second;
  const LegName from = running.leases[0] == lease ? LegName::a : LegName::b;
  media_worker::PacketStorage storage;
  std::memcpy(storage.octets.data(), octets.data(), octets.size());
  const auto forward = running.session->on_packet(from, Component::rtp, source, storage.octets,
                                                  octets.size(), schedule_.now());
  if (!forward) return;
  const LeaseId out = running.leases[forward->to == LegName::a ? 0 : 1];
  std::string packet(forward->octets.size(), '\0');
  std::memcpy(packet.data(), forward->octets.data(), packet.size());
  network_.send(leases_.at(out).address, forward->destination, std::move(packet));
  running.session->on_sent(forward->to, forward->kind);
}

}  // namespace ringfence::simulation
