// Call: one call, a back-to-back user agent (RFC 7092): the caller's leg a, of which we are the
// UAS, and leg b, found by trying destinations in order; contacts of one extension ring at once,
// those of equal q, and the first to answer wins. A state machine on given time: it reaches the
// network only through the CallScope it is handed, owns no socket and no timer wheel. Owned by
// Calls, which drops it when finished().
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/boxed.hpp"
#include "sip-core/b2bua/branch.hpp"
#include "sip-core/b2bua/call_ending.hpp"
#include "sip-core/b2bua/call_parts.hpp"
#include "sip-core/b2bua/call_shared.hpp"
#include "sip-core/b2bua/calls.hpp"
#include "sip-core/b2bua/diversion.hpp"
#include "sip-core/b2bua/exchange.hpp"
#include "sip-core/b2bua/identity.hpp"
#include "sip-core/b2bua/leg.hpp"
#include "sip-core/b2bua/renegotiation.hpp"
#include "sip-core/engine/call_view.hpp"

namespace ringfence::sip_core {

class Call {
 public:
  explicit Call(CallNumber number) : number_(number) {}

  // Set-up.
  void begin(CallScope& scope, const RequestReceived& invite, const Caller& caller,
             std::vector<Destination> destinations);
  void restore(CallScope& scope, const CallRecord& record);
  void restore_transferor(CallScope& scope, const CallRecord& record);  // one side is absent
  // A set-up that the process before us did not finish: it is ended.
  void take_over(CallScope& scope, const PendingInviteRecord& record);

  // Whether the request's tags are this leg's (RFC 3261 §12.2.2).
  bool is_in_dialog(CallSide side, const sip::Message& request);
  void on_in_dialog(CallScope& scope, CallSide side, const RequestReceived& request);
  void on_ack(CallScope& scope, CallSide side, const AckReceived& ack);
  void on_cancel(CallScope& scope, const CancelReceived& cancel);
  void on_response(CallScope& scope, const ResponseReceived& response);
  // None has come for a while, and the trunk has other targets.
  void on_silent(CallScope& scope, ClientTransactionId transaction);
  // No response will come: 408 for a timeout, 503 for a transport failure.
  void on_no_response(CallScope& scope, ClientTransactionId transaction, int status);
  void on_server_ended(CallScope& scope, const ServerEnded& event);
  void on_timer(CallScope& scope, CallTimer timer);

  void on_worker_down(CallScope& scope);
  void on_worker_up(CallScope& scope, bool session_is_held);
  // Of its session, which it has ended.
  void on_media_summary(CallScope& scope, const MediaSessionEnded& summary);
  void on_state_lost(CallScope& scope);
  void on_clock_set(CallScope& scope, WallTime::duration by);
  // BYE, CANCEL or a final response for whoever still has a dialog with us.
  void end(CallScope& scope, const EndCause& cause);

  // ---- transfers: what Calls does with a call when another one has left word (TransferEvents)
  // The new call of a transfer of `from`.
  void begin_transfer(CallScope& scope, const Call& from, const TransferWanted& wanted);
  // A call that is not answered yet becomes that: its caller transfers the party across from `by`.
  void continue_transfer(CallScope& scope, const Call& from, const JoinWanted& wanted);
  void take_caller(CallScope& scope, HandedOver remaining);
  void join(CallScope& scope, HandedOver first, HandedOver second);
  void give_up_transfer(CallScope& scope);
  // An INVITE that takes the place of a party of another call (RFC 3891). False: refused.
  bool begin_replacing(CallScope& scope, const RequestReceived& invite, const Caller& caller);
  void continue_replacing(CallScope& scope, HandedOver remaining);
  // The same for the party that rings in another call: that one gets what this has, and this is
  // none any more.
  PickingUp give_up_caller(CallScope& scope);
  bool may_be_picked_up() const;
  void pick_up(CallScope& scope, PickingUp other);
  // The call that loses a party.
  void respond(CallScope& scope, const RequestReceived& request, int status,
               std::string_view reason = {});
  void accept_refer(CallScope& scope, CallSide side, const RequestReceived& request);
  void set_successor(CallNumber successor) { transfer_->successor = successor; }
  void on_transfer_progress(CallScope& scope, int status);
  // Whose dialog that is; nullptr: no dialog of this side.
  const Party* party_of(CallSide side, const Replaces& replaces);
  bool may_hand_over(CallSide side);
  HandedOver hand_over(CallScope& scope, CallSide side, MediaSessionGoes goes);
  void conclude_transfer(CallScope& scope);
  const TransferInHand* transfer() const { return transfer_ ? &*transfer_ : nullptr; }
  const Party& party(CallSide side) { return leg(side).party; }

