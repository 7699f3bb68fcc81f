// RunningSession: a Session with its four sockets watched, and a direct path to each peer whose
// stream lasts. Reads one packet per wake-up of a socket, so that none has more than its turn,
// sends what comes of it at once, and holds the leases that it uses. Owned by the Carrier; it
// decides nothing on packets.
#pragma once

#include <array>

#include "media-worker/io/datagram.hpp"
#include "media-worker/port/direct_path.hpp"
#include "media-worker/port/port_pool.hpp"
#include "media-worker/session/session.hpp"
#include "runtime/loop.hpp"

namespace ringfence::media_worker {

// What the sessions of a process share.
struct MediaContext {
  Loop& loop;
  PortPool& ports;
  Datagram& datagram;
  MediaCounters& totals;
  SendKeyRegister& keys;
  Random& random;
};

class RunningSession {
 public:
  // `saved`: where it is kept for the next process; nullptr: nowhere.
  RunningSession(const MediaContext& context, SessionId id, SavedSession* saved);
  RunningSession(const RunningSession&) = delete;
  RunningSession& operator=(const RunningSession&) = delete;
  ~RunningSession();

  // The leases have been checked: they exist, and nobody else uses them.
  Result<void> apply(const SessionDescription& description, PortLease& a, PortLease& b);
  // What another process left in `saved` goes on.
  Result<void> resume(const SessionDescription& description, PortLease& a, PortLease& b);
  // It is kept no longer; where it was.
  SavedSession* stop_saving();
  void press(LegName to, const TelephoneEvent& event) noexcept {
    session_.press(to, event, context_.loop.now());
  }
  const Session& session() const { return session_; }
  bool uses(LeaseId lease) const;

 private:
  struct Side {
    PortLease* lease = nullptr;
    DirectPath direct;
  };
  void take(PortLease& a, PortLease& b);
  void attach(LegName name, PortLease& lease);
  void detach(Side& side);
  void readable(LegName name, Component component) noexcept;
  void directly_readable(LegName name) noexcept;
  // The packet in the context's datagram, where it has to go.
  bool carry(LegName from, Component component, const SocketAddress& source) noexcept;
  bool send(const Session::Forward& forward) noexcept;
  void open_direct(LegName name);
  Side& side(LegName name) noexcept { return sides_[static_cast<std::size_t>(name)]; }

  MediaContext context_;
  Session session_;
  SavedSession* saved_;
  std::array<Side, 2> sides_;
};

}  // namespace ringfence::media_worker
