#include "sip-core/engine/request_dispatch.hpp"

#include <string>
#include <utility>

#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/engine/access_gate.hpp"
#include "sip-core/engine/inbound.hpp"
#include "sip-core/routing/dial_plan.hpp"
#include "sip-core/routing/tenant_of.hpp"
#include "sip-core/trunk/identify_trunk.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;
using sip::Method;

const Connection* connection_of(const Context& context, const MessageSource& source) {
  const auto* id = std::get_if<ConnectionId>(&source.flow);
  return id == nullptr ? nullptr : context.connections.find(*id);
}

std::string request_user(const sip::Message& request) {
  const auto uri = request.request_uri();
  return uri ? uri->decoded_user() : std::string();
}

// OPTIONS to the box and not to anybody behind it.
bool is_ping(const sip::Message& request) {
  return request.method() == Method::options && request_user(request).empty();
}

// R011: a SIPS request whose Contact would lead back in the clear.
bool has_insecure_contact(const sip::Message& request) {
  const auto uri = request.request_uri();
  const auto contact = request.contact();
  return uri && uri->scheme == sip::Scheme::sips && contact &&
         contact->uri.scheme == sip::Scheme::sip;
}

// A carrier writes its numbers in its own way, which need not be that of the rows of dids.
std::vector<Destination> plan_for(const Config& config, const Caller& caller, CallOrigin origin,
                                  const std::string& dialled) {
  auto plan = plan_call(config, caller.tenant, origin, dialled);
  const auto* id = std::get_if<TrunkId>(&caller.party);
  const Trunk* trunk = id == nullptr ? nullptr : config.trunk(*id);
  if (trunk == nullptr || trunk->country_code.empty()) return plan;
  for (const NumberFormat format : {NumberFormat::e164, NumberFormat::national}) {
    if (!plan.empty()) break;
    plan = plan_call(config, caller.tenant, origin,
                     format_number(dialled, format, trunk->country_code));
  }
  return plan;
}

}  // namespace

void RequestDispatch::refuse(Context& context, const RequestReceived& request, int status) const {
  auto response = answer(request, status, {}, context.random.token(8));
  if (status == 405 || status == 501) add_capabilities(response);
  context.transactions.respond_statelessly(request.transaction, response);
}

void RequestDispatch::dispatch(Context& context, const RequestReceived& request) {
  const Listener* listener = context.config.listener(request.source.listener);
  if (listener == nullptr) {
    context.counters.get("sip_listener_unknown_total").add();
    return context.transactions.ignore(request.transaction);
  }
  if (!request.message->to_tag().empty()) {
    if (calls_.on_in_dialog(context, request)) return;
    context.counters.get("sip_dialog_mismatch_total").add();
    if (may_be_answered(context, request.source)) return refuse(context, request, 481);
    return context.transactions.ignore(request.transaction);
  }
  if (listener->side == Side::trunk) return from_trunk_side(context, request);
  from_public_side(context, request, *listener);
}

bool RequestDispatch::refused_by_rule(Context& context, const RequestReceived& request,
                                      TenantId tenant, Source source) const {
  if (context.config.acl_rules.empty()) return false;
  const auto subject = access_subject(*request.message, request.source.remote.ip, tenant);
  if (!sip_core::refused_by_rule(
          context, {subject, request.source.remote, request.message->call_id(), "a request"})) {
    return false;
  }
  const bool known = source == Source::trunk || registrar_.has_flow(request.source.flow) ||
                     request.source.transport != TransportKind::udp;
  if (known) {
    refuse(context, request, 403);
  } else {
    context.transactions.ignore(request.transaction);
  }
  return true;
}

std::optional<TrunkId> RequestDispatch::trunk_of(Context& context,
                                                 const RequestReceived& request) const {
  TrunkEvidence evidence;
  evidence.listener = request.source.listener;
  evidence.remote = request.source.remote;
  const std::string user = request_user(*request.message);
  evidence.request_user = user;
  if (const Connection* connection = connection_of(context, request.source)) {
    evidence.connection_of = context.connections.trunk_of(connection->id);
    evidence.verified_names = connection->verified_names;
  }
  const auto match = identify_trunk(context.config, context.trunk_facts, evidence);
  if (!match) return std::nullopt;
  if (match->ambiguous) {
    const Trunk* trunk = context.config.trunk(match->trunk);
    context.log(LogLevel::warning, {}, "several trunks fit a request and the first was taken",
                {{"trunk", trunk == nullptr ? "-" : trunk->label},
                 {"remote", request.source.remote.to_string()},
                 {"call-id", std::string(request.message->call_id())}});
  }
  return match->trunk;
}

void RequestDispatch::from_trunk_side(Context& context, const RequestReceived& request) {
  const auto id = trunk_of(context, request);
  const Trunk* trunk = id ? context.config.trunk(*id) : nullptr;
  if (trunk == nullptr) {
    context.counters.get("sip_unknown_trunk_total").add();
    if (request.source.transport == TransportKind::udp) {
      return context.transactions.ignore(request.transaction);
    }
    return refuse(context, request, 403);
  }
  if (refused_by_rule(context, request, trunk->tenant, Source::trunk)) return;
  if (request.message->method() == Method::register_) return refuse(context, request, 405);
  if (answer_by_method(context, request)) return;
  on_invite(context, request, Caller{trunk->tenant, trunk->id});
}