  // Takes back what it has in the tables; the call is dropped after this.
  void leave(CallScope& scope);

  CallView view(const Config& config, const Connections& connections) const;
  CallNumber number() const { return number_; }
  CallPhase phase() const { return phase_; }
  bool finished() const { return idle() && !awaits_forks_; }
  // Nothing of it is on its way.
  bool idle() const {
    return phase_ == CallPhase::ended && uses_.empty() && !bye_after_ack_ && !bye_after_notify_ &&
           !cut_short_ && !awaited_detail_;
  }
  std::optional<WorkerIndex> worker() const { return worker_; }
  std::optional<SessionId> session() const { return session_; }

 private:
  // call_begin.cpp
  bool accept_invite(CallScope& scope);
  bool found_caller_leg(CallScope& scope, const Caller& caller);
  bool read_caller_offer(CallScope& scope);
  void reject(CallScope& scope, int status, std::string_view warning = {});

  // call_destinations.cpp
  void try_next(CallScope& scope);
  bool try_one(CallScope& scope, const Destination& destination);
  bool anybody_rings() const;
  bool exceeds_breadth(CallScope& scope, std::size_t more);
  bool call_extension(CallScope& scope, const ExtensionTarget& target);
  bool try_other_flow(CallScope& scope, const Party& party, const Flow& failed);
  bool call_trunk(CallScope& scope, const TrunkTarget& target, unsigned attempt);
  bool lease_ports(CallScope& scope, Leg& leg, const Listener& listener);
  bool add_extension_branch(CallScope& scope, const Extension& extension, const Tenant& tenant,
                            const BindingRecord& binding);
  void start_branch(CallScope& scope, Branch branch, sip::OutgoingMessage invite);
  bool refuse_sips(CallScope& scope, const Leg& leg, sip::Scheme target);
  void note_downgrade(CallScope& scope, const Leg& leg);
  void note_unreachable(CallScope& scope, const Extension& extension);
  void note_failure(int status, std::string_view warning = {});
  void give_up(CallScope& scope);
  // `reason`: of the CANCELs (RFC 3326).
  void cancel_branches(CallScope& scope, std::string_view reason = {});

  // call_limits.cpp
  // False: the caller's tenant or the caller itself has all its calls; nothing is held then.
  bool hold_caller_slots(CallScope& scope);
  bool hold_extension_slot(CallScope& scope, const Extension& extension, CallKind kind);
  // Whatever the limits are by now: this party takes part.
  void hold_slots_of(CallScope& scope, const Party& party);
  // Of extensions that neither take part any more nor ring.
  void release_idle_extensions(CallScope& scope);
  void release_party_slots(CallScope& scope);

  // call_targets.cpp
  CallKind kind_of_call(const CallScope& scope, std::string_view number) const;
  bool hold_trunk_slot(CallScope& scope, Branch& branch, const Trunk& trunk);
  void release_slot(CallScope& scope, Branch& branch);
  bool try_another_target(CallScope& scope, const Branch& branch);
  void limit_trunk_silence(CallScope& scope, unsigned attempt);

  // call_branch.cpp
  void on_branch_response(CallScope& scope, Branch& branch, const ResponseReceived& response);
  void on_provisional(CallScope& scope, Branch& branch, const ResponseReceived& response);
  void on_branch_failed(CallScope& scope, Branch& branch, int status, const sip::Message* response);
  void on_branch_answered(CallScope& scope, Branch& branch, const ResponseReceived& response);
  void discard_answer(CallScope& scope, const Leg& leg, const ResponseReceived& response);
  void release_branch(CallScope& scope, Branch& branch);

  // call_early.cpp
  CallerDialog* find_caller_dialog(std::string_view tag);
  CallerDialog& caller_dialog();  // the one in hand
  CallerDialog& add_caller_dialog(CallScope& scope, std::string tag);
  void take_in_hand(CallerDialog& dialog);
  CallerDialog& caller_dialog_for(CallScope& scope, Fork& fork);
  void keep_only_caller_dialog_in_hand(CallScope& scope);
  EarlyWord take_early_media(CallScope& scope, Branch& branch, Fork& fork,
                             const ResponseReceived& response);
  EarlyWord take_early_answer(CallScope& scope, Branch& branch, Fork& fork,
                              const ResponseReceived& response);
  void take_unheard_answer(CallScope& scope, Branch& branch, Fork& fork,
                           const ResponseReceived& response);
  EarlyWord take_early_offer(CallScope& scope, Branch& branch, Fork& fork,
                             const ResponseReceived& response);
  void fail_early_media(CallScope& scope, const Leg& leg, const GateRefusal& refusal);
  void tell_progress(CallScope& scope, const sip::Message& from, Fork& fork, EarlyWord word);
  void withdraw(CallScope& scope, std::string_view reason);

