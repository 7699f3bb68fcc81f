// What the kernel tells over rtnetlink(7), as far as it matters here: addresses and links may be
// other ones now, or the default route is. Only the kinds of messages are read, and of a route
// whether it is a default one; what has changed is looked at elsewhere. Pure.
#pragma once

#include <cstddef>
#include <span>

namespace ringfence::supervisor {

struct NetworkNotice {
  bool addresses = false;      // of any interface, or an interface went up or down
  bool default_route = false;  // one was added, replaced or removed

  bool operator==(const NetworkNotice&) const = default;
};

// Of one datagram, with any number of messages. Cut messages end it.
NetworkNotice read_network_notice(std::span<const std::byte> datagram);

}  // namespace ringfence::supervisor
