// Where a call goes: the next destination, its branches, and what is told when none is left.
#include <algorithm>
#include <utility>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/contact.hpp"
#include "sip-core/b2bua/diversion.hpp"
#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/message/hop_limits.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/trunk/identify_trunk.hpp"
#include "sip-core/trunk/media_security.hpp"
#include "sip-core/trunk/trunk_uris.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::string_view kSdp = "application/sdp";
constexpr std::size_t kMaxBranches = 8;   // of one extension
constexpr std::size_t kMaxTogether = 32;  // of one call
constexpr std::chrono::seconds kRoundTime{20};

bool rings_together(const Destination& destination) {
  const auto* extension = std::get_if<ExtensionTarget>(&destination);
  return extension != nullptr && extension->ringing == Ringing::together;
}

// RFC 3261 §16.6: contacts of equal q ring together, those of a lower one later.
struct Round {
  std::vector<const Binding*> contacts;
  std::size_t rounds_after = 0;
};

// `bindings`: by falling q. In a group that rings together everybody does, whatever the q.
Round round_of(std::vector<const Binding*> bindings, const ExtensionTarget& target) {
  if (target.ringing == Ringing::together) return {std::move(bindings)};
  Round round;
  std::size_t index = 0;
  for (std::size_t i = 0; i < bindings.size(); ++i) {
    if (i > 0 && bindings[i]->record.q != bindings[i - 1]->record.q) ++index;
    if (index == target.round) round.contacts.push_back(bindings[i]);
  }
  round.rounds_after = index > target.round ? index - target.round : 0;
  return round;
}

// How long a round rings before the next one does; 0: as long as the caller waits.
std::chrono::seconds ring_time_of(const ExtensionTarget& target, const Round& round) {
  if (round.rounds_after == 0) return target.ring_time;
  if (target.ring_time.count() == 0) return kRoundTime;
  return target.ring_time / static_cast<std::int64_t>(round.rounds_after + 1);
}

void add_trunk_route(const Context& context, const Trunk& trunk, Leg& leg,
                     sip::OutgoingMessage& invite) {
  CallRoute route = call_route(trunk, context.trunk_facts.service_route(trunk.id));
  for (const std::string& one : route.routes)
    invite.add(sip::HeaderName::route, one);
  leg.via = std::move(route.via);
}

sip::Scheme scheme_towards(const Trunk& trunk) {
  return trunk_scheme(trunk) == "sips" ? sip::Scheme::sips : sip::Scheme::sip;
}

}  // namespace

void Call::try_next(CallScope& scope) {
  release_idle_extensions(scope);
  bool started = false;
  while (phase_ == CallPhase::setting_up && !destinations_.empty()) {
    const Destination destination = destinations_.front();
    if (started && !rings_together(destination)) return;
    destinations_.erase(destinations_.begin());
    started = try_one(scope, destination) || started;
    if (started && !rings_together(destination)) return;
  }
  if (phase_ == CallPhase::setting_up && !started) give_up(scope);
}

bool Call::anybody_rings() const {
  return std::ranges::any_of(branches_,
                             [](const Branch& b) { return b.state == BranchState::calling; });
}

bool Call::try_one(CallScope& scope, const Destination& destination) {
  tried_.push_back(destination);
  const auto* extension = std::get_if<ExtensionTarget>(&destination);
  if (!anybody_rings()) ringing_ = extension == nullptr ? Ringing::alone : extension->ringing;
  if (extension == nullptr) return call_trunk(scope, std::get<TrunkTarget>(destination), 1);
  if (call_extension(scope, *extension)) return true;
  release_idle_extensions(scope);
  return false;
}

void Call::note_failure(int status, std::string_view warning) {
  if (!is_better_failure(status, failure_)) return;
  failure_ = status;
  failure_warning_ = warning;
}

void Call::give_up(CallScope& scope) {
  const int status = failure_ == 0 ? 480 : failure_;
  note_ending({EndedBy::callee, static_cast<std::uint16_t>(status), "refused"});
  reject(scope, status, failure_warning_);
}

void Call::cancel_branches(CallScope& scope, std::string_view reason) {
  stop_timer(scope, CallTimer::destination);
  stop_timer(scope, CallTimer::no_response);
  for (Branch& branch : branches_) {
    if (branch.state != BranchState::calling) continue;
    branch.state = BranchState::cancelled;
    scope.context.transactions.cancel(branch.transaction, reason);
  }
}

