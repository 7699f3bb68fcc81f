#include "sip-core/trunk/trunk_uris.hpp"

#include "sip-core/config/host_text.hpp"
#include "sip-core/message/characters.hpp"
#include "sip-core/message/escape.hpp"
#include "sip-core/message/name_addr.hpp"

namespace ringfence::sip_core {
namespace {

constexpr Port kDefaultPort = 5060;

// host[:port][;transport]
std::string hostport(const Trunk& trunk) {
  std::string text = host_text(trunk.host);
  if (trunk.tls) {
    text += ":" + std::to_string(trunk.tls_port);
    if (trunk.uri_style != UriStyle::sips) text += ";transport=tls";
    return text;
  }
  if (trunk.port != kDefaultPort) text += ":" + std::to_string(trunk.port);
  if (trunk.tcp) text += ";transport=tcp";
  return text;
}

std::optional<OutboundProxy> host_in(std::string_view route) {
  const auto parsed = sip::NameAddr::parse(route);
  if (!parsed || parsed->uri.host.empty()) return std::nullopt;
  OutboundProxy place{parsed->uri.host, std::nullopt};
  if (const auto port = parsed->uri.port) place.port = *port;
  return place;
}

}  // namespace

std::string_view trunk_scheme(const Trunk& trunk) {
  return trunk.tls && trunk.uri_style != UriStyle::sip_transport_tls ? "sips" : "sip";
}

std::string registrar_uri(const Trunk& trunk) {
  return std::string(trunk_scheme(trunk)) + ":" + hostport(trunk);
}

std::string registered_identity(const Trunk& trunk) {
  return std::string(trunk_scheme(trunk)) + ":" + sip::escape_user(trunk.username) + "@" +
         host_text(trunk.host);
}

std::string dialled_uri(const Trunk& trunk, std::string_view number) {
  return std::string(trunk_scheme(trunk)) + ":" + sip::escape_user(number) + "@" + hostport(trunk);
}

const std::string& our_host(const Trunk& trunk, const Listener& listener) {
  return trunk.contact_host.empty() ? listener.advertised_address : trunk.contact_host;
}

// RFC 3261 §8.1.1.1, §8.1.2: a pre-existing route set of one, which routes loosely.
std::string proxy_route(const Trunk& trunk) {
  if (!trunk.outbound_proxy) return {};
  Trunk proxy = trunk;
  proxy.host = trunk.outbound_proxy->host;
  proxy.port = proxy.tls_port = trunk.next_port();
  return "<" + std::string(trunk_scheme(trunk)) + ":" + hostport(proxy) + ";lr>";
}

CallRoute call_route(const Trunk& trunk, std::span<const std::string> service_route) {
  CallRoute route;
  route.routes.assign(service_route.begin(), service_route.end());
  std::optional<OutboundProxy> first;
  if (!service_route.empty()) first = host_in(service_route.front());
  const auto leads_to = [&](const std::string& host) {
    return first && sip::equal_without_case(first->host, host);
  };
  if (!trunk.outbound_proxy) {
    if (first && !leads_to(trunk.host)) route.via = first;
  } else if (!leads_to(trunk.outbound_proxy->host)) {
    route.routes.insert(route.routes.begin(), proxy_route(trunk));
  }
  return route;
}

std::string trunk_contact(const Trunk& trunk, const Listener& listener, std::string_view user) {
  const std::string before_host = user.empty() ? "" : sip::escape_user(user) + "@";
  std::string uri = std::string(trunk_scheme(trunk)) + ":" + before_host +
                    host_text(our_host(trunk, listener)) + ":" + std::to_string(listener.port);
  // A SIPS Contact says all there is to say (RFC 5630 §5.1.1); a SIP one must name its transport.
  if (trunk.tls && trunk.uri_style == UriStyle::sip_transport_tls) uri += ";transport=tls";
  if (!trunk.tls && trunk.tcp) uri += ";transport=tcp";
  return uri;
}

}  // namespace ringfence::sip_core