  // call_reliable.cpp
  void send_provisional(CallScope& scope, CallerDialog& dialog, CallerDialog::Provisional next);
  void send_reliably(CallScope& scope, CallerDialog& dialog, CallerDialog::Provisional next);
  void restart_prack_timer(CallScope& scope);
  void on_prack_timer(CallScope& scope);
  void send_prack(CallScope& scope, Branch& branch, Fork& fork, const RAck& rack, std::string body);
  void on_prack(CallScope& scope, const RequestReceived& request);
  void settle_caller(CallerDialog& dialog);
  void after_prack(CallScope& scope, CallerDialog& dialog);
  bool answer_early_offer_in_prack(CallScope& scope, CallerDialog& dialog,
                                   const RequestReceived& prack);
  void offer_in_prack(CallScope& scope, const RequestReceived& prack);

  // call_redirect.cpp
  // How many destinations a 3xx has put before the others.
  std::size_t follow_redirect(CallScope& scope, const Branch& branch, const sip::Message* response);
  void start_redirected(CallScope& scope, std::size_t redirected);
  void add_diversion(CallScope& scope, const Party& towards, sip::OutgoingMessage& invite);

  // call_answer.cpp
  void answer_early_offer(CallScope& scope, const ResponseReceived& response);
  void answer_late_offer(CallScope& scope, const ResponseReceived& response);
  bool take_final_answer(CallScope& scope, const ResponseReceived& response);
  void deliver_answer(CallScope& scope, const sip::OutgoingMessage& ok);
  void deliver_held_answer(CallScope& scope);
  // `from_b`: the callee's 2xx; nullptr where it sent an INVITE itself.
  void send_answer(CallScope& scope, const sip::Message* from_b, const std::string& body);
  void fail_answer(CallScope& scope, const GateRefusal& refusal);
  void complete_late_offer(CallScope& scope, const AckReceived& ack);

  // call_exchange.cpp
  void on_reinvite(CallScope& scope, CallSide side, const RequestReceived& request);
  bool read_reoffer(CallScope& scope, CallSide side, Exchange& exchange);
  void on_exchange_response(CallScope& scope, CallSide to, const ResponseReceived& response);
  void acknowledge(CallScope& scope, CallSide to, const ResponseReceived& response);
  void on_exchange_accepted(CallScope& scope, CallSide to, const ResponseReceived& response);
  void on_exchange_failed(CallScope& scope, int status, const sip::Message* response);
  void commit_exchange(CallScope& scope);
  bool may_exchange(CallScope& scope, CallSide side, const RequestReceived& request);
  void start_exchange(CallScope& scope, Exchange exchange, sip::Method method);
  void drop_exchange(CallScope& scope);
  void answer_exchange(CallScope& scope, int status, const std::string& body,
                       const sip::Message* from);

  // call_update.cpp
  void on_update(CallScope& scope, CallSide side, const RequestReceived& request);
  bool can_update(CallSide side);
  void accept_refresh(CallScope& scope, CallSide side, const RequestReceived& request);

  // call_in_dialog.cpp
  void on_early_bye(CallScope& scope, CallSide side, const RequestReceived& request);
  Dialog* find_dialog(CallSide side, std::string_view call_id, std::string_view local_tag,
                      std::string_view remote_tag);
  Dialog* find_dialog(CallSide side, const sip::Message& request);
  Leg& leg_of(CallSide side, const Dialog& dialog);
  void try_again_later(CallScope& scope, const RequestReceived& request);
  bool refuse_requirement(CallScope& scope, const RequestReceived& request) const;
  bool same_party(CallScope& scope, Leg& leg, const RequestReceived& request);
  void on_info(CallScope& scope, CallSide side, const RequestReceived& request);
  bool tell_key(CallScope& scope, CallSide to, const sip::Message& info);
  void on_bye(CallScope& scope, CallSide side, const RequestReceived& request);
  // INFO and MESSAGE, as they are.
  void relay(CallScope& scope, CallSide side, const RequestReceived& request);
  void on_relayed_response(CallScope& scope, const Use& use, int status,
                           const sip::Message* response);
  void on_answer_acknowledged(CallScope& scope);
  void on_pick_up_acknowledged(CallScope& scope);

