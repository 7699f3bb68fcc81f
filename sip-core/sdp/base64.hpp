// Base64 (RFC 4648 §4), strict: only the alphabet, padding only at the end and complete or absent,
// unused bits zero. Decoding goes straight into memory that wipes itself, for what it carries here
// are keys (RFC 4568 §6.1).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "runtime/secret.hpp"

namespace ringfence::sip_core::sdp {

enum class Padding { with, without };

std::string base64_encode(std::span<const std::uint8_t> octets, Padding padding);
std::optional<SecretBytes> base64_decode(std::string_view text);

}  // namespace ringfence::sip_core::sdp
