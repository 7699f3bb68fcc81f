#include "sip-core/b2bua/contact.hpp"

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {

namespace {

bool is_sips(std::string_view uri) {
  const auto parsed = sip::UriView::parse(uri);
  return parsed && parsed->scheme == sip::Scheme::sips;
}

}  // namespace

std::string make_contact(const Listener& listener, std::string_view user, sip::Scheme scheme,
                         TlsParameter tls) {
  const auto address = IpAddress::parse(listener.advertised_address);
  sip::Uri uri(scheme, user, address ? address->in_brackets() : listener.advertised_address,
               listener.port);
  if (scheme == sip::Scheme::sip) {
    if (listener.transport == TransportKind::tcp) uri.parameters.set("transport", "tcp");
    if (listener.transport == TransportKind::tls && tls == TlsParameter::written) {
      uri.parameters.set("transport", "tls");
    }
  }
  return "<" + uri.to_string() + ">";
}

sip::Scheme contact_scheme_as_uas(const sip::Message& invite) {
  bool secure = is_sips(invite.request_uri_text());
  const auto routes = invite.addresses(sip::HeaderName::record_route);
  if (routes && !routes->empty()) {
    secure = secure || routes->front().uri.scheme == sip::Scheme::sips;
  } else if (const auto contact = invite.contact()) {
    secure = secure || contact->uri.scheme == sip::Scheme::sips;
  }
  return secure ? sip::Scheme::sips : sip::Scheme::sip;
}

TlsParameter tls_parameter_like(std::string_view peer_contact_uri) {
  const auto uri = sip::Uri::parse(peer_contact_uri);
  const bool written = uri && uri->transport() && sip::equal_without_case(*uri->transport(), "tls");
  return written ? TlsParameter::written : TlsParameter::left_out;
}

}  // namespace ringfence::sip_core
