// The SRTP suite that a leg uses, by its name (RFC 4568). "" is plain RTP, or no media yet; "SRTP"
// is that of a restored call: its key, and with it the suite, is known to the media worker alone.
#pragma once

#include <string>

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/sdp/crypto_suite.hpp"

namespace ringfence::sip_core {

inline std::string agreed_suite(const Leg& leg) {
  if (!leg.agreed || !leg.own || !leg.own->secured) return {};
  if (!leg.own->crypto) return "SRTP";
  return std::string(sdp::info(leg.own->crypto->suite).name);
}

}  // namespace ringfence::sip_core
