// What is written of a call that has ended: its call detail record.
#include "sip-core/b2bua/agreed_suite.hpp"
#include "sip-core/b2bua/call.hpp"

namespace ringfence::sip_core {

namespace {

// A worker that lives answers at once.
constexpr std::chrono::seconds kSummaryTime{1};

std::string party_text(const Context& context, const Party& party) {
  if (!party.trunk) return "ext:" + party.extension;
  const Trunk* trunk = context.config.trunk(*party.trunk);
  return "trunk:" + (trunk == nullptr ? std::to_string(party.trunk->value) : trunk->label);
}

CallDetailLeg detail_of(const Context& context, const Leg& leg) {
  CallDetailLeg detail;
  detail.call_id = leg.dialog.call_id();
  detail.party = party_text(context, leg.party);
  detail.transport = leg.transport;
  detail.srtp_suite = agreed_suite(leg);
  const auto* id = std::get_if<ConnectionId>(&leg.flow);
  const Connection* connection = id == nullptr ? nullptr : context.connections.find(*id);
  if (connection == nullptr) return detail;
  detail.tls_version = connection->tls_version;
  detail.tls_cipher = connection->cipher;
  if (!connection->verified_names.empty()) detail.tls_peer = connection->verified_names.front();
  return detail;
}

std::string owner_text(const Context& context, const Party& party) {
  const Tenant* tenant = context.config.tenant(party.tenant);
  return (tenant == nullptr ? std::string("?") : tenant->name) + "/" + party_text(context, party);
}

// What of its row let an extension's leg go without SRTP.
std::string plain_media_of(const Context& context, const Leg& leg) {
  const Extension* row = context.config.extension(leg.party.tenant, leg.party.extension);
  if (row != nullptr && row->srtp == SrtpPolicy::off) return " srtp=off";
  return leg.transport == TransportKind::tls ? " srtp=preferred" : " srtp=preferred without TLS";
}

// Which rows let a leg be less protected than the other: "demo/trunk:Telco tls=0 srtp=0".
std::string allowed_by(const Context& context, const Leg& plain, const Leg& other) {
  std::string why;
  if (other.transport == TransportKind::tls && plain.transport != TransportKind::tls) {
    why += plain.party.trunk ? " tls=0" : " transport=" + plain.transport_name();
  }
  const bool answered = plain.agreed && other.agreed;
  const auto encrypted = [](const Leg& leg) { return leg.own && leg.own->secured; };
  if (answered && encrypted(other) && !encrypted(plain)) {
    const bool wanted = plain.policy.offer != OfferForm::plain;
    why += !plain.party.trunk ? plain_media_of(context, plain)
           : wanted           ? " srtp_inbound=offered"
                              : " srtp=0";
  }
  return why.empty() ? why : owner_text(context, plain.party) + why;
}

MediaQuality quality_of(const MediaLegCounters& leg) {
  return {leg.packets_received, leg.packets_lost, leg.jitter, leg.round_trip};
}

// The addr-spec of a From or To value of ours, which stands in angle brackets.
std::string uri_text(std::string_view address) {
  const std::size_t begin = address.find('<') + 1;
  return std::string(address.substr(begin, address.find('>', begin) - begin));
}

}  // namespace

void Call::note_ending(CallEnding ending) {
  if (!ending_) ending_ = std::move(ending);
}

CallDetailRecord Call::detail(const Context& context) const {
  CallDetailRecord detail;
  detail.tenant = a_.party.tenant;
  detail.from = uri_text(a_.dialog.remote_uri());
  detail.to = uri_text(a_.dialog.local_uri());
  detail.a = detail_of(context, a_);
  const Leg* called = b_ ? &*b_ : branches_.empty() ? nullptr : &branches_.back().leg;
  if (called != nullptr) detail.b = detail_of(context, *called);
  detail.started = begun_at_;
  if (phase_ == CallPhase::answered) detail.answered = answered_at_;
  const CallEnding ending = ending_.value_or(CallEnding{});
  detail.ended = ending.at != WallTime{} ? ending.at : context.wall;
  detail.status = ending.status;
  detail.cause = ending.cause;
  detail.ended_by = to_text(ending.by);
  detail.downgraded = called != nullptr && (a_.transport == TransportKind::tls) !=
                                               (called->transport == TransportKind::tls);
  if (called != nullptr) {
    detail.allowed_by = allowed_by(context, a_, *called);
    const std::string other = allowed_by(context, *called, a_);
    if (!detail.allowed_by.empty() && !other.empty()) detail.allowed_by += ", ";
    detail.allowed_by += other;
  }
  return detail;
}

void Call::await_summary(CallScope& scope, SessionId session) {
  if (!awaited_detail_) return;
  if (!scope.shared.leases.is_up(*worker_)) return write_detail(scope);
  awaited_session_ = session;
  scope.shared.summaries[session] = number_;
  start_timer(scope, CallTimer::summary, kSummaryTime);
}

void Call::on_media_summary(CallScope& scope, const MediaSessionEnded& summary) {
  awaited_detail_->a.media = quality_of(summary.a);
  awaited_detail_->b.media = quality_of(summary.b);
  write_detail(scope);
}

void Call::write_detail(CallScope& scope) {
  if (!awaited_detail_) return;
  scope.shared.summaries.erase(awaited_session_);
  stop_timer(scope, CallTimer::summary);
  outdated_.emplace_back(std::move(*awaited_detail_));
  awaited_detail_.reset();
  forget_record(scope);
  // A BYE is out: who comes after us repeats it, and writes no second detail.
  if (record_id_ != RecordId()) outdated_.emplace_back(CallDetailed{record_id_});
  if (!outdated_.empty()) scope.context.persist(std::exchange(outdated_, {}));
}

}  // namespace ringfence::sip_core
