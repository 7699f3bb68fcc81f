// The request that the tests of this folder start from, and a reader that insists on success.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core::sip {

inline std::string options_with(std::string_view extra_fields, std::string_view body = {}) {
  std::string text =
      "OPTIONS sip:bob@example.com SIP/2.0\r\n"
      "Via: SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKabc;rport\r\n"
      "From: Alice <sip:alice@example.com>;tag=1\r\n"
      "To: <sip:bob@example.com>\r\n"
      "Call-ID: call-1@example.com\r\n"
      "CSeq: 7 OPTIONS\r\n";
  text += extra_fields;
  text += "\r\n";
  text += body;
  return text;
}

inline Message must_parse(std::string text, Framing framing = Framing::datagram) {
  auto message = parse(std::move(text), framing);
  if (!message) {
    ADD_FAILURE() << describe(message.error().code) << " at " << message.error().offset;
    return {};
  }
  return std::move(*message);
}

}  // namespace ringfence::sip_core::sip
