// DropReason: why a packet went no further. Every packet that arrives is either forwarded or
// counted under exactly one of these; the names appear in SessionSummary, the counters in /metrics.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::media_worker {

enum class DropReason : std::uint8_t {
  not_rtp,    // neither RTP nor RTCP, or RTCP where the port carries RTP only
  malformed,  // RTP or RTCP by its first octets, and broken after them
  too_long,
  no_key,  // SRTP leg whose peer has not told its key yet
  auth_failure,
  replay,
  ssrc_limit,
  key_expired,
  wrong_source,  // neither the negotiated nor the latched address
  rate_limit,
  no_peer_address,  // the leg, or the other one, has no negotiated address yet
  hold,
  srtp_failed,  // OpenSSL could not
  send_error,   // the kernel refused the datagram
};
inline constexpr std::size_t kDropReasons = 14;

struct DropReasonNames {
  std::string_view name;     // in SessionSummary
  std::string_view counter;  // in MediaWorkerHealth
};
inline constexpr std::array<DropReasonNames, kDropReasons> kDropReasonNames{{
    {"not_rtp", "rtp_unknown_total"},
    {"malformed", "rtp_malformed_total"},
    {"too_long", "rtp_too_long_total"},
    {"no_key", "srtp_no_key_total"},
    {"auth_failure", "srtp_auth_fail_total"},
    {"replay", "srtp_replay_total"},
    {"ssrc_limit", "srtp_ssrc_limit_total"},
    {"key_expired", "srtp_key_expired_total"},
    {"wrong_source", "rtp_foreign_total"},
    {"rate_limit", "rtp_ratelimit_total"},
    {"no_peer_address", "rtp_no_peer_total"},
    {"hold", "rtp_hold_total"},
    {"srtp_failed", "srtp_failed_total"},
    {"send_error", "udp_send_err_total"},
}};

inline const DropReasonNames& names_of(DropReason reason) {
  return kDropReasonNames[static_cast<std::size_t>(reason)];
}

}  // namespace ringfence::media_worker
