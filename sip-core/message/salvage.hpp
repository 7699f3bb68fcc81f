// salvage: what a response needs, taken from octets that did not parse. Nothing here fails; what
// is not clean is left out. For the cold path only.
#pragma once

#include <string_view>

#include "sip-core/message/parse_error.hpp"

namespace ringfence::sip_core::sip {

Salvage salvage(std::string_view buffer);

}  // namespace ringfence::sip_core::sip
