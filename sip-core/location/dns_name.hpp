// Domain names as DNS messages write them (RFC 1035 §3.1, §4.1.4): labels and pointers backwards.
// Read into lower-case text without the last dot; "." is the root. Pure, with bounds: a pointer
// that does not lead backwards, or a name over 255 octets, is a failure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace ringfence::sip_core {

struct DnsName {
  std::string text;
  std::size_t end = 0;  // of its octets at the place where it began
};
std::optional<DnsName> read_dns_name(std::span<const std::uint8_t> message, std::size_t at);

// Lower case, without a last dot: one spelling for all.
std::string lower_dns_name(std::string_view name);

}  // namespace ringfence::sip_core
