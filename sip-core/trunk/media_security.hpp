// MediaSecurity: how media is protected, agreed on with a trunk's edge by REGISTER
// (draft-dawes-sipcore-mediasec-parameter, RFC 3329 §2.3): we say what we can, it says what it can,
// and from then on we repeat what it said, so that nobody between can have changed it. We can one
// thing: SDES. What the edge says last counts; a refusal without a word changes nothing. Pure.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

class MediaSecurity {
 public:
  static constexpr std::size_t kMaxMechanisms = 8;

  // From a response to a REGISTER of ours.
  void learn(const sip::Message& response);
  void forget() { mechanisms_.clear(); }
  // As they were said, one value each; empty: nothing is agreed yet.
  std::span<const std::string> mechanisms() const { return mechanisms_; }

 private:
  std::vector<std::string> mechanisms_;
};

// After a 494 the edge has heard what we can and wants its own words only.
enum class OurMechanisms : std::uint8_t { said, left_out };

// What a REGISTER or an initial INVITE to the trunk says; nothing where the trunk does not want it.
void add_media_security(const Trunk& trunk, std::span<const std::string> mechanisms,
                        OurMechanisms ours, sip::OutgoingMessage& request);

}  // namespace ringfence::sip_core
