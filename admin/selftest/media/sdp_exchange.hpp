// What the phones say of their media (RFC 3264, RFC 4568): one audio line, RTP/SAVP, PCMA, one key
// of AES_CM_128_HMAC_SHA1_80. What comes back is held to the same: no key, no media.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/random.hpp"
#include "runtime/result.hpp"
#include "runtime/secret.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

struct LocalMedia {
  SocketAddress rtp;  // RTCP one port higher
  SecretBytes key;    // what we send with
};

struct PeerMedia {
  SocketAddress rtp;
  SocketAddress rtcp;
  SecretBytes key;  // what the peer sends with
  std::uint32_t crypto_tag = 1;
};

SecretBytes fresh_media_key(Random& random);

std::string write_offer(const LocalMedia& local, Random& random);
// The answer to an offer whose crypto line we took.
std::string write_answer(const LocalMedia& local, std::uint32_t crypto_tag, Random& random);
// An offer or answer of the peer; the error says what an encrypted call lacks in it.
Result<PeerMedia> read_peer_media(std::string_view sdp);

}  // namespace ringfence::admin
