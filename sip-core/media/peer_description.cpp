#include "sip-core/media/peer_description.hpp"

#include <algorithm>

namespace ringfence::sip_core {

namespace {

std::optional<sdp::CryptoAttribute> copy_of(const std::optional<sdp::CryptoAttribute>& crypto) {
  if (!crypto) return std::nullopt;
  return sdp::CryptoAttribute{crypto->tag, crypto->suite, crypto->key_and_salt.copy(),
                              crypto->lifetime};
}

bool same_key(const std::optional<sdp::CryptoAttribute>& one,
              const std::optional<sdp::CryptoAttribute>& other) {
  if (!one || !other) return !one && !other;
  return one->tag == other->tag && one->suite == other->suite &&
         std::ranges::equal(one->key_and_salt.bytes(), other->key_and_salt.bytes());
}

}  // namespace

bool PeerDescription::says_the_same_as(const PeerDescription& other) const {
  return lines == other.lines && audio_index == other.audio_index &&
         audio.formats == other.audio.formats && audio.attributes == other.audio.attributes &&
         audio.bandwidths == other.audio.bandwidths && profile == other.profile &&
         direction == other.direction && address == other.address && rtp_port == other.rtp_port &&
         rtcp_port == other.rtcp_port && rtcp_mux == other.rtcp_mux &&
         same_key(crypto, other.crypto);
}

PeerDescription PeerDescription::copy() const {
  PeerDescription out;
  out.lines = lines;
  out.audio_index = audio_index;
  out.audio = audio;
  out.profile = profile;
  out.direction = direction;
  out.address = address;
  out.rtp_port = rtp_port;
  out.rtcp_port = rtcp_port;
  out.rtcp_mux = rtcp_mux;
  out.telephone_event_type = telephone_event_type;
  out.crypto = copy_of(crypto);
  return out;
}

OwnDescription OwnDescription::copy() const {
  OwnDescription out;
  out.body = body;
  out.session_id = session_id;
  out.version = version;
  out.lines = lines;
  out.audio_index = audio_index;
  out.profile = profile;
  out.direction = direction;
  out.rtcp_mux = rtcp_mux;
  out.crypto = copy_of(crypto);
  out.secured = secured;
  return out;
}

}  // namespace ringfence::sip_core
