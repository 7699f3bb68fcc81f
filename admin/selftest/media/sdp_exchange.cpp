#include "admin/selftest/media/sdp_exchange.hpp"

#include <algorithm>

#include "admin/selftest/media/rtp_packet.hpp"
#include "admin/selftest/media/srtp_pair.hpp"
#include "sip-core/sdp/crypto_attribute.hpp"
#include "sip-core/sdp/session_description.hpp"

namespace ringfence::admin {
namespace {

namespace sdp = sip_core::sdp;

constexpr auto kSuite = sdp::CryptoSuite::aes_cm_128_hmac_sha1_80;

std::string write(const LocalMedia& local, std::uint32_t crypto_tag, Random& random) {
  sdp::SessionDescription description;
  const sdp::Connection connection = sdp::Connection::to(local.rtp.ip.to_string());
  // 62 bits, so that every reader's integer holds it.
  description.origin.session_id = random.number() >> 2;
  description.origin.version = 1;
  description.origin.address = connection;
  description.connection = connection;
  sdp::MediaDescription audio;
  audio.port = local.rtp.port;
  audio.set_profile(sdp::Profile::rtp_savp);
  audio.formats = {std::to_string(kPayloadTypePcma)};
  audio.attributes = {{"rtpmap", "8 PCMA/8000"}, {"ptime", "20"}, {"sendrecv", std::nullopt}};
  if (const auto crypto = sdp::make_crypto(crypto_tag, kSuite, local.key.copy())) {
    audio.attributes.push_back({"crypto", sdp::write_crypto(*crypto)});
  }
  description.media.push_back(std::move(audio));
  return description.to_string();
}

Result<SocketAddress> address_of(const sdp::Connection& connection, std::uint16_t port) {
  const auto ip = IpAddress::parse(connection.address);
  if (!ip) return fail("its SDP names no numeric address");
  return SocketAddress{*ip, port};
}

Result<SecretBytes> key_of(const sdp::MediaDescription& audio, std::uint32_t& tag) {
  sdp::CryptoLines lines = sdp::crypto_lines(audio);
  for (sdp::CryptoAttribute& line : lines.acceptable) {
    if (line.suite != kSuite) continue;
    tag = line.tag;
    return std::move(line.key_and_salt);
  }
  return fail("its SDP has no crypto line of AES_CM_128_HMAC_SHA1_80");
}

}  // namespace

SecretBytes fresh_media_key(Random& random) {
  SecretBytes key(kMasterKeyAndSalt);
  random.fill(key.bytes());
  return key;
}

std::string write_offer(const LocalMedia& local, Random& random) {
  return write(local, 1, random);
}

std::string write_answer(const LocalMedia& local, std::uint32_t crypto_tag, Random& random) {
  return write(local, crypto_tag, random);
}

Result<PeerMedia> read_peer_media(std::string_view text) {
  const auto description = sdp::SessionDescription::parse(text);
  if (!description) {
    return fail("its SDP cannot be read: " + std::string(sdp::describe(description.error().code)));
  }
  const auto audio = std::ranges::find_if(description->media, [](const auto& m) {
    return m.kind == sdp::MediaKind::audio && !m.is_rejected();
  });
  if (audio == description->media.end()) return fail("its SDP has no audio");
  if (audio->profile != sdp::Profile::rtp_savp) {
    return fail("its SDP says " + audio->profile_text + " instead of RTP/SAVP");
  }
  const auto payload_types = audio->payload_types();
  if (std::ranges::find(payload_types, kPayloadTypePcma) == payload_types.end()) {
    return fail("its SDP does not name PCMA");
  }
  PeerMedia peer;
  auto key = key_of(*audio, peer.crypto_tag);
  if (!key) return std::unexpected(key.error());
  peer.key = std::move(*key);
  const auto rtp = address_of(*description->connection_of(*audio), audio->port);
  if (!rtp) return std::unexpected(rtp.error());
  peer.rtp = *rtp;
  peer.rtcp = {rtp->ip, static_cast<Port>(rtp->port + 1)};
  if (const auto rtcp = audio->rtcp()) {
    peer.rtcp.port = rtcp->port;
    if (rtcp->connection) {
      const auto elsewhere = address_of(*rtcp->connection, rtcp->port);
      if (!elsewhere) return std::unexpected(elsewhere.error());
      peer.rtcp = *elsewhere;
    }
  }
  return peer;
}

}  // namespace ringfence::admin
