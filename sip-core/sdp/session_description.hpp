// SessionDescription: an SDP body as a value (RFC 8866 §5). parse() is strict about structure and
// tolerant of what phones send: a missing s= or t=, c= behind t=. Lines that nothing here reads are
// kept as text; k= is dropped on input (§5.12), and so is a malformed a=. What cannot be read is an
// SdpError with its line; an error never quotes the input, for keys may stand in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/sdp/attribute.hpp"
#include "sip-core/sdp/media_description.hpp"

namespace ringfence::sip_core::sdp {

struct Origin {  // o= (§5.2)
  std::string username = "-";
  std::uint64_t session_id = 0;
  std::uint64_t version = 0;
  Connection address;  // the last three fields

  bool operator==(const Origin&) const = default;
};

enum class SdpErrorCode : std::uint8_t {
  too_long,
  version,  // v= missing or not 0
  origin,
  line,  // not "x=…", an unknown letter, or out of order
  connection,
  timing,
  media,
  too_many,
  no_connection,  // a media line in use without any c=
};
std::string_view describe(SdpErrorCode code);

struct SdpError {
  SdpErrorCode code = SdpErrorCode::line;
  std::size_t line = 0;  // from 1
};

struct SessionDescription {
  Origin origin;
  std::string session_name = "-";
  std::vector<std::string> contact_lines;  // i=, u=, e= and p=, whole lines
  std::optional<Connection> connection;
  std::vector<std::string> bandwidths;              // b=
  std::vector<std::string> time_lines = {"t=0 0"};  // t=, r= and z=, whole lines
  Attributes attributes;
  std::vector<MediaDescription> media;

  static std::expected<SessionDescription, SdpError> parse(std::string_view text);
  std::string to_string() const;

  // What holds for one m-line: its own, else the session's.
  const Connection* connection_of(const MediaDescription& m) const;
  Direction direction_of(const MediaDescription& m) const;  // sendrecv where nothing is said
};

}  // namespace ringfence::sip_core::sdp
