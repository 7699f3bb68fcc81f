// What the DNS says of a name, as values: the records that server location needs (RFC 3263), with
// the time they may be kept, or why there are none. Nothing here is ever an identity (R099): a
// certificate is compared with the name that was asked for first.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "runtime/socket_address.hpp"

namespace ringfence::sip_core {

enum class RecordType : std::uint8_t { naptr, srv, address };  // address: A and AAAA together

struct NaptrRecord {  // RFC 3403 §4.1
  std::uint16_t order = 0;
  std::uint16_t preference = 0;
  std::string flags;
  std::string service;
  std::string regexp;
  std::string replacement;
  auto operator<=>(const NaptrRecord&) const = default;
};
struct SrvRecord {  // RFC 2782
  std::uint16_t priority = 0;
  std::uint16_t weight = 0;
  Port port = 0;
  std::string target;  // "." where the service is decidedly not there
  auto operator<=>(const SrvRecord&) const = default;
};

using DnsRecords =
    std::variant<std::vector<NaptrRecord>, std::vector<SrvRecord>, std::vector<IpAddress>>;
struct DnsAnswer {
  DnsRecords records;
  std::chrono::seconds ttl{0};
};

enum class DnsFault : std::uint8_t {
  absent,       // said with authority: no such name, or no such records
  unavailable,  // no answer, or none that can be used
};
struct DnsFailure {
  DnsFault fault = DnsFault::unavailable;
  std::string reason;
};
using DnsResult = std::expected<DnsAnswer, DnsFailure>;

}  // namespace ringfence::sip_core
