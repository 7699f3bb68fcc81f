// Escaping of URI parts (RFC 3261 §19.1.2): "%" and two hexadecimal digits. Decoding is done once
// only: "%2541" is "%41". A "%" without two digits is malformed and refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringfence::sip_core::sip {

std::string escape_user(std::string_view plain);
std::optional<std::string> unescape(std::string_view escaped);

}  // namespace ringfence::sip_core::sip
