// BlocklistDesk: the blocklist as the supervisor sees it: it keeps the list over our death, and an
// operator lists it or lifts a block by it. Owned by TlsFront.
#pragma once

#include <string>

#include "proto/channel/child_process.hpp"
#include "tls-front/accept/blocklist.hpp"

namespace ringfence::tls_front {

class BlocklistDesk {
 public:
  BlocklistDesk(channel::ChildProcess& process, Blocklist& blocklist)
      : process_(process), blocklist_(blocklist) {}

  void take(const proto::Blocklist& stored) { stored_ = stored; }
  // What was taken is in force. Not before the settings are known: they say for how long a source
  // may stay blocked.
  void restore();
  void answer(const proto::BlocklistOrder& order);
  // It is stored soon, at most once a second.
  void changed();

 private:
  std::string release(const std::string& address);
  void store();

  channel::ChildProcess& process_;
  Blocklist& blocklist_;
  SystemClock clock_;
  proto::Blocklist stored_;
  Timer store_timer_;
  bool store_due_ = false;
};

}  // namespace ringfence::tls_front
