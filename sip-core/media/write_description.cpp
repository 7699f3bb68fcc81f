// The gate's outward half: our own SDP, from what the other leg's peer said.
#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include "sip-core/media/common_codecs.hpp"
#include "sip-core/media/sdp_gate.hpp"

namespace ringfence::sip_core {

namespace {

using sdp::CryptoAttribute;
using sdp::CryptoSuite;
using sdp::Direction;
using sdp::MediaDescription;
using sdp::Profile;
using sdp::SessionDescription;

constexpr std::uint32_t kFirstTag = 1;
constexpr std::size_t kOurAttributes = 128;  // octets

constexpr bool sends(Direction d) {
  return d == Direction::sendrecv || d == Direction::sendonly;
}
constexpr bool receives(Direction d) {
  return d == Direction::sendrecv || d == Direction::recvonly;
}
constexpr Direction direction_from(bool send, bool receive) {
  if (send) return receive ? Direction::sendrecv : Direction::sendonly;
  return receive ? Direction::recvonly : Direction::inactive;
}

// The key of this leg: kept while the leg lives, so that the receiver's roll-over counter goes on
// (R118: our address stays the same); else a fresh one.
CryptoAttribute own_key(const OwnDescription* previous, std::uint32_t tag, CryptoSuite suite,
                        const MediaTerms* terms, Random& random) {
  CryptoAttribute crypto;
  crypto.tag = tag;
  crypto.suite = suite;
  if (terms != nullptr) {
    crypto.lifetime = terms->lifetime;
    crypto.padded = !terms->unpadded_keys;
  }
  if (previous != nullptr && previous->crypto && previous->crypto->suite == suite) {
    crypto.key_and_salt = previous->crypto->key_and_salt.copy();
    crypto.mki = previous->crypto->mki;
    crypto.spelling = previous->crypto->spelling;
    return crypto;
  }
  crypto.key_and_salt = SecretBytes(sdp::info(suite).key_and_salt_octets());
  random.fill(crypto.key_and_salt.bytes());
  return crypto;
}

// What is agreed is offered again; at the beginning every suite of the terms, a key for each.
void add_keys(OwnDescription& own, const OwnDescription* previous, const MediaTerms* terms,
              Random& random) {
  std::span<const CryptoSuite> suites = sdp::kCommonSuites;
  if (terms != nullptr && !terms->suites.empty()) suites = terms->suites;
  if (previous != nullptr && previous->crypto) suites = {&previous->crypto->suite, 1};
  std::uint32_t tag = kFirstTag;
  own.crypto = own_key(previous, tag, suites.front(), terms, random);
  for (const CryptoSuite suite : suites.subspan(1)) {
    if (!own.alternatives) own.alternatives = std::vector<CryptoAttribute>();
    own.alternatives->push_back(own_key(nullptr, ++tag, suite, terms, random));
  }
}

MediaDescription rejected_line(const LineOutline& line) {
  MediaDescription media;
  media.kind_text = line.kind;
  media.profile_text = line.profile;
  media.formats = line.formats;
  media.port = 0;
  return media;
}

MediaDescription audio_line(const OwnDescription& own, const MediaDescription& codecs, Port port) {
  MediaDescription audio = codecs;
  audio.attributes.reserve(codecs.attributes.lines().size() + kOurAttributes);
  audio.port = port;
  audio.set_profile(own.profile);
  if (own.crypto) {
    audio.attributes.push_back({"crypto", sdp::write_crypto(*own.crypto)});
  }
  if (own.alternatives) {
    for (const CryptoAttribute& crypto : *own.alternatives)
      audio.attributes.push_back({"crypto", sdp::write_crypto(crypto)});
  }
  if (own.rtcp_mux) audio.attributes.push_back({"rtcp-mux", std::nullopt});
  audio.attributes.push_back({sdp::to_text(own.direction), std::nullopt});
  return audio;
}

// 3GPP TS 24.229 §7.5.2: the protection that we offer is to reach as far as the carrier's edge.
MediaDescription to_access_edge(MediaDescription codecs) {
  codecs.attributes.push_back({"3ge2ae", "requested"});
  return codecs;
}

SessionDescription frame(const OwnDescription& own, const LegPort& port) {
  SessionDescription description;
  description.connection = sdp::Connection::to(port.advertised.to_string());
  description.origin.session_id = own.session_id;
  description.origin.version = own.version;
  description.origin.address = *description.connection;
  return description;
}

// RFC 3264 §8: the version goes up by one when anything changed, and stays when nothing did.
void finish(OwnDescription& own, SessionDescription& description, const OwnDescription* previous) {
  own.body = description.to_string();
  if (previous == nullptr || own.body == previous->body) return;
  description.origin.version = ++own.version;
  own.body = description.to_string();
}

OwnDescription begin(const OwnDescription* previous, Random& random) {
  OwnDescription own;
  if (previous != nullptr) {
    own.session_id = previous->session_id;
    own.version = previous->version;
    return own;
  }
  own.session_id = random.number() >> 2;  // fits the signed 64 bits that some peers read it into
  own.version = own.session_id;
  return own;
}

void write_body(OwnDescription& own, const MediaDescription& codecs, const LegPort& port,
                const OwnDescription* previous) {
  SessionDescription description = frame(own, port);
  for (std::size_t i = 0; i < own.lines.size(); ++i) {
    description.media.push_back(i == own.audio_index ? audio_line(own, codecs, port.rtp_port)
                                                     : rejected_line(own.lines[i]));
  }
  finish(own, description, previous);
}

std::string octets_of(const std::optional<sdp::KeyIdentifier>& mki) {
  return mki ? mki->octets() : std::string();
}

}  // namespace

bool has_codec_for(const PeerDescription& source, const MediaTerms* terms) {
  return terms == nullptr || terms->codecs.empty() || in_order_of(source, terms->codecs);
}

OwnDescription write_offer(const PeerDescription& source, OfferForm form, const LegPort& port,
                           const OwnDescription* previous, Random& random,
                           const MediaTerms* terms) {
  std::optional<PeerDescription> limited;
  if (terms != nullptr && !terms->codecs.empty()) limited = in_order_of(source, terms->codecs);
  const MediaDescription& codecs = limited ? limited->audio : source.audio;
  OwnDescription own = begin(previous, random);
  own.profile = form == OfferForm::savp ? Profile::rtp_savp : Profile::rtp_avp;
  own.direction = source.direction;
  if (form != OfferForm::plain) add_keys(own, previous, terms, random);
  own.secured = own.crypto.has_value();
  if (previous != nullptr) {
    own.lines = previous->lines;
    own.audio_index = previous->audio_index;
    own.rtcp_mux = previous->rtcp_mux;
  } else {
    own.lines.resize(1);
  }
  own.lines[own.audio_index] = {"audio", std::string(to_text(own.profile)), codecs.formats};
  const bool to_edge = own.secured && terms != nullptr && terms->to_access_edge;
  write_body(own, to_edge ? to_access_edge(codecs) : codecs, port, previous);
  return own;
}

OwnDescription write_answer(const PeerDescription& source, const PeerDescription& offer,
                            const LegPort& port, const OwnDescription* previous, Random& random,
                            const MediaTerms* terms) {
  OwnDescription own = begin(previous, random);
  own.profile = offer.profile;
  own.lines = offer.lines;
  own.audio_index = offer.audio_index;
  own.rtcp_mux = offer.rtcp_mux;
  // No more than the offer allows (RFC 3264 §6.1), whatever the other leg's answer says.
  own.direction = direction_from(sends(source.direction) && receives(offer.direction),
                                 receives(source.direction) && sends(offer.direction));
  if (offer.crypto) {
    own.crypto = own_key(previous, offer.crypto->tag, offer.crypto->suite, terms, random);
    own.crypto->mki = offer.crypto->mki;  // R112: in every packet, both ways
    own.crypto->spelling = offer.crypto->spelling;
  }
  own.secured = own.crypto.has_value();
  write_body(own, source.audio, port, previous);
  return own;
}

std::string write_rejection(const SessionDescription& offer, const OwnDescription& previous,
                            const LegPort& port) {
  SessionDescription description = frame(previous, port);
  description.origin.version = previous.version + 1;
  for (const MediaDescription& media : offer.media) {
    description.media.push_back(
        rejected_line({media.kind_text, media.profile_text, media.formats}));
  }
  return description.to_string();
}

std::optional<MediaProtection> protect(SrtpDemand demand, const OwnDescription& own,
                                       const PeerDescription& peer) {
  if (own.crypto && peer.crypto) {
    const CryptoAttribute* ours = own.alternatives ? own.key_beside(*peer.crypto) : &*own.crypto;
    if (ours != nullptr) {
      return SdesSrtp{std::string(sdp::info(ours->suite).name), ours->key_and_salt.copy(),
                      peer.crypto->key_and_salt.copy(), octets_of(ours->mki),
                      octets_of(peer.crypto->mki)};
    }
  }
  const bool savp = sdp::is_sdes_srtp(own.profile) || sdp::is_sdes_srtp(peer.profile);
  if (demand == SrtpDemand::required || savp || peer.crypto) return std::nullopt;
  return PlainRtp{};
}

void settle(OwnDescription& own, const PeerDescription& peer) {
  own.secured = own.crypto.has_value() && peer.crypto.has_value();
  if (own.secured && own.alternatives) {
    const auto chosen =
        std::ranges::find(*own.alternatives, peer.crypto->suite, &CryptoAttribute::suite);
    if (chosen != own.alternatives->end()) own.crypto = std::move(*chosen);
  }
  own.alternatives.reset();
  if (!own.secured) own.crypto.reset();
}

OfferForm form_of(const OwnDescription& own) {
  if (!own.secured) return OfferForm::plain;
  return sdp::is_sdes_srtp(own.profile) ? OfferForm::savp : OfferForm::avp_with_crypto;
}

std::string without_keys(const OwnDescription& own) {
  if (!own.secured && !own.body.contains("\na=crypto")) return own.body;
  auto description = SessionDescription::parse(own.body);
  if (!description) return {};
  for (MediaDescription& media : description->media) {
    sdp::remove(media.attributes, "crypto");
    // Says that this leg is on SRTP, for restore_own().
    if (own.secured && !media.is_rejected()) media.attributes.push_back({"crypto", std::nullopt});
  }
  return description->to_string();
}

std::optional<OwnDescription> restore_own(std::string_view stored, std::uint64_t session_id,
                                          std::uint64_t version) {
  const auto description = SessionDescription::parse(stored);
  if (!description) return std::nullopt;
  OwnDescription own;
  own.session_id = session_id;
  own.version = version;
  own.body = stored;
  for (std::size_t i = 0; i < description->media.size(); ++i) {
    const MediaDescription& media = description->media[i];
    own.lines.push_back({media.kind_text, media.profile_text, media.formats});
    if (media.is_rejected()) continue;
    own.audio_index = i;
    own.profile = media.profile;
    own.direction = description->direction_of(media);
    own.rtcp_mux = media.has_rtcp_mux();
    own.secured = sdp::has(media.attributes, "crypto");
  }
  if (own.lines.empty()) own.lines.resize(1);
  return own;
}

}  // namespace ringfence::sip_core
