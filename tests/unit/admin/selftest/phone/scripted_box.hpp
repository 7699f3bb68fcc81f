// What the phones' tests have in common: a phone's identity, messages of the far end made from what
// the phone sent, and what a step holds.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "admin/selftest/phone/phone_identity.hpp"
#include "admin/selftest/phone/phone_step.hpp"
#include "runtime/random.hpp"
#include "sip-core/digest/challenge.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/message/response.hpp"

namespace ringfence::admin {

namespace sip = sip_core::sip;

inline const PhoneIdentity kAlice{"alice", "demo.example", "secret",
                                  *SocketAddress::parse("192.0.2.9:40000"), PhoneScheme::sip};

inline sip::Message parsed(const std::string& octets) {
  auto message = sip::parse(octets, sip::Framing::stream);
  EXPECT_TRUE(message) << octets;
  return message ? std::move(*message) : sip::Message();
}

// The far end's response to what the phone sent.
inline sip::OutgoingMessage response_to(const std::string& request, int status) {
  return sip::make_response(parsed(request), status, "", "box");
}

inline sip::Message challenge_to(const std::string& request, int status = 401) {
  sip::OutgoingMessage response = response_to(request, status);
  for (const std::string& value :
       sip_core::digest::write_challenges("demo.example", "a-nonce", sip_core::digest::Stale::no)) {
    response.add(
        status == 401 ? sip::HeaderName::www_authenticate : sip::HeaderName::proxy_authenticate,
        value);
  }
  return parsed(response.serialize());
}

template <typename Event>
const Event* event_in(const PhoneStep& step) {
  for (const PhoneEvent& event : step.events) {
    if (const auto* found = std::get_if<Event>(&event)) return found;
  }
  return nullptr;
}

inline std::string_view header(const sip::Message& message, sip::HeaderName name) {
  return message.header(name).value_or("(absent)");
}

}  // namespace ringfence::admin
