// The chain of call detail records: each row of `cdr` holds the SHA-256 of the row before it and of
// its own fields, so that a row that is removed or altered shows. Pure. Whoever may write state.db
// can also write a whole new chain: that shows only to those who noted its last hash elsewhere.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sip-core/digest/hasher.hpp"

namespace ringfence::sip_core {

// The hashed columns of cdr, in their order; the id comes before them.
inline constexpr std::string_view kChainedColumns =
    "tenant, from_uri, to_uri, started, answered, ended, status, cause, ended_by, downgraded, "
    "allowed_by, a_call_id, a_party, a_transport, a_tls_version, a_tls_cipher, a_tls_peer, "
    "a_srtp_suite, b_call_id, b_party, b_transport, b_tls_version, b_tls_cipher, b_tls_peer, "
    "b_srtp_suite";
// The columns of what was measured, behind those.
inline constexpr std::string_view kMeasuredColumns =
    "a_packets_received, a_packets_lost, a_jitter_ms, a_rtt_ms, b_packets_received, "
    "b_packets_lost, b_jitter_ms, b_rtt_ms";
inline constexpr std::size_t kMeasuredCount = 8;

// The fields of one row: each as "LENGTH:TEXT,", a number in decimal, NULL as "-,".
class ChainedFields {
 public:
  void number(std::int64_t value) { text(std::to_string(value)); }
  void text(std::string_view value) {
    ((fields_ += std::to_string(value.size())) += ':').append(value) += ',';
  }
  void nothing() { fields_ += "-,"; }
  // Left out as a whole where nothing was measured, as in the rows of before these columns.
  void measured(std::span<const std::optional<std::string>, kMeasuredCount> columns) {
    if (std::ranges::none_of(columns, [](const auto& value) { return value.has_value(); })) return;
    for (const auto& value : columns)
      value ? text(*value) : nothing();
  }
  std::string_view view() const { return fields_; }

 private:
  std::string fields_;
};

// In lower-case hexadecimal: the hash of "PREVIOUS:FIELDS". `previous` is empty for the first row.
inline std::string chain_hash(digest::Hasher& hasher, std::string_view previous,
                              const ChainedFields& fields) {
  return std::string(hasher.joined(digest::Algorithm::sha256, {previous, fields.view()}).view());
}

}  // namespace ringfence::sip_core
