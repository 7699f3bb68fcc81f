// RAck (RFC 3262 §7.2): which reliable provisional response a PRACK acknowledges: its RSeq, and the
// CSeq of the request that it answered. A value; hostile text gives nullopt.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ringfence::sip_core {

struct RAck {
  std::uint32_t rseq = 0;
  std::uint32_t cseq = 0;
  std::string method;

  static std::optional<RAck> parse(std::string_view value);
  std::string to_string() const;
  bool operator==(const RAck&) const = default;
};

}  // namespace ringfence::sip_core
