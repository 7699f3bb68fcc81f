#include "sip-core/media/peer_description.hpp"

#include <algorithm>

namespace ringfence::sip_core {

namespace {

sdp::CryptoAttribute copy_of(const sdp::CryptoAttribute& crypto) {
  return {crypto.tag,    crypto.suite,   crypto.key_and_salt.copy(), crypto.lifetime, crypto.mki,
          crypto.padded, crypto.spelling};
}

std::optional<sdp::CryptoAttribute> copy_of(const std::optional<sdp::CryptoAttribute>& crypto) {
  if (!crypto) return std::nullopt;
  return copy_of(*crypto);
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
  if (alternatives) {
    out.alternatives = std::vector<sdp::CryptoAttribute>();
    for (const sdp::CryptoAttribute& one : *alternatives)
      out.alternatives->push_back(copy_of(one));
  }
  out.secured = secured;
  return out;
}

std::vector<sdp::CryptoSuite> OwnDescription::suites() const {
  std::vector<sdp::CryptoSuite> all;
  if (crypto) all.push_back(crypto->suite);
  if (!alternatives) return all;
  for (const sdp::CryptoAttribute& one : *alternatives)
    all.push_back(one.suite);
  return all;
}

const sdp::CryptoAttribute* OwnDescription::key_beside(const sdp::CryptoAttribute& peers,
                                                       bool renumbered) const {
  const auto fits = [&](const sdp::CryptoAttribute& ours) {
    return (renumbered || ours.tag == peers.tag) && ours.suite == peers.suite;
  };
  if (crypto && fits(*crypto)) return &*crypto;
  if (!alternatives) return nullptr;
  const auto found = std::ranges::find_if(*alternatives, fits);
  return found == alternatives->end() ? nullptr : &*found;
}

}  // namespace ringfence::sip_core
