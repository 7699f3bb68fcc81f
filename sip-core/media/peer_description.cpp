#include "sip-core/media/peer_description.hpp"

namespace ringfence::sip_core {

namespace {

std::optional<sdp::CryptoAttribute> copy_of(const std::optional<sdp::CryptoAttribute>& crypto) {
  if (!crypto) return std::nullopt;
  return sdp::CryptoAttribute{crypto->tag, crypto->suite, crypto->key_and_salt.copy(),
                              crypto->lifetime};
}

}  // namespace

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
