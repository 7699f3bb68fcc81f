// An INVITE as a parsed message, with further header lines.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {

inline sip::Message invite_with(const std::string& more,
                                const std::string& uri = "sip:bob@demo.example",
                                const std::string& contact = "<sip:alice@127.0.0.10:40001>") {
  auto parsed = sip::parse(
      "INVITE " + uri +
      " SIP/2.0\r\nVia: SIP/2.0/TLS 127.0.0.10;branch=z9hG4bK1\r\n"
      "From: \"Alice A\" <sip:alice@demo.example>;tag=1\r\nTo: <" +
      uri + ">\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nMax-Forwards: 70\r\nContact: " + contact +
      "\r\n" + more + "Content-Length: 0\r\n\r\n");
  EXPECT_TRUE(parsed.has_value());
  return parsed ? std::move(*parsed) : sip::Message{};
}

}  // namespace ringfence::sip_core
