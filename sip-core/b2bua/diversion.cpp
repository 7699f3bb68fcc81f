#include "sip-core/b2bua/diversion.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "sip-core/b2bua/number_of_extension.hpp"
#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;
using sip::NameAddr;

constexpr std::size_t kMaxValues = 10;
constexpr std::array<std::string_view, 10> kParameters = {
    "reason", "counter", "limit", "privacy", "screen", "index", "rc", "mp", "np", "extension"};
constexpr std::array<std::string_view, 2> kUriHeaders = {"reason", "privacy"};  // RFC 7044 §5

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names, std::string_view name) {
  return std::ranges::any_of(names,
                             [&](std::string_view n) { return sip::equal_without_case(n, name); });
}

bool carries(const Config& config, const Party& party) {
  if (!party.trunk) return true;
  const Trunk* trunk = config.trunk(*party.trunk);
  return trunk != nullptr && trunk->diversion == DiversionPolicy::pass;
}

bool is_of_tenant(const Config& config, TenantId tenant, const std::string& user) {
  if (config.extension(tenant, user) != nullptr) return true;
  return config.did(tenant, normalise_number(user)) != nullptr;
}

// The user part as the called side may see it; empty: not at all.
std::string user_towards(const Config& config, const Party& caller, const Party& called,
                         const std::string& user) {
  if (user.empty() || (!caller.trunk && !is_of_tenant(config, caller.tenant, user))) return {};
  if (!called.trunk || config.extension(caller.tenant, user) == nullptr) return user;
  const Did* did = number_of_extension(config, caller.tenant, user);
  return did == nullptr ? std::string() : did->number;
}

void add_uri_header(sip::Uri& uri, const sip::ParameterView& header) {
  if (!uri.headers.empty()) uri.headers += '&';
  uri.headers += header.name;
  uri.headers += '=';
  uri.headers += header.value.value_or("");
}

NameAddr rewritten(const NameAddr& from, const std::string& user, const std::string& host) {
  NameAddr out;
  out.uri = sip::Uri(sip::Scheme::sip, user, host);
  std::string_view headers = from.uri.headers;
  while (const auto header = sip::take_uri_header(headers)) {
    if (is_one_of(kUriHeaders, header->name)) add_uri_header(out.uri, *header);
  }
  for (const sip::ParameterView& parameter : from.parameters.view()) {
    if (is_one_of(kParameters, parameter.name)) out.parameters.set(parameter);
  }
  return out;
}

}  // namespace

std::string diversion_host(const Config& config, const Party& called) {
  if (!carries(config, called)) return {};
  if (called.trunk) return config.trunk(*called.trunk)->host;
  const Tenant* tenant = config.tenant(called.tenant);
  return tenant == nullptr ? std::string() : tenant->domain;
}

void pass_diversion(const Config& config, const Party& caller, const sip::Message& invite,
                    const Party& called, sip::OutgoingMessage& to) {
  const std::string host = diversion_host(config, called);
  if (host.empty() || !carries(config, caller)) return;
  for (const HeaderName name : {HeaderName::diversion, HeaderName::history_info}) {
    const auto values = invite.addresses(name);
    if (!values || values->size() > kMaxValues) continue;
    for (const NameAddr& value : *values) {
      const std::string user = user_towards(config, caller, called, value.uri.decoded_user());
      if (!user.empty()) to.add(name, rewritten(value, user, host).to_string());
    }
  }
}

std::optional<Referrer> referrer(const Config& config, const Party& by,
                                 const sip::Message& request) {
  const auto values = request.addresses(HeaderName::referred_by);
  if (!values || values->size() != 1) return std::nullopt;
  std::string user = values->front().uri.decoded_user();
  if (user.empty() || (!by.trunk && !is_of_tenant(config, by.tenant, user))) return std::nullopt;
  return Referrer{by, std::move(user)};
}

void pass_referred_by(const Config& config, const Referrer& referrer, const Party& called,
                      sip::OutgoingMessage& to) {
  const std::string host = diversion_host(config, called);
  if (host.empty() || !carries(config, referrer.party)) return;
  const std::string user = user_towards(config, referrer.party, called, referrer.user);
  if (user.empty()) return;
  NameAddr value;
  value.uri = sip::Uri(sip::Scheme::sip, user, host);
  to.add(HeaderName::referred_by, value.to_string());
}

}  // namespace ringfence::sip_core
