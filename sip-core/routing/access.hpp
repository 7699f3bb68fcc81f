// Access rules (table acl_rules): whether a request may go on, the same for every
// transport (R176). The first rule that fits decides, by priority; none lets it through. Pure.
#pragma once

#include <optional>
#include <string_view>

#include "sip-core/config/access_index.hpp"
#include "sip-core/config/config.hpp"
#include "sip-core/message/message.hpp"

namespace ringfence::sip_core {

AccessSubject access_subject(const sip::Message& request, const IpAddress& peer,
                             std::optional<TenantId> tenant);

// The rule that decides, or the one that refuses; nullptr: none does.
const AclRule* deciding_rule(const Config& config, const AccessSubject& subject);
const AclRule* refusing_rule(const Config& config, const AccessSubject& subject);

// Refusals are in force, or (setting acl_mode) only counted.
enum class AccessMode : std::uint8_t { enforce, shadow };
AccessMode access_mode(const Config& config);

// One rule by itself: whether its pattern fits, and whether it spares the subject all the same.
bool fits(const Config& config, const AclRule& rule, const AccessSubject& subject);
bool spares(const Config& config, const AclRule& rule, const AccessSubject& subject);

std::string_view to_text(AclKind kind);  // as the column `kind` has it

}  // namespace ringfence::sip_core