void RequestDispatch::from_public_side(Context& context, const RequestReceived& request,
                                       const Listener& listener) {
  const Connection* connection = connection_of(context, request.source);
  const std::string_view sni = connection == nullptr ? std::string_view() : connection->sni;
  const IpAddress local = connection == nullptr ? listener.address : connection->local.ip;
  const Tenant* tenant = tenant_of(context.config, *request.message, sni, local);
  if (tenant == nullptr) return refuse(context, request, 404);
  const Tenant* named = sni.empty() ? nullptr : context.config.tenant_by_domain(sni);
  if (named != nullptr && named->id != tenant->id) {  // R184
    context.counters.get("sni_host_mismatch_total").add();
    return refuse(context, request, 403);
  }
  if (refused_by_rule(context, request, tenant->id, Source::phone)) return;
  // Whether the box is alive may be asked by everybody; all else tells who exists, or changes
  // something, and is challenged (R150).
  if (is_ping(*request.message)) {
    answer_by_method(context, request);
    return;
  }
  auto result = authenticator_.authenticate(context, request, *tenant);
  if (auto* refused = std::get_if<Refused>(&result)) {
    if (refused->penalise && connection != nullptr) {
      context.actions.push_back(
          PenaliseSource{request.source.remote.ip, "too many wrong credentials"});
    }
    return context.transactions.respond_statelessly(request.transaction, refused->response);
  }
  const Extension* extension = context.config.extension(std::get<Authenticated>(result).extension);
  if (extension == nullptr) return refuse(context, request, 403);
  on_authenticated(context, request, *tenant, *extension);
}

void RequestDispatch::on_authenticated(Context& context, const RequestReceived& request,
                                       const Tenant& tenant, const Extension& extension) {
  const Method method = request.message->method();
  if (method == Method::options) {
    if (refused_by_requirement(context, request)) return;
    const int status = status_of_invite(context, request, tenant);
    return status == 200 ? answer_options(context, request) : refuse(context, request, status);
  }
  if (method == Method::message) {
    if (refused_by_requirement(context, request)) return;
    if (new_calls_ == NewCalls::none) return refuse(context, request, 503);
    return messages_.on_message(context, request, tenant, extension);
  }
  if (answer_by_method(context, request)) return;
  if (method == Method::register_) {
    return registrar_.on_register(context, request, tenant, extension);
  }
  on_invite(context, request, Caller{tenant.id, extension.id});
}

// RFC 3261 §11.2: as an INVITE would be answered at this moment.
int RequestDispatch::status_of_invite(const Context& context, const RequestReceived& request,
                                      const Tenant& tenant) const {
  const auto plan =
      plan_call(context.config, tenant.id, CallOrigin::extension, request_user(*request.message));
  if (plan.empty()) return 404;
  for (const Destination& destination : plan) {
    const auto* target = std::get_if<ExtensionTarget>(&destination);
    if (target == nullptr) return 200;
    const Extension* extension = context.config.extension(target->extension);
    if (extension == nullptr) continue;
    for (const Binding* binding :
         registrar_.bindings(context, extension->tenant, extension->username)) {
      if (context.connections.usable(binding->record.flow)) return 200;
    }
  }
  return 480;
}

bool RequestDispatch::takes_call(const Context& context, const RequestReceived& request) const {
  switch (new_calls_) {
    case NewCalls::taken:
      return true;
    case NewCalls::emergencies:  // and parties that change within a call that there is (RFC 3891)
      return request.message->has(HeaderName::replaces) ||
             context.config.is_emergency_number(request_user(*request.message));
    case NewCalls::none:
      return false;
  }
  return false;
}

void RequestDispatch::on_invite(Context& context, const RequestReceived& request,
                                const Caller& caller) {
  if (!takes_call(context, request)) return refuse(context, request, 503);
  if (has_insecure_contact(*request.message)) return refuse(context, request, 400);
  const CallOrigin origin =
      std::holds_alternative<TrunkId>(caller.party) ? CallOrigin::trunk : CallOrigin::extension;
  calls_.on_invite(context, request, caller,
                   plan_for(context.config, caller, origin, request_user(*request.message)));
}

void RequestDispatch::answer_options(Context& context, const RequestReceived& request) const {
  auto response = answer(request, 200, {}, context.random.token(8));
  describe_options(response);
  context.transactions.respond(request.transaction, response);
}

bool RequestDispatch::refused_by_requirement(Context& context,
                                             const RequestReceived& request) const {
  const std::string unsupported = unsupported_options(*request.message);
  if (unsupported.empty()) return false;
  auto response = answer(request, 420, {}, context.random.token(8));
  response.add(HeaderName::unsupported, unsupported);
  context.transactions.respond_statelessly(request.transaction, response);
  return true;
}

bool RequestDispatch::answer_by_method(Context& context, const RequestReceived& request) const {
  if (refused_by_requirement(context, request)) return true;
  switch (request.message->method()) {
    case Method::invite:
    case Method::register_:
      return false;
    case Method::options:
      answer_options(context, request);
      return true;
    case Method::bye:
    case Method::info:
    case Method::update:
    case Method::prack:
    case Method::notify:  // RFC 6665 §4.1.3: of a subscription that nobody has
      refuse(context, request, 481);
      return true;
    case Method::refer:  // only within the call that is to be transferred
      refuse(context, request, 403);
      return true;
    case Method::message:
    case Method::publish:
    case Method::subscribe:
      refuse(context, request, 405);
      return true;
    case Method::ack:
    case Method::cancel:  // the transaction layer's own
    case Method::other:
      refuse(context, request, 501);
      return true;
  }
  return true;
}

}  // namespace ringfence::sip_core
