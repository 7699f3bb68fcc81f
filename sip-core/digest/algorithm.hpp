// Algorithm and the hashes of digest authentication (RFC 7616 §3.4, RFC 8760). HA1 is
// H(username:realm:password) in lower-case hexadecimal; stores keep it per algorithm and no
// password. The "-sess" variants and SHA-512-256 are known by name and refused.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence::sip_core::digest {

enum class Algorithm : std::uint8_t { md5, sha256 };

std::string_view to_text(Algorithm algorithm);  // "MD5", "SHA-256"
// Without case; "" is MD5, as an absent algorithm is (RFC 7616 §3.3). nullopt: not supported.
std::optional<Algorithm> algorithm_from(std::string_view name);
// Quality of protection (RFC 7616 §3.4): what besides the URI the digest covers. none: RFC 2069's
// older form.
enum class Qop : std::uint8_t { none, auth, auth_int };
std::string_view to_text(Qop qop);  // "auth", "auth-int", ""

std::size_t hex_length(Algorithm algorithm);  // 32 or 64

// In lower-case hexadecimal.
std::string make_ha1(Algorithm algorithm, std::string_view username, std::string_view realm,
                     std::string_view password);

// Takes as long for a wrong text as for the right one of the same length; hexadecimal case is
// ignored (R147).
bool equal_hex_in_constant_time(std::string_view expected, std::string_view given);

}  // namespace ringfence::sip_core::digest
