// The gate's inward half: from a peer's SDP to what may pass.
#include <algorithm>
#include <array>

#include "sip-core/media/common_codecs.hpp"
#include "sip-core/media/sdp_gate.hpp"

namespace ringfence::sip_core {

namespace {

using sdp::CryptoLines;
using sdp::Direction;
using sdp::MediaDescription;
using sdp::MediaKind;
using sdp::Profile;
using sdp::SessionDescription;

// What of an audio line concerns codecs and nothing else. Whatever is not named stays behind:
// candidates, fingerprints, ssrc, mid, crypto, rtcp.
constexpr std::array<std::string_view, 5> kPassing = {"rtpmap", "fmtp", "ptime", "maxptime",
                                                      "silenceSupp"};

std::unexpected<GateRefusal> refuse(GateFault fault, std::string_view reason) {
  return std::unexpected(GateRefusal{fault, reason});
}

bool is_carried(const MediaDescription& media) {
  return media.kind == MediaKind::audio && !media.is_rejected() && !media.formats.empty() &&
         !sdp::is_dtls_srtp(media.profile) && media.profile != Profile::other;
}

MediaDescription cleaned(const MediaDescription& media) {
  MediaDescription out;
  out.formats = media.formats;
  out.bandwidths = media.bandwidths;
  out.attributes.reserve(media.attributes.lines().size());
  for (auto attribute = media.attributes.begin(); attribute != media.attributes.end();
       ++attribute) {
    if (std::ranges::find(kPassing, attribute->name) != kPassing.end()) {
      out.attributes.push_clean_line(attribute.line());
    }
  }
  return out;
}

std::vector<LineOutline> outlines(const SessionDescription& description) {
  std::vector<LineOutline> lines;
  lines.reserve(description.media.size());
  for (const MediaDescription& media : description.media) {
    lines.push_back({media.kind_text, media.profile_text, media.formats});
  }
  return lines;
}

std::uint8_t telephone_event(const MediaDescription& media) {
  for (const sdp::RtpMap& map : media.rtpmaps()) {
    if (map.encoding == "telephone-event") return map.payload_type;
  }
  return 0;
}

Port rtcp_port_of(const MediaDescription& media) {
  if (media.has_rtcp_mux()) return media.port;
  if (const auto rtcp = media.rtcp(); rtcp && rtcp->port != 0) return rtcp->port;
  return media.port == UINT16_MAX ? media.port : static_cast<Port>(media.port + 1);
}

// c=0.0.0.0 is the hold of RFC 2543 (RFC 3264 §8.4): the peer hears nothing.
Direction held(Direction direction) {
  switch (direction) {
    case Direction::sendrecv:
    case Direction::sendonly:
      return Direction::sendonly;
    case Direction::recvonly:
    case Direction::inactive:
      break;
  }
  return Direction::inactive;
}

bool take_address(const SessionDescription& description, const MediaDescription& media,
                  const AddressRule& rule, PeerDescription& peer) {
  const sdp::Connection* connection = description.connection_of(media);
  if (connection == nullptr || connection->net_type != "IN") return false;
  const auto address = IpAddress::parse(connection->address);  // a name is not looked up (F088)
  if (!address) return false;
  if (address->is_unspecified()) {
    peer.direction = held(peer.direction);
    return true;
  }
  if (!rule.permits(*address, peer.rtp_port) || !rule.permits(*address, peer.rtcp_port)) {
    return false;
  }
  peer.address = *address;
  return true;
}

std::expected<PeerDescription, GateRefusal> describe_audio(const SessionDescription& description,
                                                           std::size_t index,
                                                           const AddressRule& rule) {
  const MediaDescription& media = description.media[index];
  PeerDescription peer;
  peer.lines = outlines(description);
  peer.audio_index = index;
  peer.audio = cleaned(media);
  peer.profile = media.profile;
  peer.direction = description.direction_of(media);
  peer.rtp_port = media.port;
  peer.rtcp_port = rtcp_port_of(media);
  peer.rtcp_mux = media.has_rtcp_mux();
  peer.telephone_event_type = telephone_event(media);
  if (!take_address(description, media, rule, peer)) return refuse(GateFault::address, "address");
  return peer;
}

// Some peers offer the stream twice, secured and in clear: the line that the leg is to have. The
// other is refused with port 0.
std::vector<MediaDescription>::const_iterator preferred_audio(const SessionDescription& offer,
                                                              SrtpDemand demand) {
  const bool wanted = demand != SrtpDemand::off;
  const auto fits = [wanted](const MediaDescription& media) {
    return is_carried(media) && sdp::has(media.attributes, "crypto") == wanted;
  };
  const auto found = std::ranges::find_if(offer.media, fits);
  return found != offer.media.end() ? found : std::ranges::find_if(offer.media, is_carried);
}

std::expected<std::size_t, GateRefusal> choose_audio(const SessionDescription& offer,
                                                     SrtpDemand demand,
                                                     const OwnDescription* previous) {
  const auto& media = offer.media;
  if (previous != nullptr && media.size() < previous->lines.size()) {
    return refuse(GateFault::lines, "lines");  // RFC 3264 §8: never fewer
  }
  if (previous != nullptr && previous->audio_index < media.size() &&
      is_carried(media[previous->audio_index])) {
    return previous->audio_index;
  }
  const auto first = preferred_audio(offer, demand);
  if (first != media.end()) return static_cast<std::size_t>(first - media.begin());
  const bool dtls = std::ranges::any_of(media, [](const MediaDescription& m) {
    return m.kind == MediaKind::audio && !m.is_rejected() && sdp::is_dtls_srtp(m.profile);
  });
  if (dtls) return refuse(GateFault::profile, "profile");
  return refuse(GateFault::no_audio, "no_audio");
}

bool same_key(const SecretBytes& a, const SecretBytes& b) {
  return std::ranges::equal(a.bytes(), b.bytes());
}

GateRefusal want_of_crypto(const CryptoLines& lines, const OwnDescription* previous) {
  if (!lines.refused.empty()) {
    return {GateFault::bad_crypto, sdp::reason(lines.refused.front())};
  }
  if (previous != nullptr && previous->secured) {
    return {GateFault::downgrade, "downgrade_midcall"};
  }
  return {GateFault::no_crypto, "no_crypto"};
}

std::span<const sdp::CryptoSuite> allowed_by(const MediaTerms* terms) {
  if (terms == nullptr || terms->suites.empty()) return sdp::kCommonSuites;
  return terms->suites;
}

std::expected<void, GateRefusal> take_offered_key(const MediaDescription& media, SrtpDemand demand,
                                                  const OwnDescription* previous,
                                                  const MediaTerms* terms, PeerDescription& peer) {
  CryptoLines lines = sdp::crypto_lines(media, allowed_by(terms));
  const bool savp = sdp::is_sdes_srtp(media.profile);
  if (demand == SrtpDemand::off) {
    if (savp) return refuse(GateFault::profile, "srtp_off");
    return {};
  }
  if (lines.acceptable.empty()) {
    if (savp || demand == SrtpDemand::required) {
      return std::unexpected(want_of_crypto(lines, previous));
    }
    return {};
  }
  peer.crypto = std::move(lines.acceptable.front());
  const bool echoed = previous != nullptr && previous->crypto &&
                      same_key(peer.crypto->key_and_salt, previous->crypto->key_and_salt);
  if (echoed) return refuse(GateFault::key_reuse, "key_reuse");
  return {};
}

std::expected<void, GateRefusal> check_answered_profile(const MediaDescription& media,
                                                        const OwnDescription& offer) {
  const bool savp = sdp::is_sdes_srtp(media.profile);
  const bool plain = media.profile == Profile::rtp_avp || media.profile == Profile::rtp_avpf;
  if (!savp && !plain) return refuse(GateFault::profile, "profile");
  if (sdp::is_sdes_srtp(offer.profile) && plain) return refuse(GateFault::profile, "avp_answer");
  if (savp && !offer.crypto) return refuse(GateFault::profile, "savp_answer");
  return {};
}

std::expected<void, GateRefusal> take_answered_key(const MediaDescription& media, SrtpDemand demand,
                                                   const OwnDescription& offer,
                                                   const MediaTerms* terms, PeerDescription& peer) {
  if (!offer.crypto) return {};
  CryptoLines lines = sdp::crypto_lines(media, offer.suites());
  if (!lines.present()) {
    if (demand == SrtpDemand::required || sdp::is_sdes_srtp(media.profile)) {
      return refuse(GateFault::no_crypto, "no_crypto");
    }
    return {};  // RFC 8643: a plain answer to an opportunistic offer
  }
  if (lines.acceptable.size() + lines.refused.size() != 1) return refuse(GateFault::tag, "tag");
  if (lines.acceptable.empty()) {
    return refuse(GateFault::bad_crypto, sdp::reason(lines.refused.front()));
  }
  sdp::CryptoAttribute& crypto = lines.acceptable.front();
  const bool renumbered = terms != nullptr && terms->renumbered_tag;
  const sdp::CryptoAttribute* ours = offer.key_beside(crypto, renumbered);
  if (ours == nullptr) return refuse(GateFault::tag, "tag");
  if (same_key(crypto.key_and_salt, ours->key_and_salt)) {
    return refuse(GateFault::key_reuse, "key_reuse");
  }
  crypto.tag = ours->tag;  // from here on it names the key of ours that it goes with
  peer.crypto = std::move(crypto);
  return {};
}

}  // namespace

std::expected<PeerDescription, GateRefusal> read_offer(const SessionDescription& offer,
                                                       SrtpDemand demand, const AddressRule& rule,
                                                       const OwnDescription* previous,
                                                       const MediaTerms* terms) {
  const auto index = choose_audio(offer, demand, previous);
  if (!index) return std::unexpected(index.error());
  auto peer = describe_audio(offer, *index, rule);
  if (!peer) return peer;
  const auto key = take_offered_key(offer.media[*index], demand, previous, terms, *peer);
  if (!key) return std::unexpected(key.error());
  if (terms == nullptr || terms->codecs.empty()) return peer;
  auto limited = in_order_of(*peer, terms->codecs);
  if (!limited) return refuse(GateFault::no_audio, "codec");
  return std::move(*limited);
}

std::expected<PeerDescription, GateRefusal> read_answer(const SessionDescription& answer,
                                                        SrtpDemand demand, const AddressRule& rule,
                                                        const OwnDescription& offer,
                                                        const MediaTerms* terms) {
  if (answer.media.size() <= offer.audio_index) return refuse(GateFault::lines, "lines");
  const MediaDescription& media = answer.media[offer.audio_index];
  if (media.kind != MediaKind::audio || media.is_rejected() || media.formats.empty()) {
    return refuse(GateFault::no_audio, "no_audio");
  }
  if (const auto profile = check_answered_profile(media, offer); !profile) {
    return std::unexpected(profile.error());
  }
  auto peer = describe_audio(answer, offer.audio_index, rule);
  if (!peer) return peer;
  peer->rtcp_mux = peer->rtcp_mux && offer.rtcp_mux;  // RFC 5761: only where it was offered
  if (!peer->rtcp_mux && media.has_rtcp_mux()) {
    peer->rtcp_port =
        static_cast<Port>(peer->rtp_port == UINT16_MAX ? peer->rtp_port : peer->rtp_port + 1);
  }
  if (const auto key = take_answered_key(media, demand, offer, terms, *peer); !key) {
    return std::unexpected(key.error());
  }
  return peer;
}

std::optional<PeerDescription> recall_peer(const OwnDescription& told) {
  const auto description = SessionDescription::parse(told.body);
  if (!description || told.audio_index >= description->media.size()) return std::nullopt;
  const MediaDescription& media = description->media[told.audio_index];
  if (media.formats.empty()) return std::nullopt;
  PeerDescription peer;
  peer.lines = {{media.kind_text, media.profile_text, media.formats}};
  peer.audio = cleaned(media);
  peer.telephone_event_type = telephone_event(media);
  return peer;
}

}  // namespace ringfence::sip_core
