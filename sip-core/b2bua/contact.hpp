// Contact: the Contact value of our side of a leg: the listener's advertised name and port, and the
// scheme that RFC 5630 wants (R007 to R010). transport=tls is written only to a trunk whose
// uri_style has it and to a peer that writes it in its own Contact (R016 and what phones need:
// without it they send their BYE over UDP).
#pragma once

#include <string>
#include <string_view>

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::sip_core {

enum class TlsParameter : std::uint8_t { left_out, written };

// In angle brackets.
std::string make_contact(const Listener& listener, std::string_view user, sip::Scheme scheme,
                         TlsParameter tls);

// R009: whether a UAS answers an INVITE with a sips: Contact.
sip::Scheme contact_scheme_as_uas(const sip::Message& invite);
TlsParameter tls_parameter_like(std::string_view peer_contact_uri);

}  // namespace ringfence::sip_core
