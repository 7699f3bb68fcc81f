#include "sip-core/message/parse_error.hpp"

namespace ringfence::sip_core::sip {

std::string_view describe(ParseErrorCode code) noexcept {
  switch (code) {
    case ParseErrorCode::empty:
      return "Empty Message";
    case ParseErrorCode::start_line:
      return "Malformed Start Line";
    case ParseErrorCode::request_uri:
      return "Malformed Request-URI";
    case ParseErrorCode::version:
      return "Version Not Supported";
    case ParseErrorCode::status_code:
      return "Malformed Status Code";
    case ParseErrorCode::start_line_too_long:
      return "Start Line Too Long";
    case ParseErrorCode::line_end:
      return "Malformed Line End";
    case ParseErrorCode::header_name:
      return "Malformed Header Field Name";
    case ParseErrorCode::header_value:
      return "Control Octet In Header Field";
    case ParseErrorCode::header_too_long:
      return "Header Field Too Long";
    case ParseErrorCode::too_many_headers:
      return "Too Many Header Fields";
    case ParseErrorCode::headers_too_long:
      return "Header Section Too Long";
    case ParseErrorCode::headers_unterminated:
      return "Header Section Unterminated";
    case ParseErrorCode::content_length:
      return "Malformed Content-Length";
    case ParseErrorCode::body_too_long:
      return "Body Too Long";
    case ParseErrorCode::body_truncated:
      return "Body Truncated";
    case ParseErrorCode::trailing_octets:
      return "Octets After Body";
  }
  return "Malformed Message";
}

bool Salvage::can_answer() const {
  return is_request && !method.empty() && method != "ACK" && !vias.empty() && !from.empty() &&
         !to.empty() && !call_id.empty() && !cseq.empty();
}

}  // namespace ringfence::sip_core::sip
