// The doctor's sentences about a carrier: what it refuses, and what to change. Pure.
#pragma once

#include <optional>
#include <string>

#include "admin/doctor/carrier_link.hpp"
#include "admin/doctor/finding.hpp"
#include "sip-core/config/config.hpp"

namespace ringfence::admin {

// What a certificate says of itself, however it was judged.
struct CertificateFacts {
  std::string names;       // "a.example, b.example"; empty: none
  std::string not_before;  // "2026-11-26"
  std::string not_after;
  long days_left = 0;
};

// Which trunk, for the beginning of a command: "demo/Telco".
struct TrunkName {
  std::string full;
};

std::string advice_on_link(const sip_core::Trunk& trunk, const TrunkName& name,
                           const SocketAddress& target, const LinkFailure& failure,
                           const std::optional<CertificateFacts>& certificate);
Finding finding_on_options(int status, const std::string& reason);
// Of the answer to a REGISTER without Contact; `answered`: it had credentials.
enum class Answered : std::uint8_t { no, yes };
Finding finding_on_register(const sip_core::Trunk& trunk, const TrunkName& name, int status,
                            const std::string& reason, Answered answered);

}  // namespace ringfence::admin
