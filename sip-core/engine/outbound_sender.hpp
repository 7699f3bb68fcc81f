// OutboundSender: carries messages to their targets: over the flow that is named, or to a trunk:
// on UDP from the trunk's listener to an address of its host, on streams over the connection that
// we dialled for it, dialling one where there is none. What has to wait for a name or a connection
// is queued, bounded in number and time; next_outcome() tells how it went. It parses nothing.
#pragma once

#include <chrono>
#include <deque>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sip-core/engine/action.hpp"
#include "sip-core/engine/connections.hpp"
#include "sip-core/engine/identifiers.hpp"
#include "sip-core/engine/name_cache.hpp"
#include "sip-core/engine/timer_service.hpp"
#include "sip-core/transaction/message_sender.hpp"

namespace ringfence::sip_core {

class OutboundSender final : public MessageSender {
 public:
  // A new call has found another route in 4 s (F112), so nothing waits longer.
  static constexpr std::chrono::milliseconds kLongestWait{4000};
  static constexpr std::chrono::milliseconds kDialTimeout{3500};
  static constexpr std::size_t kMaxQueued = 512;

  OutboundSender(Connections& connections, NameCache& names, TimerService& timers, Identifiers& ids)
      : connections_(connections), names_(names), timers_(timers), ids_(ids) {}

  void begin_step(const Config& config, TimePoint now, Actions& actions);

  std::expected<ViaOrigin, std::string> origin(const Target& target) const override;
  SendOutcome send(std::string octets, const Target& target,
                   ClientTransactionId transaction) override;
  void forget(ClientTransactionId transaction) override;
  bool send_response(const Flow& flow, std::string octets) override;
  void finished(const MessageSource& source) override;

  // True: it is a connection of ours and now the trunk's.
  bool on_opened(const Connection& connection);
  void on_dial_failed(DialId dial, const std::string& reason);
  void on_resolved(const NameCache::Answer& answer);
  void on_tls_front(bool up);
  void on_timer();  // TimerOwner::sender

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
    std::string host;  // UDP: the name that is looked up
    TimePoint until;
  };

  const Trunk* trunk_of(const ToTrunk& target) const { return config_->trunk(target.trunk); }
  // On a flow that can take it now.
  bool send_now(const Flow& flow, std::string octets);
  std::optional<Flow> flow_to(const Trunk& trunk, const ToTrunk& target) const;
  std::optional<Flow> udp_flow_to(const Trunk& trunk, const ToTrunk& target) const;
  SendOutcome enqueue(std::string octets, const ToTrunk& target, const Trunk& trunk,
                      ClientTransactionId transaction);
  void dial(const Trunk& trunk);
  // Sends what has a flow now; fails what `failed` says yes to.
  void work_off();
  template <typename Predicate>
  void fail_waiting(Predicate hit, const std::string& reason);
  void arm();

  Connections& connections_;
  NameCache& names_;
  TimerService& timers_;
  Identifiers& ids_;
  const Config* config_ = nullptr;  // of this step
  Actions* actions_ = nullptr;
  TimePoint now_;
  bool tls_front_up_ = false;
  std::deque<Waiting> waiting_;
  std::unordered_map<DialId, TrunkId> dials_;
  std::deque<Outcome> outcomes_;
  TimerId timer_;
};

}  // namespace ringfence::sip_core
