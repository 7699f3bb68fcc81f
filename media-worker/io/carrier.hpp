// Carrier: everything that this worker carries: its leases and its sessions, by their ids, and what
// they share. What sip-core asks for comes here as values, and is done as a whole or refused with a
// reason. It knows nothing of links: sessions go on whoever asks, and whether or not anybody does.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <unordered_map>
#include <vector>

#include "media-worker/io/running_session.hpp"
#include "media-worker/page/session_page.hpp"

namespace ringfence::media_worker {

class Carrier {
 public:
  Carrier(Loop& loop, PortSlice slice, Random& random);

  PortPool::Leased lease(const IpAddress& address, std::size_t count);
  void give_back(LeaseId id) { ports_.give_back(id, loop_.now()); }
  // Leases of a sip-core that is gone.
  void give_back_unused() { ports_.give_back_unused(loop_.now()); }

  // Keeps the sessions there from now on, and goes on with those that are there already, on their
  // ports. How many it could not go on with.
  std::size_t resume(SessionPage page);
  void settle() {
    if (page_) page_->settle();
  }

  // Sets up the session or changes it; refused: nothing changed.
  Result<void> set(const SessionDescription& description);
  // A key for that leg's peer; of a session that has ended it is forgotten.
  void press(SessionId id, LegName to, const TelephoneEvent& event);
  // What it was when it ended; null: there was none.
  std::unique_ptr<RunningSession> end(SessionId id);

  std::vector<SessionId> held() const;
  // R169: those that are silent now and were not at the last call.
  std::vector<SessionId> newly_silent();
  void forget_silence() { silent_.clear(); }
  template <typename Visitor>
  void for_each_session(Visitor&& visit) const {
    for (const auto& [id, running] : sessions_)
      visit(running->session());
  }
  std::size_t session_count() const { return sessions_.size(); }
  std::size_t lease_count() const { return ports_.size(); }
  const MediaCounters& totals() const { return totals_; }
  std::uint64_t port_shortages() const { return port_shortages_; }

  static constexpr std::size_t kMostSessions = 16384;

 private:
  bool resume(SavedSession& saved);
  MediaContext context();
  void forget(RunningSession& running);
  Result<PortLease*> lease_for(const LegDescription& leg, const RunningSession* user);
  Result<void> check_destination(const LegDescription& leg, const PortLease& lease) const;

  Loop& loop_;
  Random& random_;
  PortPool ports_;
  Datagram datagram_;
  std::optional<SessionPage> page_;
  MediaCounters totals_;
  SendKeyRegister keys_;
  std::uint64_t port_shortages_ = 0;
  std::unordered_map<SessionId, std::unique_ptr<RunningSession>> sessions_;
  std::set<SessionId> silent_;
};

}  // namespace ringfence::media_worker
