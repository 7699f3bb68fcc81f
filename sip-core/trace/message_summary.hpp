// MessageSummary: the few words that a trace needs of a message: what it is, which call, who. Read
// from any octets without a parser, for what does not parse is traced too; views into them, empty
// where nothing was found.
#pragma once

#include <string>
#include <string_view>

namespace ringfence::sip_core::trace {

struct MessageSummary {
  std::string_view method;  // of a request's start line
  std::string_view status;  // of a response's: "180"
  std::string_view reason;
  std::string_view cseq_method;
  std::string_view call_id;
  std::string_view from_user;  // escapes are left as they are
  std::string_view to_user;
  bool has_body = false;
};

MessageSummary summarise(std::string_view message);
// Only the Call-ID: what every message is filed under.
std::string_view call_id_of(std::string_view message);

// "INVITE", "180 Ringing (INVITE)", "(not SIP)".
std::string label_of(const MessageSummary& summary);

}  // namespace ringfence::sip_core::trace
