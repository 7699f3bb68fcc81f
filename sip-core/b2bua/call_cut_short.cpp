// Set-ups that a death of this process cuts short (F001): each INVITE is persisted once it has had
// a provisional response, and the next process ends it: CANCEL towards the callee, ACK and BYE for
// a 2xx that comes all the same; 503 towards a caller on UDP. tls-front keeps a stream's INVITE.
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::uint64_t kRetryAfter = 5;
// What went out in the early dialog after the INVITE, PRACK and UPDATE, is written down nowhere,
// nor the BYE of a process that took it over before us. So the number goes by the clock (RFC 3261
// §8.1.1.5), within 31 bits.
constexpr std::uint32_t kSequenceJump = 1000;
constexpr std::chrono::milliseconds kSequenceTick{10};
constexpr std::int64_t kSequenceTicks = std::int64_t{1} << 30;

std::uint32_t passed_over(WallTime now) {
  return kSequenceJump +
         static_cast<std::uint32_t>(now.time_since_epoch() / kSequenceTick % kSequenceTicks);
}

// What a CANCEL and an ACK need of it (RFC 3261 §9.1).
std::string header_of(const sip::OutgoingMessage& invite, const sip::Via& via) {
  auto out = sip::OutgoingMessage::request(sip::Method::invite, invite.uri());
  out.add(HeaderName::via, sip::make_via(via.transport, via.host, via.port, via.branch));
  for (const auto& field : invite.fields()) {
    const bool kept = field.id == HeaderName::route || field.id == HeaderName::from ||
                      field.id == HeaderName::to || field.id == HeaderName::call_id ||
                      field.id == HeaderName::cseq || field.id == HeaderName::contact;
    if (kept) out.add(field.id, field.value);
  }
  return out.serialize();
}

// What a response needs of it (§8.2.6.2).
std::string header_of(const sip::Message& invite) {
  auto out = sip::OutgoingMessage::request(sip::Method::invite, invite.request_uri_text());
  for (const HeaderName name :
       {HeaderName::via, HeaderName::from, HeaderName::to, HeaderName::call_id, HeaderName::cseq}) {
    out.copy(invite, name);
  }
  return out.serialize();
}

sip::OutgoingMessage sent_again(const sip::Message& invite) {
  auto out = sip::OutgoingMessage::request(sip::Method::invite, invite.request_uri_text());
  for (const HeaderName name :
       {HeaderName::via, HeaderName::route, HeaderName::from, HeaderName::to, HeaderName::call_id,
        HeaderName::cseq, HeaderName::contact}) {
    out.copy(invite, name);
  }
  return out;
}

std::string without_tag(const std::optional<sip::NameAddrView>& address) {
  if (!address) return {};
  sip::NameAddr copy(*address);
  copy.parameters.remove("tag");
  return copy.to_string();
}

Dialog dialog_of(const sip::Message& invite, WallTime now) {
  DialogRecord record;
  record.call_id = invite.call_id();
  record.local_uri = without_tag(invite.from());
  record.local_tag = invite.from_tag();
  record.remote_uri = without_tag(invite.to());
  record.remote_target = invite.request_uri_text();
  record.local_contact = invite.header(HeaderName::contact).value_or("");
  if (const auto cseq = invite.cseq()) record.local_cseq = cseq->number + passed_over(now);
  return Dialog::restore(record);
}

}  // namespace

void Call::persist_invite(CallScope& scope, Branch& branch, const ResponseReceived& response) {
  const auto use = uses_.find(branch.transaction);
  const auto via = response.message->via();
  if (use == uses_.end() || !via) return;
  std::vector<Record> records;
  branch.record_id = scope.context.ids.record();
  records.emplace_back(PendingInviteRecord{
      branch.record_id, InviteRole::ours, header_of(use->second.sent, *via), response.source.flow,
      response.source.transport, branch.leg.party.trunk.value_or(TrunkId{})});
  const bool near = invite_ && !predecessor_ && near_record_id_ == RecordId() &&
                    a_.transport == TransportKind::udp;
  if (near) {
    near_record_id_ = scope.context.ids.record();
    records.emplace_back(PendingInviteRecord{near_record_id_, InviteRole::theirs,
                                             header_of(*invite_->message), invite_->source.flow,
                                             a_.transport, a_.party.trunk.value_or(TrunkId{})});
  }
  scope.context.persist(std::move(records));
}

void Call::take_over(CallScope& scope, const PendingInviteRecord& record) {
  phase_ = CallPhase::ended;
  --scope.shared.ongoing;
  auto parsed = sip::parse(record.header);
  if (!parsed) {
    scope.context.log(LogLevel::error, {}, "a set-up that was cut short cannot be read");
    outdated_.emplace_back(PendingInviteRemoved{record.id});
    scope.context.persist(std::exchange(outdated_, {}));
    return;
  }
  start_timer(scope, CallTimer::cut_short, kAfterRestart);
  if (record.role == InviteRole::ours) return take_over_ours(scope, record, *parsed);
  near_record_id_ = record.id;
  MessageSource source;
  source.flow = record.flow;
  source.transport = record.transport;
  if (const auto* udp = std::get_if<UdpFlow>(&record.flow)) {
    source.listener = udp->listener;
    source.remote = udp->remote;
  }
  const auto invite = std::make_shared<const sip::Message>(std::move(*parsed));
  cut_short_ = scope.context.transactions.take_over(invite, source);
  invite_ = RequestReceived{*cut_short_, invite, source};
}

void Call::take_over_ours(CallScope& scope, const PendingInviteRecord& record,
                          const sip::Message& invite) {
  Branch branch;
  branch.id = ++last_branch_;
  branch.state = BranchState::cancelled;
  branch.responded = true;
  branch.record_id = record.id;
  branch.leg.flow = record.flow;
  branch.leg.transport = record.transport;
  branch.leg.dialog = dialog_of(invite, scope.context.wall);
  if (record.trunk.value != 0) branch.leg.party.trunk = record.trunk;
  branch.transaction = scope.context.transactions.take_over(sent_again(invite), record.flow);
  scope.shared.clients[branch.transaction] = number_;
  clients_.push_back(branch.transaction);
  Use use;
  use.branch = branch.id;
  use.sent = sent_again(invite);
  uses_.insert_or_assign(branch.transaction, std::move(use));
  branches_.push_back(std::move(branch));
}

void Call::end_cut_short(CallScope& scope) {
  scope.context.counters.get("calls_ended_restart_total").add();
  for (const Branch& branch : branches_) {
    if (branch.state == BranchState::cancelled) {
      scope.context.transactions.cancel(branch.transaction, {});
    }
  }
  if (!cut_short_) return;
  auto refusal = answer(*invite_, 503, {}, scope.context.random.token(8));
  refusal.add_number(HeaderName::retry_after, kRetryAfter);
  scope.context.transactions.respond(*cut_short_, refusal);
  invite_.reset();
  // The 503 may be lost, and this process may die before it is repeated: the next one says it
  // again.
  start_timer(scope, CallTimer::linger, kTimerH);
}

}  // namespace ringfence::sip_core
