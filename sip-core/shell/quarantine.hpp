// Quarantine: messages that the engine does not get to see, for sip-core has ended twice with them
// in its hand (F013), whether they come over TLS, TCP or UDP. What it lets pass is in hand until
// put_down(). A source that can be known, for it has a connection, is penalised; UDP's may be made
// up. Owned by SipCoreProcess, pure but for the page.
#pragma once

#include <functional>
#include <optional>

#include "sip-core/engine/action.hpp"
#include "sip-core/engine/event.hpp"
#include "sip-core/shell/suspect_page.hpp"

namespace ringfence::sip_core {

class Quarantine {
 public:
  using RemoteOf = std::function<std::optional<SocketAddress>(ConnectionId)>;
  struct Dropped {
    SuspectPage::Hash hash = 0;
    SocketAddress remote;     // unspecified where the connection is gone
    bool to_be_told = false;  // once a second is enough for the log
  };

  explicit Quarantine(RemoteOf remote_of) : remote_of_(std::move(remote_of)) {}

  // Before the first message. What our predecessor died with.
  std::optional<SuspectPage::Death> take_over(SuspectPage page, TimePoint now);
  // Where the event is such a message; what tls-front is to do about it is added to `actions`.
  std::optional<Dropped> drop(const Event& event, TimePoint now, Actions& actions);
  void put_down() { page_.put_down(); }

 private:
  RemoteOf remote_of_;
  SuspectPage page_;
  std::optional<TimePoint> told_;
};

}  // namespace ringfence::sip_core
