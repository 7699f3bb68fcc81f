// ParseError: why octets are no SIP message, where, and what may be said back. It owns what could
// be recovered, so that a 400 can be built without the message (RFC 3261 §8.2 leaves that to us).
// `offset` counts octets from the start of the buffer. An error never quotes the input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ringfence::sip_core::sip {

enum class ParseErrorCode : std::uint8_t {
  empty,        // nothing, or only CRLFs
  start_line,   // neither a request line nor a status line
  request_uri,  // white space, control octets or angle brackets in the Request-URI
  version,      // SIP, but not 2.0
  status_code,  // outside 100..699
  start_line_too_long,
  line_end,      // a CR or LF on its own
  header_name,   // no name, a control octet or a space in it, or no colon
  header_value,  // a control octet in the value
  header_too_long,
  too_many_headers,
  headers_too_long,
  headers_unterminated,  // no empty line
  content_length,        // not a number, several of them, or missing on a stream
  body_too_long,
  body_truncated,   // fewer octets than announced
  trailing_octets,  // a stream's frame longer than announced
};

std::string_view describe(ParseErrorCode code) noexcept;

// The fields of a response to a message that could not be parsed, as they stood (unfolded).
struct Salvage {
  bool is_request = false;
  std::string method;
  std::vector<std::string> vias;
  std::string from;
  std::string to;
  std::string call_id;
  std::string cseq;

  // Whether RFC 3261 permits a response: a request other than ACK whose Via, From, To, Call-ID and
  // CSeq were all found.
  bool can_answer() const;
};

struct ParseError {
  ParseErrorCode code = ParseErrorCode::start_line;
  std::size_t offset = 0;
  int suggested_status = 400;  // 400, 413, 505 or 513; 0 for a response, which is dropped
  Salvage salvage;
};

}  // namespace ringfence::sip_core::sip
