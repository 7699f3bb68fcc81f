// The value of Content-Length as a stream must have it (RFC 3261 §20.14): 1*DIGIT between blanks
// and nothing else. Pure. Owned by the framer, which knows where the value stands.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

namespace ringfence::tls_front {

enum class ContentLengthError : std::uint8_t { invalid, too_large };

// Never more than `limit`; digits beyond any integer are too_large (R032).
std::expected<std::size_t, ContentLengthError> parse_content_length(std::string_view value,
                                                                    std::size_t limit);

// Whether a field's name, with the blanks before its colon taken off, is Content-Length or `l`.
bool is_content_length(std::string_view name);

}  // namespace ringfence::tls_front
