// The URIs that we write towards a trunk, by its transport and uri_style. Besides a Contact that
// mirrors its peer's own (b2bua/contact.hpp), the only place where transport=tls is written (R016).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/config/config.hpp"

namespace ringfence::sip_core {

// Request-URI of REGISTER: "sips:host:5061;transport=tls".
std::string registrar_uri(const Trunk& trunk);
// To and From of REGISTER: "sips:user@host".
std::string registered_identity(const Trunk& trunk);
// Request-URI of a call: "sips:number@host:5061;transport=tls".
std::string dialled_uri(const Trunk& trunk, std::string_view number);
// What we are called towards the trunk in Via and Contact: its contact_host, else the listener's
// name.
const std::string& our_host(const Trunk& trunk, const Listener& listener);
// Route of a request outside of a dialog, in angle brackets; empty without an outbound proxy.
std::string proxy_route(const Trunk& trunk);
// Routes of a call's INVITE, and where they lead first (RFC 3608 §6.1): what the registrar wants,
// behind a proxy of our own configuration.
struct CallRoute {
  std::vector<std::string> routes;   // values of Route
  std::optional<OutboundProxy> via;  // absent: where the trunk's requests go anyway
};
CallRoute call_route(const Trunk& trunk, std::span<const std::string> service_route);
// Contact towards the trunk, on the listener whose name we speak in.
std::string trunk_contact(const Trunk& trunk, const Listener& listener, std::string_view user);
// "sips" or "sip".
std::string_view trunk_scheme(const Trunk& trunk);

}  // namespace ringfence::sip_core
