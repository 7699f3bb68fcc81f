// Diversion and History-Info (RFC 5806, RFC 7044): by which numbers a call came; Referred-By (RFC
// 3892): who sent it on. Carried from one leg to the other where both trunks allow it, with the
// numbers kept and every host replaced, so that neither side learns the other's addresses. Pure.
#pragma once

#include <optional>
#include <string>

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

// Adds to `to` what `invite`, which came from `caller`, may tell `called`. An extension may name
// numbers of its own tenant only. Malformed fields are left out.
void pass_diversion(const Config& config, const Party& caller, const sip::Message& invite,
                    const Party& called, sip::OutgoingMessage& to);

// Who refers, and in whose name: a user or number that `party` may name.
struct Referrer {
  Party party;
  std::string user;
};
// What the Referred-By of a REFER or INVITE of `by`'s says, if there is one that counts: an
// extension names users and numbers of its own tenant only.
std::optional<Referrer> referrer(const Config& config, const Party& by,
                                 const sip::Message& request);
// As far as `called` may hear it. A signed body (parameter cid) stays behind: what is left of the
// field is not what was signed.
void pass_referred_by(const Config& config, const Referrer& referrer, const Party& called,
                      sip::OutgoingMessage& to);

// The host that stands for all others towards that party; empty: it is to hear nothing of this.
std::string diversion_host(const Config& config, const Party& called);

}  // namespace ringfence::sip_core
