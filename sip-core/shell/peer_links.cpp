#include "sip-core/shell/peer_links.hpp"

#include <utility>

#include "sip-core/shell/media_translation.hpp"
#include "sip-core/shell/tls_front_translation.hpp"

namespace ringfence::sip_core {

TlsFrontLink::TlsFrontLink(Loop& loop, Logger& log, std::uint64_t epoch, OnEvent on_event)
    : loop_(loop), log_(log), epoch_(epoch), on_event_(std::move(on_event)) {}

void TlsFrontLink::connect(Fd socket) {
  if (std::exchange(is_up_, false)) on_event_(TlsFrontDown{});
  link_ = std::make_unique<PeerLink>(
      loop_, std::move(socket),
      [this](proto::FromTlsFront& message, std::vector<Fd>&) { return receive(message); },
      [this](const std::string& reason) { closed(reason); });
  proto::FromSipCore hello;
  hello.mutable_hello()->set_epoch(epoch_);
  link_->send(hello);
}

void TlsFrontLink::send(const proto::FromSipCore& message, channel::Departure departure) {
  if (is_up_) link_->send(message, {}, departure);
}

void TlsFrontLink::flush() {
  if (link_) link_->stream().flush();
}

bool TlsFrontLink::receive(proto::FromTlsFront& message) {
  // The peer's Hello is its first message and comes once.
  if (message.has_hello() == is_up_) return false;
  auto event = event_of(message);
  if (!event) return false;
  is_up_ = true;
  on_event_(std::move(*event));
  return true;
}

void TlsFrontLink::closed(const std::string& reason) {
  log_.warning("the link to tls-front closed", {{"reason", reason}});
  if (std::exchange(is_up_, false)) on_event_(TlsFrontDown{});
}

MediaLinks::MediaLinks(Loop& loop, Logger& log, std::uint64_t epoch, OnEvent on_event)
    : loop_(loop), log_(log), epoch_(epoch), on_event_(std::move(on_event)) {}

void MediaLinks::connect(WorkerIndex worker, Fd socket) {
  Peer& peer = peers_[worker];
  if (std::exchange(peer.is_up, false)) on_event_(MediaWorkerDown{worker});
  peer.link = std::make_unique<PeerLink>(
      loop_, std::move(socket),
      [this, worker](proto::FromMediaWorker& message, std::vector<Fd>&) {
        return receive(worker, message);
      },
      [this, worker](const std::string& reason) { closed(worker, reason); });
  proto::ToMediaWorker hello;
  hello.mutable_hello()->set_epoch(epoch_);
  peer.link->send(hello);
}

void MediaLinks::send(WorkerIndex worker, const proto::ToMediaWorker& message,
                      channel::Departure departure) {
  const auto peer = peers_.find(worker);
  if (peer != peers_.end() && peer->second.is_up) peer->second.link->send(message, {}, departure);
}

void MediaLinks::flush() {
  for (auto& [worker, peer] : peers_)
    peer.link->stream().flush();
}

bool MediaLinks::receive(WorkerIndex worker, const proto::FromMediaWorker& message) {
  Peer& peer = peers_[worker];
  if (message.has_hello() == peer.is_up) return false;
  auto event = event_of(message, worker);
  if (!event) return false;
  peer.is_up = true;
  on_event_(std::move(*event));
  return true;
}

void MediaLinks::closed(WorkerIndex worker, const std::string& reason) {
  log_.warning("the link to a media-worker closed", {{"worker", worker.value}, {"reason", reason}});
  if (std::exchange(peers_[worker].is_up, false)) on_event_(MediaWorkerDown{worker});
}

}  // namespace ringfence::sip_core
