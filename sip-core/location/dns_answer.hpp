// read_dns_answer: the records of one type in a DNS message (RFC 1035 §4), with bounds. Follows
// CNAMEs for a few steps, keeps the shortest TTL, and leaves out what is malformed. Pure; hostile
// input is a value: loops, lies about lengths and floods of records end in few records or a
// failure.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "sip-core/location/dns_record.hpp"

namespace ringfence::sip_core {

inline constexpr std::size_t kMaxDnsRecords = 1024;  // read of one answer (F116)
inline constexpr std::size_t kMaxKeptRecords = 32;   // the best of them
inline constexpr int kMaxAliases = 8;                // CNAMEs in a row (F116)

// `type` is naptr or srv: addresses come from elsewhere.
DnsResult read_dns_answer(std::span<const std::uint8_t> message, RecordType type,
                          std::string_view name);

}  // namespace ringfence::sip_core
