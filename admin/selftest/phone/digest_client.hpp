// DigestClient: answers a registrar's or proxy's challenges for one phone (RFC 7616, RFC 8760),
// SHA-256 only: a box that asks for less fails the test.
#pragma once

#include <string>
#include <string_view>

#include "admin/selftest/phone/phone_identity.hpp"
#include "runtime/random.hpp"
#include "runtime/result.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::admin {

// Adds to `request` what answers the 401 or 407.
Result<void> answer_challenge(const sip_core::sip::Message& response, const PhoneIdentity& identity,
                              sip_core::sip::OutgoingMessage& request, Random& random);

inline bool is_challenge(const sip_core::sip::Message& response) {
  return response.status_code() == 401 || response.status_code() == 407;
}

}  // namespace ringfence::admin
