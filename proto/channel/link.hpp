// Link: a FrameStream that speaks protobuf: `Out` messages are sent, `In` ones delivered. A body
// that does not decode closes the link. Which messages are legal in which phase is the owner's
// table: its handler returns false for one that is out of phase, and the link is closed.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "proto/channel/frame_stream.hpp"

namespace ringfence::channel {

template <typename In, typename Out>
class Link {
 public:
  using OnMessage = std::function<bool(In& message, std::vector<Fd>& fds)>;

  Link(Loop& loop, Fd socket, OnMessage on_message, FrameStream::OnClosed on_closed)
      : on_message_(std::move(on_message)),
        stream_(
            loop, std::move(socket), [this](Frame& frame) { return decode(frame); },
            std::move(on_closed)) {}

  void send(const Out& message, std::span<const int> fds = {},
            Departure departure = Departure::this_turn) {
    stream_.send([&](std::string& body) { message.AppendToString(&body); }, fds, departure);
  }
  FrameStream& stream() { return stream_; }

 private:
  bool decode(Frame& frame) {
    // Parsing into the same object again reuses its memory; a handler that needs the strings may
    // move them out.
    incoming_.Clear();
    if (!incoming_.ParseFromArray(frame.body.data(), static_cast<int>(frame.body.size()))) {
      return false;
    }
    return on_message_(incoming_, frame.fds);
  }

  OnMessage on_message_;
  In incoming_;
  FrameStream stream_;
};

}  // namespace ringfence::channel
