// MediaDescription: one m-line and what belongs to it (RFC 8866 §5.14). Port 0 means rejected
// (RFC 3264 §6). The typed readers look at the attributes when asked; malformed ones count as
// absent, so that a bad rtpmap costs a codec and not the call (F089).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/sdp/attribute.hpp"

namespace ringfence::sip_core::sdp {

// c= (RFC 8866 §5.7): "IN IP4 192.0.2.1"; multicast TTL and counts stay in the address text.
struct Connection {
  std::string net_type = "IN";
  std::string address_type = "IP4";  // IP4 or IP6
  std::string address;

  static std::optional<Connection> parse(std::string_view value);
  static Connection to(std::string_view address);  // IP6 where the address has a colon
  std::string to_string() const;
  void append_to(std::string& out) const;
  bool operator==(const Connection&) const = default;
};

enum class MediaKind { audio, video, text, application, message, image, other };
enum class Profile {
  rtp_avp,
  rtp_savp,
  rtp_avpf,
  rtp_savpf,
  udp_tls_rtp_savp,
  udp_tls_rtp_savpf,
  other
};

constexpr bool is_sdes_srtp(Profile p) {
  return p == Profile::rtp_savp || p == Profile::rtp_savpf;
}
constexpr bool is_dtls_srtp(Profile p) {
  return p == Profile::udp_tls_rtp_savp || p == Profile::udp_tls_rtp_savpf;
}
std::string_view to_text(Profile profile);  // "" for other

struct RtpMap {
  std::uint8_t payload_type = 0;
  std::string_view encoding;
  std::uint32_t clock_rate = 0;
  std::uint32_t channels = 1;
};

struct RtcpAddress {  // RFC 3605
  std::uint16_t port = 0;
  std::optional<Connection> connection;
};

struct MediaDescription {
  MediaKind kind = MediaKind::audio;
  std::string kind_text = "audio";
  std::uint16_t port = 0;
  std::uint32_t port_count = 1;
  Profile profile = Profile::rtp_avp;
  std::string profile_text = "RTP/AVP";
  std::vector<std::string> formats;
  std::optional<std::string> information;  // i=
  std::vector<Connection> connections;     // c=; more than one only for layered multicast
  std::vector<std::string> bandwidths;     // b=
  Attributes attributes;

  bool is_rejected() const { return port == 0; }
  void set_profile(Profile value);
  // Payload types among the formats, in order; what is no number in 0..127 is left out.
  std::vector<std::uint8_t> payload_types() const;
  std::vector<RtpMap> rtpmaps() const;
  std::optional<RtpMap> rtpmap(std::uint8_t payload_type) const;
  std::optional<std::string_view> fmtp(std::uint8_t payload_type) const;  // behind the number
  std::optional<RtcpAddress> rtcp() const;
  bool has_rtcp_mux() const { return has(attributes, "rtcp-mux"); }
  std::optional<std::uint32_t> ptime() const;  // milliseconds, 1..1000
};

// The static payload types of RFC 3551 §6 that calls still use, for m-lines without an rtpmap.
std::optional<RtpMap> static_rtpmap(std::uint8_t payload_type);

}  // namespace ringfence::sip_core::sdp
