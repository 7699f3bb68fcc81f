// LegDescription: one leg of a session as sip-core asked for it, in types that offer only what is
// legal: a leg is plain RTP or SRTP with our key, and nothing turns the second into the first.
#pragma once

#include <chrono>
#include <optional>
#include <variant>

#include "media-worker/rtp/clock_rates.hpp"
#include "media-worker/rtp/telephone_events.hpp"
#include "media-worker/srtp/crypto_suite.hpp"
#include "media-worker/srtp/mki.hpp"
#include "runtime/secret.hpp"
#include "runtime/socket_address.hpp"
#include "runtime/strong_type.hpp"

namespace ringfence::media_worker {

using LeaseId = Strong<std::uint64_t, struct LeaseIdTag>;
using SessionId = Strong<std::uint64_t, struct SessionIdTag>;

struct PlainRtp {};
struct SdesSrtp {
  const CryptoSuite* suite = nullptr;  // never null once described
  SecretBytes send_key_salt;
  SecretBytes receive_key_salt;  // empty until the peer's answer came
  Mki send_mki{};
  Mki receive_mki{};
};
using Protection = std::variant<PlainRtp, SdesSrtp>;

enum class Flow : std::uint8_t { open, held };
enum class LatchPolicy : std::uint8_t { negotiated_only, follow_source };

struct LegDescription {
  LeaseId lease;
  std::optional<SocketAddress> remote_rtp;   // none: nothing is sent
  std::optional<SocketAddress> remote_rtcp;  // none: no RTCP is sent
  Protection protection;
  Flow to_peer = Flow::open;
  Flow from_peer = Flow::open;
  LatchPolicy latch = LatchPolicy::negotiated_only;
  EventFormat events;
  ClockRates clock_rates;  // of what this peer sends; events have none

  // RFC 5761 §5.1.1: RTP and RTCP on one port.
  bool multiplexed() const { return remote_rtp && remote_rtp == remote_rtcp; }
};

struct SessionDescription {
  SessionId id;
  LegDescription a;
  LegDescription b;
  std::chrono::seconds silence_timeout{0};  // 0: silence is no fault
};

}  // namespace ringfence::media_worker
