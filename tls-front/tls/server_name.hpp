// The server_name extension of a ClientHello (RFC 6066 §3). Pure: its octets in, a name in our
// spelling out. An IP literal is no host name and counts as no name at all (R183).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ringfence::tls_front {

enum class ServerNameError : std::uint8_t { malformed };

// Exactly one host_name; nullopt: it names an IP address.
std::expected<std::optional<std::string>, ServerNameError> parse_server_name(
    std::span<const std::uint8_t> extension);

// Lower case, without one trailing dot: how names are compared everywhere in tls-front.
std::string normalised_name(std::string_view name);

}  // namespace ringfence::tls_front