  // call_renegotiate.cpp
  void offer_anew(CallScope& scope, CallSide side, std::optional<CallSide> then);
  void offer_new_key(CallScope& scope);
  OwnDescription own_offer(CallScope& scope, const Renegotiation& ours);
  void send_renegotiation(CallScope& scope);
  void on_renegotiation_response(CallScope& scope, CallSide side, const ResponseReceived& response);
  bool take_renegotiated(CallScope& scope, Renegotiation& done, const ResponseReceived& response);
  void on_renegotiation_failed(CallScope& scope, int status, const sip::Message* response);

  // call_session.cpp
  bool refuse_interval(CallScope& scope, const Leg& leg, const RequestReceived& request);
  void grant_session(CallScope& scope, CallSide side, const sip::Message& request,
                     sip::OutgoingMessage& response);
  bool retry_with_interval(CallScope& scope, Use& use, Branch* branch,
                           const sip::Message& response);
  void arm_session(CallScope& scope, CallSide side);
  void on_session_timer(CallScope& scope, CallSide side);
  void refresh_session(CallScope& scope, CallSide side);
  bool answer_unchanged(CallScope& scope, CallSide side, Exchange& exchange);

  // call_transfer.cpp
  void on_refer(CallScope& scope, CallSide side, const RequestReceived& request);
  bool refuse_refer(CallScope& scope, CallSide side, const RequestReceived& request,
                    const Tenant& tenant, const TransferTarget& target);
  void notify_transferor(CallScope& scope, int status);
  void on_notify_answered(CallScope& scope);
  void pass_refer(CallScope& scope, CallSide side, const RequestReceived& request,
                  const TransferTarget& target);
  void on_notify(CallScope& scope, CallSide side, const RequestReceived& request);

  // call_pick_up.cpp
  void answer_picking_up(CallScope& scope, const RequestReceived& invite);
  void refuse_picking_up(CallScope& scope, const PickingUp& other, int status);

  // call_stand_in.cpp
  bool stand_in(CallScope& scope, const Call& from, CallSide by, const sip::Uri& target);
  void note_referrer(CallScope& scope, const Party& by, const sip::Message& refer);
  void release_transferor(CallScope& scope);
  void add_referred_by(CallScope& scope, const Party& towards, sip::OutgoingMessage& invite) const;

  // call_successor.cpp
  bool follow_worker(CallScope& scope);
  void on_successor_answered(CallScope& scope, const ResponseReceived& response);
  void take_leg(CallScope& scope, CallSide side, HandedOver from);
  void answer_replacing(CallScope& scope, const sip::Message& from_b);

  // call_requests.cpp
  ClientTransactionId send(CallScope& scope, Use use, Target target);
  bool retry_with_credentials(CallScope& scope, Leg& leg, Use use, const sip::Message& challenge,
                              ClientTransactionId& transaction);
  bool retry(CallScope& scope, Use& use, Branch* branch, const sip::Message& challenge);
  void note_realm(CallScope& scope, const Use& use, const Branch* branch);
  void send_ack(CallScope& scope, Leg& leg, ClientTransactionId invite, std::uint32_t cseq,
                std::string body);
  void expect_repetitions(CallScope& scope);
  void forget_acks(CallScope& scope);
  void repeat_ack(CallScope& scope, const ResponseReceived& response);
  void send_bye(CallScope& scope, Leg& leg, CallSide side, std::string_view reason);
  void send_bye_after_ack(CallScope& scope);
  void watch_server(CallScope& scope, ServerTransactionId transaction);

  // call_view.cpp
  void note_leg(CallScope& scope, CallSide side, const Leg& leg) const;

  // call_cut_short.cpp
  void persist_invite(CallScope& scope, Branch& branch, const ResponseReceived& response);
  void take_over_ours(CallScope& scope, const PendingInviteRecord& record,
                      const sip::Message& invite);
  void await_lost_ack(CallScope& scope);
  void end_cut_short(CallScope& scope);

  // call_detail.cpp
  void note_ending(CallEnding ending);  // the first one counts
  CallDetailRecord detail(const Context& context) const;
  void await_summary(CallScope& scope, SessionId session);
  void write_detail(CallScope& scope);

