// Where a 3xx leads (RFC 3261 §8.1.3.4, §16.5): its Contacts as destinations of the dial plan, the
// preferred one first. Only what the redirecting party could have dialled itself is reached: a user
// or number at its tenant's domain or at this box, let through by the access rules. Pure.
#pragma once

#include <string>
#include <vector>

#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/routing/dial_plan.hpp"

namespace ringfence::sip_core {

// Who redirects, for the dial plan and the access rules.
struct RedirectingParty {
  TenantId tenant;
  CallOrigin rights = CallOrigin::extension;
  std::string user;  // as From would have it
  IpAddress peer;
};

// `requested`: the scheme of the Request-URI that was redirected. A change between sip and sips is
// not followed (R006). Empty: nothing to follow.
std::vector<Destination> redirect_destinations(const Config& config, const RedirectingParty& by,
                                               sip::Scheme requested, const sip::Message& response);

// Whether two destinations are one place, however long either rings.
bool is_same_place(const Destination& one, const Destination& other);

}  // namespace ringfence::sip_core
