// Base64 (RFC 4648 §4) with its padding and without line breaks, as `base64 -d` reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ringfence::recorder {

std::string base64(std::string_view octets);
std::optional<std::string> from_base64(std::string_view text);

}  // namespace ringfence::recorder
