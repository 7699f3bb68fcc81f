#include "sip-core/b2bua/identity.hpp"

#include <algorithm>

#include "sip-core/b2bua/number_of_extension.hpp"
#include "sip-core/message/characters.hpp"
#include "sip-core/trunk/trunk_uris.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;
using sip::NameAddr;

constexpr std::string_view kAnonymous = "\"Anonymous\" <sip:anonymous@anonymous.invalid>";

std::string user_of(const sip::UriView& uri) {
  return uri.decoded_user();
}

bool privacy_asks(const sip::Message& invite, std::string_view value) {
  const auto privacy = invite.header(HeaderName::privacy);
  if (!privacy) return false;
  std::string_view rest = *privacy;
  while (!rest.empty()) {  // RFC 3323 §4.2: values are separated by semicolons
    const std::size_t end = rest.find(';');
    if (sip::equal_without_case(sip::trim(rest.substr(0, end)), value)) return true;
    if (end == std::string_view::npos) return false;
    rest.remove_prefix(end + 1);
  }
  return false;
}

// R162: at most one SIP or SIPS and one tel value, else the field counts as absent.
std::optional<NameAddr> asserted_identity(const sip::Message& invite, HeaderName name) {
  const auto addresses = invite.addresses(name);
  if (!addresses || addresses->empty() || addresses->size() > 2) return std::nullopt;
  const auto sip_uris =
      std::ranges::count_if(*addresses, [](const NameAddr& a) { return a.uri.is_sip(); });
  if (sip_uris == 2) return std::nullopt;
  const auto best =
      std::ranges::find_if(*addresses, [](const NameAddr& a) { return a.uri.is_sip(); });
  return best == addresses->end() ? addresses->front() : *best;
}

// The number among the extension's own that it asks to be shown with, else its first (R161).
std::string number_of(const Config& config, const Party& caller, const sip::Message& invite) {
  std::string wanted;
  if (const auto preferred = asserted_identity(invite, HeaderName::p_preferred_identity)) {
    wanted = normalise_number(user_of(preferred->uri));
  } else if (const auto from = invite.from()) {
    wanted = normalise_number(user_of(from->uri));
  }
  const Did* shown = config.did(caller.tenant, wanted);
  if (shown == nullptr || shown->target != "ext:" + caller.extension) {
    shown = number_of_extension(config, caller.tenant, caller.extension);
  }
  return shown == nullptr ? caller.extension : shown->number;
}

std::string address(const std::string& display_name, std::string_view uri) {
  NameAddr out;
  out.display_name = display_name;
  if (auto parsed = sip::Uri::parse(uri)) out.uri = std::move(*parsed);
  return out.to_string();
}

// The trunk's identity with another user part.
std::string uri_at_trunk(const Trunk& trunk, const std::string& user) {
  Trunk named;
  named.host = trunk.host;
  named.tls = trunk.tls;
  named.uri_style = trunk.uri_style;
  named.username = user;
  return registered_identity(named);
}

}  // namespace

CallerIdentity identify_caller(const Config& config, const Party& caller,
                               const sip::Message& invite) {
  CallerIdentity identity;
  const auto from = invite.from();
  if (from) identity.display_name = from->display_name();
  identity.withheld =
      privacy_asks(invite, "id") || privacy_asks(invite, "user") || privacy_asks(invite, "header");
  if (identity.withheld || privacy_asks(invite, "none")) {
    identity.privacy = invite.header(HeaderName::privacy).value_or("");
  }
  if (!caller.trunk) {
    identity.user = caller.extension;
    identity.outward_user = number_of(config, caller, invite);
    identity.asserted = true;
    return identity;
  }
  if (from) identity.user = identity.outward_user = user_of(from->uri);
  const Trunk* trunk = config.trunk(*caller.trunk);
  if (trunk == nullptr || !trunk->identity_trust) return identity;
  if (const auto asserted = asserted_identity(invite, HeaderName::p_asserted_identity)) {
    identity.user = identity.outward_user = user_of(asserted->uri);
    if (!asserted->display_name.empty()) identity.display_name = asserted->display_name;
    identity.asserted = true;
  }
  return identity;
}

CallerIdentity as_shown_to(const Trunk& trunk, CallerIdentity caller) {
  if (!trunk.caller_id.empty()) caller.outward_user = trunk.caller_id;
  caller.outward_user = format_number(caller.outward_user, trunk.number_format, trunk.country_code);
  switch (trunk.privacy) {
    case PrivacyUse::as_asked:
      break;
    case PrivacyUse::always:
      if (!caller.withheld) caller.privacy = "id";  // RFC 3325 §9.3
      caller.withheld = true;
      break;
    case PrivacyUse::ignore:
      caller.withheld = false;
      caller.privacy.clear();
      break;
  }
  return caller;
}

std::string from_towards_extension(const CallerIdentity& caller, const Tenant& tenant,
                                   sip::Scheme scheme) {
  if (caller.withheld) return std::string(kAnonymous);
  NameAddr from;
  from.display_name = caller.display_name;
  from.uri = sip::Uri(scheme, caller.user, tenant.domain);
  return from.to_string();
}

std::string from_towards_trunk(const CallerIdentity& caller, const Trunk& trunk) {
  if (caller.withheld) return std::string(kAnonymous);
  const bool own_account = trunk.identity_send != IdentityHeader::from && !trunk.username.empty();
  return address(caller.display_name,
                 uri_at_trunk(trunk, own_account ? trunk.username : caller.outward_user));
}

void add_identity_towards_extension(const CallerIdentity& caller, const Tenant& tenant,
                                    sip::OutgoingMessage& invite) {
  if (!caller.privacy.empty()) invite.add(HeaderName::privacy, caller.privacy);
  if (!caller.asserted || caller.withheld || caller.user.empty()) return;  // R160
  NameAddr value;
  value.display_name = caller.display_name;
  value.uri = sip::Uri(sip::Scheme::sip, caller.user, tenant.domain);
  invite.add(HeaderName::p_asserted_identity, value.to_string());
}

void add_identity_towards_trunk(const CallerIdentity& caller, const Trunk& trunk,
                                sip::OutgoingMessage& invite) {
  if (!caller.privacy.empty()) invite.add(HeaderName::privacy, caller.privacy);
  // R160: who is not trusted is not told what the caller withholds.
  if (caller.withheld && !trunk.identity_trust) return;
  if (!caller.asserted || caller.outward_user.empty()) return;
  const std::string value = address(caller.display_name, uri_at_trunk(trunk, caller.outward_user));
  switch (trunk.identity_send) {
    case IdentityHeader::pai:
      invite.add(HeaderName::p_asserted_identity, value);
      return;
    case IdentityHeader::ppi:
      invite.add(HeaderName::p_preferred_identity, value);
      return;
    case IdentityHeader::from:
      return;
  }
}

}  // namespace ringfence::sip_core