// RFC 5393 §5.3.3: no more branches at once than the caller's Max-Breadth (R065).
bool Call::exceeds_breadth(CallScope& scope, std::size_t more) {
  const auto open = static_cast<std::size_t>(std::ranges::count_if(
      branches_, [](const Branch& b) { return b.state == BranchState::calling; }));
  if (open + more <= sip::breadth_left(*invite_->message) && open + more <= kMaxTogether) {
    return false;
  }
  scope.context.counters.get("max_breadth_exceeded_total").add();
  note_failure(440);
  return true;
}

bool Call::call_extension(CallScope& scope, const ExtensionTarget& target) {
  const Context& context = scope.context;
  const Extension* extension = context.config.extension(target.extension);
  const Tenant* tenant = extension == nullptr ? nullptr : context.config.tenant(extension->tenant);
  if (tenant == nullptr) {
    note_failure(404);
    return false;
  }
  if (!hold_extension_slot(scope, *extension, kind_of_call(scope, {}))) {
    scope.context.counters.get("calls_over_limit_total").add();
    note_failure(486);
    return false;
  }
  std::vector<const Binding*> reachable =
      context.registrar.bindings(context, extension->tenant, extension->username);
  std::erase_if(reachable, [&](const Binding* binding) {
    return !context.connections.usable(binding->record.flow);
  });
  if (reachable.size() > kMaxBranches) reachable.resize(kMaxBranches);
  const Round round = round_of(std::move(reachable), target);
  if (exceeds_breadth(scope, round.contacts.size())) return false;
  bool started = false;
  for (const Binding* binding : round.contacts) {
    started = add_extension_branch(scope, *extension, *tenant, binding->record) || started;
  }
  if (!started) note_unreachable(scope, *extension);
  const std::chrono::seconds ring_time = ring_time_of(target, round);
  if (started && ring_time.count() > 0) start_timer(scope, CallTimer::destination, ring_time);
  if (round.rounds_after > 0) {
    ExtensionTarget next = target;
    ++next.round;
    if (target.ring_time.count() > 0) next.ring_time -= ring_time;
    destinations_.insert(destinations_.begin(), next);
  }
  return started;
}

// R003 (RFC 5630 §5.3): who can be reached over TLS alone, and has no connection, says so.
void Call::note_unreachable(CallScope& scope, const Extension& extension) {
  const Listener* listener = scope.context.config.listener(a_.listener);
  const bool sips =
      dialled_scheme_ != sip::Scheme::sips && listener != nullptr &&
      scope.context.registrar.has_sips_contacts_only(extension.tenant, extension.username);
  note_failure(480, sips ? "381 " + listener->advertised_address + " \"SIPS Required\"" : "");
}

// RFC 5626 §7: the instance's other flows, one at a time (R090).
bool Call::try_other_flow(CallScope& scope, const Party& party, const Flow& failed) {
  const Context& context = scope.context;
  const Extension* extension =
      party.trunk ? nullptr : context.config.extension(party.tenant, party.extension);
  const Tenant* tenant = context.config.tenant(party.tenant);
  if (extension == nullptr || tenant == nullptr) return false;
  for (const Binding* binding :
       context.registrar.other_flows(context, party.tenant, party.extension, failed)) {
    const bool tried = std::ranges::any_of(
        branches_, [&](const Branch& b) { return b.leg.flow == binding->record.flow; });
    if (!tried && add_extension_branch(scope, *extension, *tenant, binding->record)) return true;
  }
  return false;
}

// R001 (RFC 5630 §5.3): with sips_policy strict a sips: call reaches nobody but at a sips: URI.
bool Call::refuse_sips(CallScope& scope, const Leg& leg, sip::Scheme target) {
  const Tenant* tenant = scope.context.config.tenant(a_.party.tenant);
  const bool strict = tenant != nullptr && tenant->sips_strict;
  if (!strict || dialled_scheme_ != sip::Scheme::sips || target == sip::Scheme::sips) {
    return false;
  }
  const Listener* listener = scope.context.config.listener(a_.listener);
  note_failure(480, "380 " + (listener == nullptr ? "-" : listener->advertised_address) +
                        " \"SIPS Not Allowed\"");
  scope.context.log(LogLevel::warning, "sips-downgrade", "a SIPS call was refused",
                    {{"call-id", a_.dialog.call_id()},
                     {"from-leg", a_.transport_name()},
                     {"to-leg", leg.transport_name()},
                     {"trunk", "-"},
                     {"action", "reject"}});
  return true;
}

