// OutboundSender: carries messages to their targets: over the flow that is named, or to a trunk:
// on UDP from the trunk's listener to one of its targets, on streams over the connection that we
// dialled for it, dialling its targets one after the other where there is none. What has to wait
// for a name or a connection is queued, bounded in number and time; next_outcome() tells how it
// went. It parses nothing.
#pragma once

#include <chrono>
#include <deque>
#include <expected>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sip-core/engine/action.hpp"
#include "sip-core/engine/connections.hpp"
#include "sip-core/engine/identifiers.hpp"
#include "sip-core/engine/timer_service.hpp"
#include "sip-core/location/trunk_locations.hpp"
#include "sip-core/transaction/message_sender.hpp"

namespace ringfence::sip_core {

class OutboundSender final : public MessageSender {
 public:
  // A new call has found another route in 4 s (F112), so nothing waits longer.
  static constexpr std::chrono::milliseconds kLongestWait{4000};
  static constexpr std::chrono::milliseconds kDialTimeout{3500};
  // While there is another target to dial.
  static constexpr std::chrono::milliseconds kShortDialTimeout{1700};
  static constexpr std::size_t kMaxQueued = 512;

  OutboundSender(Connections& connections, TrunkLocations& locations, TimerService& timers,
                 Identifiers& ids)
      : connections_(connections), locations_(locations), timers_(timers), ids_(ids) {}

  void begin_step(const Config& config, TimePoint now, Actions& actions);

  std::expected<ViaOrigin, std::string> origin(const Target& target) const override;
  SendOutcome send(std::string octets, const Target& target,
                   ClientTransactionId transaction) override;
  bool has_alternative(const Target& target) const override;
  bool can_send(const Flow& flow) const override { return connections_.usable(flow); }
  void forget(ClientTransactionId transaction) override;
  bool send_response(const Flow& flow, std::string octets) override;
  void finished(const MessageSource& source) override;

  // True: it is a connection of ours and now the trunk's.
  bool on_opened(const Connection& connection);
  // Those among `held` that a predecessor of this process dialled go on as their trunk's, at once
  // or when the trunk or its addresses are known: no second connection is dialled beside them.
  void adopt(const std::vector<Connection>& held);
  void adopt_orphans();
  void on_dial_failed(DialId dial, const std::string& reason);
  void on_located();  // something is known that was not before
  void on_tls_front(bool up);
  void on_timer();  // TimerOwner::sender

  // How many targets of a trunk are left that did not fail lately.
  std::size_t good_targets(TrunkId trunk) const;
  std::size_t waiting() const { return waiting_.size(); }

  struct Outcome {
    ClientTransactionId transaction;
    SendOutcome result;
  };
  std::optional<Outcome> next_outcome();

 private:
  struct Waiting {
    std::string octets;
    ToTrunk target;
    ClientTransactionId transaction;
    TimePoint until;
  };
  struct Dial {
    TrunkId trunk;
    SocketAddress target;
    std::optional<OutboundProxy> via;
  };
  // A flow; nothing yet; or why there will be none.
  using Way = std::expected<std::optional<Flow>, std::string>;

  // Its row, or as it would be with the target's `via`. Good until the next call.
  const Trunk* trunk_of(const ToTrunk& target) const;
  // Without a `via` that leads nowhere.
  ToTrunk reachable(const ToTrunk& target);
  std::optional<Flow> way_of_old(const ToTrunk& target) const;
  std::optional<IpAddress::Family> family_for(const Trunk& trunk) const;
  // On a flow that can take it now.
  bool send_now(const Flow& flow, std::string octets);
  SendOutcome send_to_trunk(std::string octets, const ToTrunk& to, ClientTransactionId transaction);
  Way way_to(const ToTrunk& target);
  Way udp_way_to(const Trunk& trunk, const ToTrunk& target);
  std::optional<Flow> stream_to(const Trunk& trunk, const ToTrunk& target) const;
  bool is_dialled_for(const Connection& connection, const Trunk& trunk);
  void dial(const Trunk& trunk, const std::optional<OutboundProxy>& via);
  void fall_back(const Dial& failed);
  void dial_for_waiting();
  // Sends what has a flow now, fails what will have none.
  void work_off();
  template <typename Predicate>
  void fail_waiting(Predicate hit, const std::string& reason);
  void arm();

  Connections& connections_;
  TrunkLocations& locations_;
  TimerService& timers_;
  Identifiers& ids_;
  const Config* config_ = nullptr;  // of this step
  Actions* actions_ = nullptr;
  TimePoint now_;
  bool tls_front_up_ = false;
  std::deque<Waiting> waiting_;
  std::unordered_map<DialId, Dial> dials_;
  std::vector<ConnectionId> orphans_;  // dialled by a predecessor, for a trunk not known yet
  std::deque<Outcome> outcomes_;
  mutable Trunk rerouted_;  // see trunk_of()
  TimerId timer_;
};

}  // namespace ringfence::sip_core
