// Reason phrases of RFC 3261 §21 and the extensions in use here; "Unknown" for a code not listed.
#pragma once

#include <string_view>

namespace ringfence::sip_core::sip {

std::string_view reason_phrase(int status) noexcept;

}  // namespace ringfence::sip_core::sip