void Call::note_downgrade(CallScope& scope, const Leg& leg) {
  const Context& context = scope.context;
  if (leg.policy.offer != OfferForm::plain && leg.transport != TransportKind::tls) {  // R123
    context.log(LogLevel::warning, {}, "SRTP keys go over a transport that is not TLS",
                {{"call-id", a_.dialog.call_id()}, {"to-leg", leg.transport_name()}});
  }
  const bool a_secure = a_.transport == TransportKind::tls;
  if (downgrade_noted_ || a_secure == (leg.transport == TransportKind::tls)) return;
  downgrade_noted_ = true;
  const auto trunk_id = leg.party.trunk ? leg.party.trunk : a_.party.trunk;
  const Trunk* trunk = trunk_id ? context.config.trunk(*trunk_id) : nullptr;
  context.log(LogLevel::warning, "sips-downgrade", "a SIPS leg is bridged to one that is not",
              {{"call-id", a_.dialog.call_id()},
               {"from-leg", a_.transport_name()},
               {"to-leg", leg.transport_name()},
               {"trunk", trunk == nullptr ? "-" : trunk->label}});
}

// Ports for the branch, and for the caller's leg at the first branch; all of one worker.
bool Call::lease_ports(CallScope& scope, Leg& leg, const Listener& listener) {
  LeasePool& leases = scope.shared.leases;
  Actions& actions = scope.context.actions;
  const Listener* near = scope.context.config.listener(a_.listener);
  if (near == nullptr) return false;
  if (!a_.lease) {
    const auto worker = leases.choose(near->media_address, listener.media_address);
    if (worker) a_.lease = leases.take(*worker, near->media_address, actions);
    if (a_.lease) {
      worker_ = a_.lease->worker;
      a_.port.rtp_port = a_.lease->lease.rtp_port;
    }
  }
  if (a_.lease) leg.lease = leases.take(*worker_, listener.media_address, actions);
  if (!leg.lease) {
    leases.ensure(scope.context.config, actions);
    scope.context.counters.get("media_port_exhausted_total").add();
    note_failure(503);  // R175
    return false;
  }
  leg.port = {listener.media_advertised_address, leg.lease->lease.rtp_port};
  return true;
}

bool Call::add_extension_branch(CallScope& scope, const Extension& extension, const Tenant& tenant,
                                const BindingRecord& binding) {
  const Context& context = scope.context;
  auto uri = sip::Uri::parse(binding.contact);
  const auto listener_id = context.connections.listener_of(binding.flow);
  const Listener* listener = listener_id ? context.config.listener(*listener_id) : nullptr;
  if (!uri || listener == nullptr || binding.flow == a_.flow) return false;
  Branch branch;
  branch.kind = FailureOf::extension;
  Leg& leg = branch.leg;
  leg.party = {tenant.id, std::nullopt, extension.username};
  leg.flow = binding.flow;
  leg.transport = binding.transport;
  leg.listener = *listener_id;
  leg.remote = context.connections.remote_of(binding.flow);
  leg.policy = policy_of(extension, leg.transport);
  if (refuse_sips(scope, leg, uri->scheme) || !lease_ports(scope, leg, *listener)) return false;
  // R002: a sip: call is not made a SIPS one on the way; it stays on the TLS flow.
  if (uri->scheme == sip::Scheme::sips && dialled_scheme_ != sip::Scheme::sips) {
    uri->scheme = sip::Scheme::sip;
  }
  const sip::Scheme scheme = uri->scheme;
  const std::string target = uri->to_string();
  sip::NameAddr to;
  to.uri = sip::Uri(scheme, extension.username, tenant.domain);
  leg.dialog =
      Dialog::as_uac(context.random.token(16), from_towards_extension(identity_, tenant, scheme),
                     context.random.token(8), to.to_string(), target,
                     make_contact(*listener, identity_.withheld ? "anonymous" : identity_.user,
                                  scheme, tls_parameter_like(binding.contact)));
  sip::OutgoingMessage invite = leg.dialog.make_invite(target);
  for (const std::string& path : binding.path) {
    invite.add(HeaderName::route, path);
  }
  add_identity_towards_extension(identity_, tenant, invite);
  pass_headers(*invite_->message, Crossing::invite_to_extension, invite);
  pass_diversion(context.config, a_.party, *invite_->message, leg.party, invite);
  start_branch(scope, std::move(branch), std::move(invite));
  return true;
}

