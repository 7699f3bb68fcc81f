// Access rules (table acl_rules): whether a request may go on, the same for every
// transport (R176). The first rule that fits decides, by priority; none lets it through. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::sip_core {

// What rules look at; the decoded parts of a request's URIs.
struct AccessSubject {
  IpAddress peer;  // the transport peer's address
  std::optional<TenantId> tenant;
  std::string from_user;
  std::string from_host;
  std::string request_user;
};

AccessSubject access_subject(const sip::Message& request, const IpAddress& peer,
                             std::optional<TenantId> tenant);

// The rule that refuses the request; nullptr: none does.
const AclRule* refusing_rule(const Config& config, const AccessSubject& subject);

std::string_view to_text(AclKind kind);  // as the column `kind` has it

}  // namespace ringfence::sip_core
