#include "media-worker/port/port_watch.hpp"

#include <utility>

#include "media-worker/port/media_socket.hpp"

namespace ringfence::media_worker {

PortWatch::PortWatch(Loop& loop, int rtp, int rtcp)
    : rtp_(rtp),
      rtcp_(rtcp),
      rtp_poll_(loop, rtp, [this](Readiness) { readable(Component::rtp, rtp_poll_); }),
      rtcp_poll_(loop, rtcp, [this](Readiness) { readable(Component::rtcp, rtcp_poll_); }) {}

void PortWatch::attach(WallTime call_began, OnReadable on_readable) {
  on_readable_ = std::move(on_readable);
  discard_received_before(rtp_, call_began);
  discard_received_before(rtcp_, call_began);
  rtp_poll_.watch(Interest::readable);
  rtcp_poll_.watch(Interest::readable);
}

void PortWatch::readable(Component component, Poll& poll) {
  if (on_readable_) return on_readable_(component);
  poll.watch(Interest::none);
}

}  // namespace ringfence::media_worker
