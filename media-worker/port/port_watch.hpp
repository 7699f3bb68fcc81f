// PortWatch: the loop's watch on the two sockets of a port pair. It lives as long as they are open,
// over many calls, for beginning and ending a watch costs more than a call's whole signalling here.
// While nobody is attached, a socket that something came to is watched no longer: an idle port
// wakes us once. It borrows the sockets, which outlive it.
#pragma once

#include <functional>

#include "media-worker/session/leg.hpp"
#include "runtime/loop.hpp"

namespace ringfence::media_worker {

class PortWatch {
 public:
  using OnReadable = std::function<void(Component)>;

  PortWatch(Loop& loop, int rtp, int rtcp);

  // From here on `on_readable` is told of packets; what came before `call_began` is gone.
  void attach(WallTime call_began, OnReadable on_readable);
  void detach() { on_readable_ = nullptr; }

 private:
  void readable(Component component, Poll& poll);

  int rtp_;
  int rtcp_;
  OnReadable on_readable_;
  Poll rtp_poll_;
  Poll rtcp_poll_;
};

}  // namespace ringfence::media_worker