bool Call::call_trunk(CallScope& scope, const TrunkTarget& target, unsigned attempt) {
  const Context& context = scope.context;
  const Trunk* trunk = context.config.trunk(target.trunk);
  const Listener* listener = trunk == nullptr ? nullptr : context.config.listener_for(*trunk);
  if (listener == nullptr) {
    note_failure(503);
    return false;
  }
  if (context.trunk_facts.is_silent(trunk->id) && !destinations_.empty()) {
    note_failure(503);
    return false;
  }
  Branch branch;
  branch.kind = FailureOf::trunk;
  branch.destination = target;
  branch.attempt = attempt;
  Leg& leg = branch.leg;
  leg.party = {trunk->tenant, trunk->id, {}};
  leg.transport = trunk->transport();
  leg.listener = listener->id;
  leg.policy = policy_of(*trunk);
  if (a_.peer && !has_codec_for(*a_.peer, leg.policy.terms.get())) {
    note_failure(488);
    return false;
  }
  if (refuse_sips(scope, leg, scheme_towards(*trunk)) || !lease_ports(scope, leg, *listener)) {
    return false;
  }
  if (!hold_trunk_slot(scope, branch, *trunk)) {
    release_lease(scope, leg);
    note_failure(503);
    return false;
  }
  const CallerIdentity caller = as_shown_to(*trunk, identity_);
  const std::string_view known = context.trunk_facts.contact_user(trunk->id);
  const std::string user = !known.empty()             ? std::string(known)
                           : !trunk->username.empty() ? trunk->username
                                                      : caller.outward_user;
  Trunk dialled = *trunk;
  dialled.username = format_number(target.number, trunk->number_format, trunk->country_code);
  const std::string uri = dialled_uri(*trunk, dialled.username);
  leg.dialog = Dialog::as_uac(context.random.token(16), from_towards_trunk(caller, *trunk),
                              context.random.token(8), "<" + registered_identity(dialled) + ">",
                              uri, "<" + trunk_contact(*trunk, *listener, user) + ">");
  sip::OutgoingMessage invite = leg.dialog.make_invite(uri);
  add_trunk_route(context, *trunk, leg, invite);
  const auto agreed = context.trunk_facts.media_security(trunk->id);
  add_media_security(*trunk, agreed, agreed.empty() ? OurMechanisms::said : OurMechanisms::left_out,
                     invite);
  add_identity_towards_trunk(caller, *trunk, invite);
  pass_headers(*invite_->message, Crossing::invite_to_trunk, invite);
  pass_diversion(context.config, a_.party, *invite_->message, leg.party, invite);
  start_branch(scope, std::move(branch), std::move(invite));
  limit_trunk_silence(scope, attempt);
  return true;
}

void Call::start_branch(CallScope& scope, Branch branch, sip::OutgoingMessage invite) {
  note_downgrade(scope, branch.leg);
  note_leg(scope, CallSide::b, branch.leg);
  invite.add_number(HeaderName::max_forwards, sip::forwards_left(*invite_->message).value_or(0));
  add_diversion(scope, branch.leg.party, invite);
  add_referred_by(scope, branch.leg.party, invite);
  add_capabilities(invite);
  Leg& leg = branch.leg;
  leg.session.add_to_request(invite, session_intervals(scope.context.config, leg));
  if (a_.peer) {
    leg.own = write_offer(*a_.peer, leg.policy.offer, leg.port, nullptr, scope.context.random,
                          leg.policy.terms.get());
    invite.body(kSdp, leg.own->body);
  }
  branch.with_offer = leg.own.has_value();
  // An early offer of the callee's can be answered only by a caller who knows PRACK.
  const bool reliable = branch.with_offer || a_.abilities.reliable_provisionals;
  // The party that is transferred hears nothing before the answer.
  if (reliable && !predecessor_) invite.add(HeaderName::supported, "100rel");
  branch.id = ++last_branch_;
  Use use;
  use.kind = UseKind::branch;
  use.branch = branch.id;
  use.sent = std::move(invite);
  scope.shared.dialogs.set(leg.dialog, {number_, CallSide::b});
  branch.transaction = send(scope, std::move(use), leg.first_target());
  branches_.push_back(std::move(branch));
}

}  // namespace ringfence::sip_core
