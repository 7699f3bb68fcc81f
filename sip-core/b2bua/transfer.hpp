// Transfer: what a REFER asks for (RFC 3515, RFC 5589) and how its progress is told (RFC 3420): the
// Refer-To with its Replaces (RFC 3891), whether a subscription is wanted (RFC 4488), and the
// message/sipfrag bodies. Pure; what is malformed is the status that the REFER gets.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "sip-core/message/message.hpp"
#include "sip-core/message/uri.hpp"

namespace ringfence::sip_core {

// Names a dialog as its far end sees it: to-tag is the tag of whoever is asked to replace it.
struct Replaces {
  enum class Which : std::uint8_t { any, early_only };

  std::string call_id;
  std::string to_tag;
  std::string from_tag;
  Which which = Which::any;
};
std::optional<Replaces> parse_replaces(std::string_view value);

struct TransferTarget {
  sip::Uri uri;  // without parameters and header fields
  std::optional<Replaces> replaces;
};
std::expected<TransferTarget, int> read_refer_to(const sip::Message& refer);

enum class ReferSubscription : std::uint8_t { wanted, unwanted };
ReferSubscription refer_subscription(const sip::Message& refer);

// "SIP/2.0 486 Busy Here": the status line alone, for all else would tell of the other leg.
std::string status_fragment(int status);
// The status that such a body names; nullopt when it is none.
std::optional<int> status_of_fragment(std::string_view body);

}  // namespace ringfence::sip_core
