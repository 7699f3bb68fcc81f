// Identity: who the caller is said to be on the other leg (RFC 3325, RFC 3323). What the caller
// asserts counts only from a trunk that is trusted; an extension is what it authenticated as, or
// one of the numbers that lead to it. Pure.
#pragma once

#include <optional>
#include <string>

#include "sip-core/b2bua/leg.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

struct CallerIdentity {
  std::string display_name;
  std::string user;          // username or number, decoded
  std::string outward_user;  // what trunks are told: of an extension, a number that leads to it
  bool asserted = false;     // by us, or by a trunk that we trust
  bool withheld = false;     // Privacy asks that it is not shown
  std::string privacy;       // the Privacy value to pass on; empty when none
};

CallerIdentity identify_caller(const Config& config, const Party& caller,
                               const sip::Message& invite);

// What the trunk is to know of the caller: its caller_id, number_format and privacy applied.
CallerIdentity as_shown_to(const Trunk& trunk, CallerIdentity caller);

// From values without a tag.
std::string from_towards_extension(const CallerIdentity& caller, const Tenant& tenant,
                                   sip::Scheme scheme);
std::string from_towards_trunk(const CallerIdentity& caller, const Trunk& trunk);

// P-Asserted-Identity or P-Preferred-Identity and Privacy, as the leg may have them.
void add_identity_towards_extension(const CallerIdentity& caller, const Tenant& tenant,
                                    sip::OutgoingMessage& invite);
void add_identity_towards_trunk(const CallerIdentity& caller, const Trunk& trunk,
                                sip::OutgoingMessage& invite);

}  // namespace ringfence::sip_core
