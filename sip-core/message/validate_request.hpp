// validate_request: the checks of RFC 3261 §8.1.1, §8.2 and §16.3 that need no state: mandatory
// fields once each, CSeq's method, the Request-URI's scheme. The answer to a rejected one is
// make_response(); an ACK is never answered. Option tags, loops and routes are not looked at here.
#pragma once

#include <optional>
#include <string_view>

#include "sip-core/message/message.hpp"

namespace ringfence::sip_core::sip {

struct Rejection {
  int status = 400;
  std::string_view reason;   // a reason phrase that names the fault
  std::string_view warning;  // a complete Warning text, or ""
};

std::optional<Rejection> validate_request(const Message& request);

// A response has no answer: this says why it must be dropped, if it must.
std::optional<std::string_view> validate_response(const Message& response);

}  // namespace ringfence::sip_core::sip
