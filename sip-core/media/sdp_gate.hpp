// The gate: every offer and every answer of every leg passes here, early, late, re-offered or
// forked alike. read_… turns a peer's SDP into what may pass, or refuses it; write_… makes our own
// SDP for a leg from what the other leg's peer said. Codecs pass unchanged; addresses, keys,
// candidates and fingerprints never do. protect() is the only maker of a leg's protection, and has
// nothing plain to give where SRTP is demanded. Pure; keys come from `random`, and stay in SDP
// bodies and SecretBytes.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/random.hpp"
#include "sip-core/engine/action.hpp"
#include "sip-core/media/address_rule.hpp"
#include "sip-core/media/gate_refusal.hpp"
#include "sip-core/media/leg_policy.hpp"
#include "sip-core/media/peer_description.hpp"
#include "sip-core/sdp/session_description.hpp"

namespace ringfence::sip_core {

// Where a leg's media reaches us.
struct LegPort {
  IpAddress advertised;
  Port rtp_port = 0;
};

// `previous`: what we said on this leg before; nullptr at its beginning. `terms`: of the leg's
// trunk; nullptr: none in particular.
std::expected<PeerDescription, GateRefusal> read_offer(const sdp::SessionDescription& offer,
                                                       SrtpDemand demand, const AddressRule& rule,
                                                       const OwnDescription* previous,
                                                       const MediaTerms* terms = nullptr);
std::expected<PeerDescription, GateRefusal> read_answer(const sdp::SessionDescription& answer,
                                                        SrtpDemand demand, const AddressRule& rule,
                                                        const OwnDescription& offer,
                                                        const MediaTerms* terms = nullptr);

// Whether `terms` leave a codec of what `source` said. write_offer() leaves out the others, and
// passes them all where none would be left.
bool has_codec_for(const PeerDescription& source, const MediaTerms* terms);
OwnDescription write_offer(const PeerDescription& source, OfferForm form, const LegPort& port,
                           const OwnDescription* previous, Random& random,
                           const MediaTerms* terms = nullptr);
// `source`: the other leg's answer; `offer`: this peer's.
OwnDescription write_answer(const PeerDescription& source, const PeerDescription& offer,
                            const LegPort& port, const OwnDescription* previous, Random& random,
                            const MediaTerms* terms = nullptr);
// Every stream of the offer rejected (RFC 3264 §6): T.38 or video alone, in a call.
std::string write_rejection(const sdp::SessionDescription& offer, const OwnDescription& previous,
                            const LegPort& port);

// Absent: SRTP is demanded and not agreed, and the call must end.
std::optional<MediaProtection> protect(SrtpDemand demand, const OwnDescription& own,
                                       const PeerDescription& peer);

// Our own body without key material, for the store; and what can be known again from it, if there
// was one.
std::string without_keys(const OwnDescription& own);
std::optional<OwnDescription> restore_own(std::string_view stored, std::uint64_t session_id,
                                          std::uint64_t version);
// Of a restored call: a peer's codecs, known again from what we told the other leg of them. It has
// neither address nor key: others may be offered it, media cannot be set by it.
std::optional<PeerDescription> recall_peer(const OwnDescription& told);
// The form in which a secured leg is offered again.
OfferForm form_of(const OwnDescription& own);
// The keys of an offer that was answered plain are forgotten.
void settle(OwnDescription& own, const PeerDescription& peer);

}  // namespace ringfence::sip_core
