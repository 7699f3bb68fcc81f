#include "sip-core/engine/orphaned_invite.hpp"

#include <algorithm>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/outgoing_message.hpp"
#include "sip-core/message/via.hpp"
#include "sip-core/registrar/registrar.hpp"
#include "sip-core/trunk/identify_trunk.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

// R026.
bool is_ours(const Config& config, const sip::Via& via) {
  return via.has_rfc3261_branch() && std::ranges::any_of(config.listeners, [&](const Listener& l) {
           return l.port == via.sent_by_port() &&
                  sip::equal_without_case(l.advertised_address, via.host);
         });
}

std::optional<TrunkId> trunk_of(const Context& context, const MessageSource& source) {
  TrunkEvidence evidence{source.listener, source.remote, std::nullopt, {}, {}};
  if (const auto* id = std::get_if<ConnectionId>(&source.flow)) {
    evidence.connection_of = context.connections.trunk_of(*id);
  }
  const auto match = identify_trunk(context.config, context.trunk_facts, evidence);
  return match ? std::optional(match->trunk) : std::nullopt;
}

}  // namespace

std::optional<PendingInviteRecord> orphaned_invite(const Context& context,
                                                   const sip::Message& response,
                                                   const MessageSource& source) {
  const auto via = response.via();
  const auto to = response.to();
  if (response.method() != sip::Method::invite || !via || !to || !is_ours(context.config, *via)) {
    return std::nullopt;
  }
  const Listener* listener = context.config.listener(source.listener);
  const bool at_trunk = listener != nullptr && listener->side == Side::trunk;
  const auto trunk = at_trunk ? trunk_of(context, source) : std::nullopt;
  if (!trunk && !context.registrar.has_flow(source.flow)) return std::nullopt;
  // What is not in a response, the Request-URI, is found by its branch all the same (RFC 3261
  // §17.2.3), and in the Contact once there is a dialog.
  const std::string uri = to->uri.to_string();
  auto invite = sip::OutgoingMessage::request(sip::Method::invite, uri);
  invite.add(HeaderName::via, sip::make_via(via->transport, via->host, via->port, via->branch));
  invite.copy(response, HeaderName::from);
  invite.add(HeaderName::to, "<" + uri + ">");
  invite.copy(response, HeaderName::call_id).copy(response, HeaderName::cseq);
  PendingInviteRecord record;
  record.id = context.ids.record();
  record.role = InviteRole::ours;
  record.header = invite.serialize();
  record.flow = source.flow;
  record.transport = source.transport;
  record.trunk = trunk.value_or(TrunkId{});
  return record;
}

}  // namespace ringfence::sip_core
