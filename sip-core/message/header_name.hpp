// HeaderName: the header fields known by name. Long and compact forms (RFC 3261 §7.3.3) are one
// value; names are compared without case. An unknown field is `other` and keeps its text in the
// message that owns it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ringfence::sip_core::sip {

enum class HeaderName : std::uint8_t {
  accept,
  accept_contact,
  accept_encoding,
  accept_language,
  alert_info,
  allow,
  allow_events,
  authentication_info,
  authorization,
  call_id,
  call_info,
  contact,
  content_disposition,
  content_encoding,
  content_language,
  content_length,
  content_type,
  cseq,
  date,
  diversion,
  error_info,
  event,
  expires,
  flow_timer,
  from,
  geolocation,
  history_info,
  identity,
  identity_info,
  in_reply_to,
  join,
  max_breadth,
  max_forwards,
  mime_version,
  min_expires,
  min_se,
  organization,
  p_access_network_info,
  p_asserted_identity,
  p_asserted_service,
  p_associated_uri,
  p_called_party_id,
  p_charging_function_addresses,
  p_charging_vector,
  p_early_media,
  p_preferred_identity,
  p_preferred_service,
  p_visited_network_id,
  path,
  priority,
  privacy,
  proxy_authenticate,
  proxy_authorization,
  proxy_require,
  rack,
  reason,
  record_route,
  refer_sub,
  refer_to,
  referred_by,
  reject_contact,
  remote_party_id,
  replaces,
  reply_to,
  request_disposition,
  require,
  retry_after,
  route,
  rseq,
  security_client,
  security_server,
  security_verify,
  server,
  service_route,
  session_expires,
  session_id,
  sip_etag,
  sip_if_match,
  subject,
  subscription_state,
  supported,
  target_dialog,
  timestamp,
  to,
  unsupported,
  user_agent,
  user_to_user,
  via,
  warning,
  www_authenticate,
  other,
};

inline constexpr std::size_t kHeaderNames = static_cast<std::size_t>(HeaderName::other) + 1;

HeaderName header_name_from(std::string_view text) noexcept;
std::string_view to_text(HeaderName name) noexcept;  // the long form; "" for other

// True where the grammar is a list, so that one field may carry several values split by commas
// (RFC 3261 §7.3.1). Digest fields and single-valued ones are not.
bool is_list(HeaderName name) noexcept;

}  // namespace ringfence::sip_core::sip
