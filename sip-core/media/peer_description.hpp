// PeerDescription: what one peer said in an offer or answer, as the gate let it through: the one
// audio line that is carried, without addresses, keys or anything else of the peer's inside, and
// beside it what only we need. Values; move-only, because of the key.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "runtime/boxed.hpp"
#include "runtime/socket_address.hpp"
#include "sip-core/sdp/crypto_attribute.hpp"
#include "sip-core/sdp/media_description.hpp"

namespace ringfence::sip_core {

// An m-line as it must be repeated in its place, rejected or not (RFC 3264 §6, §8).
struct LineOutline {
  std::string kind;
  std::string profile;
  std::vector<std::string> formats;

  bool operator==(const LineOutline&) const = default;
};

struct PeerDescription {
  std::vector<LineOutline> lines;  // every m-line, in order
  std::size_t audio_index = 0;
  // Formats, bandwidths and attributes that pass unchanged. No port, connection, crypto, direction.
  sdp::MediaDescription audio;
  sdp::Profile profile = sdp::Profile::rtp_avp;
  sdp::Direction direction = sdp::Direction::sendrecv;  // as the peer sees it
  std::optional<IpAddress> address;                     // absent: 0.0.0.0, nothing is sent there
  Port rtp_port = 0;
  Port rtcp_port = 0;
  bool rtcp_mux = false;
  std::uint8_t telephone_event_type = 0;
  std::optional<sdp::CryptoAttribute> crypto;  // the key that the peer encrypts with

  PeerDescription copy() const;
  // Nothing of it is new: a refresh of the session and no offer (RFC 4028 §7.4).
  bool says_the_same_as(const PeerDescription& other) const;
};

// What we said on a leg.
struct OwnDescription {
  std::string body;
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
  std::vector<LineOutline> lines;
  std::size_t audio_index = 0;
  sdp::Profile profile = sdp::Profile::rtp_avp;
  sdp::Direction direction = sdp::Direction::sendrecv;  // as we see it
  bool rtcp_mux = false;
  std::optional<sdp::CryptoAttribute> crypto;  // the key that we encrypt with
  // Beside it, while our offer is open: the keys of the other suites that it names.
  Boxed<std::vector<sdp::CryptoAttribute>> alternatives;
  // SRTP is offered or agreed. Without `crypto`: of a restored call, whose key is not known.
  bool secured = false;

  // The suites of our keys.
  std::vector<sdp::CryptoSuite> suites() const;
  // That of our keys which the peer's key goes with; nullptr: none. `renumbered`: whatever its tag.
  const sdp::CryptoAttribute* key_beside(const sdp::CryptoAttribute& peers,
                                         bool renumbered = false) const;
  OwnDescription copy() const;
};

}  // namespace ringfence::sip_core