  // call_state.cpp
  Leg& leg(CallSide side);  // of b before the answer: the one whose media the caller hears
  bool has_leg(CallSide side);
  Branch* find_branch(std::uint32_t id);
  bool apply_media(CallScope& scope, Leg& b, SrtpDemand a_demand, SrtpDemand b_demand);
  void index_dialog(CallScope& scope, CallSide side);
  void forget_dialogs(CallScope& scope);
  void forget_setup(CallScope& scope);
  void start_timer(CallScope& scope, CallTimer timer, Duration after);
  void stop_timer(CallScope& scope, CallTimer timer);
  bool runs(CallTimer timer) const { return timers_[static_cast<std::size_t>(timer)] != TimerId(); }
  void persist(CallScope& scope);
  void finish(CallScope& scope);
  void forget_record(CallScope& scope);
  void end_session(CallScope& scope);
  void release_slot_of(CallScope& scope, const Party& party);
  void hang_up(CallScope& scope, std::optional<CallSide> except, const std::string& reason);
  void release_lease(CallScope& scope, Leg& leg);
  std::expected<PeerDescription, GateRefusal> gate_offer(CallScope& scope, const Leg& leg,
                                                         const sdp::SessionDescription& offer,
                                                         const MessageSource& source) const;
  std::expected<PeerDescription, GateRefusal> gate_answer(CallScope& scope, const Leg& leg,
                                                          std::string_view answer,
                                                          const OwnDescription& offer,
                                                          const MessageSource& source) const;
  void settle_legs();
  void log_srtp_reject(CallScope& scope, const Leg& leg, std::string_view reason) const;

  CallNumber number_;
  CallPhase phase_ = CallPhase::setting_up;
  RecordId record_id_;                            // 0: nothing was persisted
  RecordId near_record_id_;                       // of the caller's PendingInviteRecord
  std::vector<Record> outdated_;                  // to be removed with the next record
  std::optional<ServerTransactionId> cut_short_;  // the caller's INVITE, when the callee's is not
  WallTime begun_at_;
  WallTime answered_at_;
  std::optional<CallEnding> ending_;
  Boxed<CallDetailRecord> awaited_detail_;  // wants what the media worker has measured
  SessionId awaited_session_;
  Leg a_;
  std::optional<Leg> b_;                   // once answered
  std::optional<RequestReceived> invite_;  // until its final response
  CallerIdentity identity_;
  std::optional<sip::Scheme> dialled_scheme_;
  std::vector<Destination> destinations_;  // those not tried yet
  std::vector<Destination> tried_;
  Ringing ringing_ = Ringing::alone;  // of those that ring
  std::vector<Party> diverted_;       // who redirected the call, the last one first
  std::vector<Branch> branches_;
  std::uint32_t last_branch_ = 0;
  std::optional<std::uint32_t> early_branch_;  // whose media the caller hears before the answer
  std::vector<CallerDialog> caller_dialogs_;
  Boxed<PeerDescription> caller_offer_;  // the INVITE's, once a_ has gone on from there
  // The 2xx waits for a PRACK (RFC 3262 §3), or for the ACK of who picked the call up.
  Boxed<sip::OutgoingMessage> held_answer_;
  int failure_ = 0;
  std::string failure_warning_;
  std::map<ClientTransactionId, Use> uses_;
  std::map<std::pair<ClientTransactionId, std::string>, SentAck> acks_;  // by To tag too
  std::vector<ClientTransactionId> clients_;
  Boxed<Renegotiation> renegotiation_;
  std::optional<TransferInHand> transfer_;
  unsigned refers_ = 0;  // accepted, in the life of the call
  std::optional<CallSide> refer_passed_to_;
  std::optional<CallSide> handed_over_;  // whose leg is another call's now
  std::optional<CallSide> bye_after_notify_;
  std::optional<CallNumber> predecessor_;  // whose transfer began this call; until it is answered
  bool offered_for_another_ = false;       // who rings was offered what the transferor can do
  Boxed<Referrer> referred_by_;
  Boxed<Exchange> exchange_;
  // Our 2xx to the caller's INVITE; before that, to the one that picked the call up.
  std::optional<ServerTransactionId> unacknowledged_;
  std::optional<ByeAfterAck> bye_after_ack_;
  std::optional<WorkerIndex> worker_;
  std::optional<SessionId> session_;
  std::array<TimerId, kCallTimers> timers_;  // value 0: it does not run
  std::vector<ServerTransactionId> servers_;
  std::vector<TrunkId> trunk_slots_;
  std::vector<ExtensionName> extension_slots_;
  std::optional<TenantId> tenant_slot_;
  TimePoint trunk_deadline_;  // by then the trunk that is tried has said something
  bool downgrade_noted_ = false;
  bool rekey_ = false;         // other callees know the key that leg b sends with
  bool awaits_forks_ = false;  // a fork of a carrier's, or one that was lost, may answer (R052)
};

// What the operator wants of session timers on that leg.
SessionIntervals session_intervals(const Config& config, const Leg& leg);
// Until a refresh that failed is tried again.
inline constexpr std::chrono::seconds kSessionRetry{10};

}  // namespace ringfence::sip_core
