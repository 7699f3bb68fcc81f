// Answers a trunk's challenge to a request of ours (RFC 3261 §22.2, R066, F115): only a trunk's,
// only to our own request to it, only for the realm that this trunk has accepted before, and no
// more than twice in a row. Passwords stay in the configuration.
#pragma once

#include <optional>

#include "sip-core/b2bua/call_shared.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

inline constexpr int kMaxChallenges = 2;

struct TrunkAnswer {
  sip::HeaderName field = sip::HeaderName::authorization;
  std::string value;
  std::string realm;
};
std::optional<TrunkAnswer> answer_challenge(CallScope& scope, const Trunk& trunk,
                                            const sip::Message& challenge,
                                            const sip::OutgoingMessage& request);

}  // namespace ringfence::sip_core
