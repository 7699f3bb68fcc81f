// Taking SDP lines apart: words between single spaces and bounded decimal numbers (RFC 8866 §9).
// Views into the given text; nothing is allocated.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ringfence::sip_core::sdp {

// The text up to the next space, which is taken too. "" at the end and between two spaces.
std::string_view take_word(std::string_view& rest);
std::string_view trim_spaces(std::string_view text);
// Decimal digits only; nullopt also past the limit.
std::optional<std::uint64_t> parse_decimal(std::string_view text, std::uint64_t limit);
// RFC 8866 §9 token-char.
bool is_token(std::string_view text);

}  // namespace ringfence::sip_core::sdp
