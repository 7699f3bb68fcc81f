// SipCoreLink: the link to sip-core, which the supervisor replaces whenever sip-core dies. Speaks
// first (what we hold), wants Hello first from the other side, and then does what it is asked by
// way of the Carrier. A message out of phase closes the link; the Carrier's sessions do not notice.
#pragma once

#include <memory>
#include <optional>

#include "media-worker/io/carrier.hpp"
#include "proto/channel/link.hpp"
#include "proto/sip_core_media_worker.pb.h"
#include "runtime/log.hpp"

namespace ringfence::media_worker {

class SipCoreLink {
 public:
  SipCoreLink(Loop& loop, Logger& log, Carrier& carrier, std::uint64_t epoch, std::uint32_t index)
      : loop_(loop), log_(log), carrier_(carrier), epoch_(epoch), index_(index) {}

  // A new sip-core, or the same one anew: the old link is gone.
  void adopt(Fd socket);

 private:
  using Link = channel::Link<proto::ToMediaWorker, proto::FromMediaWorker>;

  bool dispatch(proto::ToMediaWorker& message);
  void say_hello();
  bool hear_hello(const proto::MediaSipCoreHello& hello);
  void lease(const proto::LeaseRequest& request);
  void set_session(proto::SessionSet& message);
  void end_session(const proto::SessionEnd& message);
  bool press(const proto::TelephoneEvent& message);
  void report_silence();

  Loop& loop_;
  Logger& log_;
  Carrier& carrier_;
  std::uint64_t epoch_;
  std::uint32_t index_;
  std::optional<std::uint64_t> sip_core_epoch_;
  bool heard_hello_ = false;
  std::unique_ptr<Link> link_;
  Timer silence_timer_;
};

}  // namespace ringfence::media_worker
