// The links to tls-front and to the media-workers. Each opens with our Hello, refuses whatever
// comes before the peer's or twice, and turns messages into events. When a link closes, the owner
// hears of it as an event; the supervisor sends a new socket once the peer lives again. Actions
// towards a peer that is not there are dropped: the engine has been told.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "proto/channel/link.hpp"
#include "proto/sip_core_media_worker.pb.h"
#include "proto/tls_front_sip_core.pb.h"
#include "runtime/log.hpp"
#include "runtime/loop.hpp"
#include "sip-core/engine/event.hpp"

namespace ringfence::sip_core {

using OnEvent = std::function<void(Event)>;

class TlsFrontLink {
 public:
  TlsFrontLink(Loop& loop, Logger& log, std::uint64_t epoch, OnEvent on_event);

  void connect(Fd socket);  // replaces what was there
  void send(const proto::FromSipCore& message,
            channel::Departure departure = channel::Departure::this_turn);
  void flush();
  bool is_expected() const { return link_ != nullptr; }
  bool is_up() const { return is_up_; }

 private:
  using PeerLink = channel::Link<proto::FromTlsFront, proto::FromSipCore>;
  bool receive(proto::FromTlsFront& message);
  void closed(const std::string& reason);

  Loop& loop_;
  Logger& log_;
  std::uint64_t epoch_;
  OnEvent on_event_;
  std::unique_ptr<PeerLink> link_;
  bool is_up_ = false;
};

class MediaLinks {
 public:
  MediaLinks(Loop& loop, Logger& log, std::uint64_t epoch, OnEvent on_event);

  void connect(WorkerIndex worker, Fd socket);
  void send(WorkerIndex worker, const proto::ToMediaWorker& message,
            channel::Departure departure = channel::Departure::this_turn);
  void flush();

 private:
  using PeerLink = channel::Link<proto::FromMediaWorker, proto::ToMediaWorker>;
  struct Peer {
    std::unique_ptr<PeerLink> link;
    bool is_up = false;
  };
  bool receive(WorkerIndex worker, const proto::FromMediaWorker& message);
  void closed(WorkerIndex worker, const std::string& reason);

  Loop& loop_;
  Logger& log_;
  std::uint64_t epoch_;
  OnEvent on_event_;
  std::map<WorkerIndex, Peer> peers_;
};

}  // namespace ringfence::sip_core
