#include "sip-core/message_relay/message_relay.hpp"

#include <array>
#include <utility>

#include "sip-core/b2bua/header_policy.hpp"
#include "sip-core/b2bua/status_mapping.hpp"
#include "sip-core/message/hop_limits.hpp"
#include "sip-core/message/uri.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/routing/dial_plan.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

// What says how the text is to be read, and nothing that says where it came from.
constexpr std::array kPassing = {
    HeaderName::content_disposition,
    HeaderName::content_encoding,
    HeaderName::content_language,
    HeaderName::date,
    HeaderName::expires,
    HeaderName::mime_version,
    HeaderName::priority,
    HeaderName::subject,
};

std::string dialled_user(const sip::Message& request) {
  const auto uri = request.request_uri();
  return uri ? uri->decoded_user() : std::string();
}

bool needs_sips(const sip::Message& request, const Tenant& tenant) {
  const auto uri = request.request_uri();
  return tenant.sips_strict && uri && uri->scheme == sip::Scheme::sips;
}

}  // namespace

void MessageRelay::respond(Context& context, const RequestReceived& request, int status,
                           std::string_view warning) const {
  auto response = answer(request, status, {}, context.random.token(8));
  if (status == 405) add_capabilities(response);
  if (!warning.empty()) response.add(HeaderName::warning, warning);
  context.transactions.respond(request.transaction, response);
}

std::vector<const Binding*> MessageRelay::recipients(const Context& context,
                                                     const sip::Message& request,
                                                     const Tenant& tenant, int& status) const {
  const auto plan =
      plan_call(context.config, tenant.id, CallOrigin::extension, dialled_user(request));
  std::vector<const Binding*> found;
  status = plan.empty() ? 404 : 480;
  for (const Destination& destination : plan) {
    const auto* target = std::get_if<ExtensionTarget>(&destination);
    const Extension* extension =
        target == nullptr ? nullptr : context.config.extension(target->extension);
    if (extension == nullptr) {
      status = target == nullptr ? 405 : 404;  // a trunk takes none
      continue;
    }
    for (const Binding* binding :
         context.registrar.bindings(context, tenant.id, extension->username)) {
      if (context.connections.usable(binding->record.flow)) found.push_back(binding);
    }
  }
  return found;
}

void MessageRelay::on_message(Context& context, const RequestReceived& request,
                              const Tenant& tenant, const Extension& sender) {
  const sip::Message& message = *request.message;
  if (!sip::forwards_left(message)) {
    context.counters.get("loop_detected_total").add();
    return respond(context, request, 483);
  }
  if (request.source.transport == TransportKind::udp && message.bytes().size() > kMostOverUdp) {
    return respond(context, request, 413);
  }
  int status = 0;
  const auto bindings = recipients(context, message, tenant, status);
  if (bindings.empty()) return respond(context, request, status);
  if (bindings.size() > sip::breadth_left(message)) return respond(context, request, 440);
  const Party party{tenant.id, std::nullopt, sender.username};
  const CallerIdentity identity = identify_caller(context.config, party, message);
  Pending pending{request, 0, 0, {}};
  const Number number = ++last_;
  for (const Binding* binding : bindings) {
    auto sent = make(context, identity, tenant, *binding, pending);
    if (!sent) continue;
    sent->add_number(HeaderName::max_breadth,
                     sip::breadth_of_branch(sip::breadth_left(message),
                                            static_cast<std::uint32_t>(bindings.size())));
    ++pending.open;
    branches_[context.transactions.request(std::move(*sent), binding->record.flow)] = number;
  }
  if (pending.open == 0) return respond(context, request, pending.failure, pending.warning);
  context.counters.get("messages_relayed_total").add();
  pending_.emplace(number, std::move(pending));
}

std::optional<sip::OutgoingMessage> MessageRelay::make(Context& context,
                                                       const CallerIdentity& sender,
                                                       const Tenant& tenant, const Binding& to,
                                                       Pending& pending) const {
  const sip::Message& message = *pending.request.message;
  const BindingRecord& record = to.record;
  auto uri = sip::Uri::parse(record.contact);
  if (!uri) return std::nullopt;
  if (needs_sips(message, tenant) && record.transport != TransportKind::tls) {  // R001
    pending.failure = 480;
    pending.warning = "380 " + tenant.domain + " \"SIPS Not Allowed\"";
    return std::nullopt;
  }
  const auto dialled = message.request_uri();
  const bool asks_sips = dialled && dialled->scheme == sip::Scheme::sips;
  if (uri->scheme == sip::Scheme::sips && !asks_sips) uri->scheme = sip::Scheme::sip;  // R002
  sip::NameAddr recipient;
  recipient.uri = sip::Uri(uri->scheme, record.username, tenant.domain);
  auto sent = sip::OutgoingMessage::request(sip::Method::message, uri->to_string());
  for (const std::string& path : record.path) {
    sent.add(HeaderName::route, path);
  }
  sent.add_number(HeaderName::max_forwards, sip::forwards_left(message).value_or(0));
  sent.add(HeaderName::from,
           from_towards_extension(sender, tenant, uri->scheme) + ";tag=" + context.random.token(8));
  sent.add(HeaderName::to, recipient.to_string());
  sent.add(HeaderName::call_id, context.random.token(16));
  sent.add(HeaderName::cseq, "1 MESSAGE");
  add_identity_towards_extension(sender, tenant, sent);
  for (const HeaderName name : kPassing) {
    sent.copy(message, name);
  }
  if (!message.body().empty()) {
    sent.body(message.header(HeaderName::content_type).value_or("text/plain"),
              std::string(message.body()));
  }
  // Room for the Via and the Max-Breadth that are still to come.
  constexpr std::size_t kStillToCome = 120;
  if (record.transport == TransportKind::udp &&
      sent.serialize().size() + kStillToCome > kMostOverUdp) {
    if (is_better_failure(413, pending.failure)) pending.failure = 413;
    return std::nullopt;
  }
  return sent;
}

bool MessageRelay::on_response(Context& context, const ResponseReceived& response) {
  const int status = response.message->status_code();
  if (status < 200) return branches_.contains(response.transaction);
  return settle(context, response.transaction, status, Wire::yes);
}

bool MessageRelay::on_timed_out(Context& context, const ClientTimedOut& event) {
  return settle(context, event.transaction, 408, Wire::no);
}

bool MessageRelay::on_transport_failed(Context& context, const ClientTransportFailed& event) {
  return settle(context, event.transaction, 503, Wire::no);
}

bool MessageRelay::settle(Context& context, ClientTransactionId transaction, int status,
                          Wire wire) {
  const auto branch = branches_.find(transaction);
  if (branch == branches_.end()) return false;
  const auto found = pending_.find(branch->second);
  branches_.erase(branch);
  if (found == pending_.end()) return true;  // another contact has it
  Pending& pending = found->second;
  --pending.open;
  if (status < 300) {
    respond(context, pending.request, status);
    pending_.erase(found);
    return true;
  }
  const int told = status_for_caller(status, FailureOf::extension, wire);
  if (is_better_failure(told, pending.failure)) pending.failure = told;
  if (pending.open > 0) return true;
  respond(context, pending.request, pending.failure, pending.warning);
  pending_.erase(found);
  return true;
}

}  // namespace ringfence::sip_core
