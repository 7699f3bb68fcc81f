#include "sip-core/message/header_name.hpp"

#include <array>
#include <bit>
#include <cstring>
#include <type_traits>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core::sip {

namespace {

enum class Values : std::uint8_t { single, list };

struct Entry {
  HeaderName id;
  std::string_view name;
  char compact;  // 0: none
  Values values;
};

// In the order of the enumeration.
constexpr std::array<Entry, kHeaderNames> kEntries = {{
    {HeaderName::accept, "Accept", 0, Values::list},
    {HeaderName::accept_contact, "Accept-Contact", 'a', Values::list},
    {HeaderName::accept_encoding, "Accept-Encoding", 0, Values::list},
    {HeaderName::accept_language, "Accept-Language", 0, Values::list},
    {HeaderName::alert_info, "Alert-Info", 0, Values::list},
    {HeaderName::allow, "Allow", 0, Values::list},
    {HeaderName::allow_events, "Allow-Events", 'u', Values::list},
    {HeaderName::authentication_info, "Authentication-Info", 0, Values::single},
    {HeaderName::authorization, "Authorization", 0, Values::single},
    {HeaderName::call_id, "Call-ID", 'i', Values::single},
    {HeaderName::call_info, "Call-Info", 0, Values::list},
    {HeaderName::contact, "Contact", 'm', Values::list},
    {HeaderName::content_disposition, "Content-Disposition", 0, Values::single},
    {HeaderName::content_encoding, "Content-Encoding", 'e', Values::list},
    {HeaderName::content_language, "Content-Language", 0, Values::list},
    {HeaderName::content_length, "Content-Length", 'l', Values::single},
    {HeaderName::content_type, "Content-Type", 'c', Values::single},
    {HeaderName::cseq, "CSeq", 0, Values::single},
    {HeaderName::date, "Date", 0, Values::single},
    {HeaderName::diversion, "Diversion", 0, Values::list},
    {HeaderName::error_info, "Error-Info", 0, Values::list},
    {HeaderName::event, "Event", 'o', Values::single},
    {HeaderName::expires, "Expires", 0, Values::single},
    {HeaderName::flow_timer, "Flow-Timer", 0, Values::single},
    {HeaderName::from, "From", 'f', Values::single},
    {HeaderName::geolocation, "Geolocation", 0, Values::single},
    {HeaderName::history_info, "History-Info", 0, Values::list},
    {HeaderName::identity, "Identity", 'y', Values::single},
    {HeaderName::identity_info, "Identity-Info", 'n', Values::single},
    {HeaderName::in_reply_to, "In-Reply-To", 0, Values::list},
    {HeaderName::join, "Join", 0, Values::single},
    {HeaderName::max_breadth, "Max-Breadth", 0, Values::single},
    {HeaderName::max_forwards, "Max-Forwards", 0, Values::single},
    {HeaderName::mime_version, "MIME-Version", 0, Values::single},
    {HeaderName::min_expires, "Min-Expires", 0, Values::single},
    {HeaderName::min_se, "Min-SE", 0, Values::single},
    {HeaderName::organization, "Organization", 0, Values::single},
    {HeaderName::p_access_network_info, "P-Access-Network-Info", 0, Values::single},
    {HeaderName::p_asserted_identity, "P-Asserted-Identity", 0, Values::list},
    {HeaderName::p_asserted_service, "P-Asserted-Service", 0, Values::single},
    {HeaderName::p_associated_uri, "P-Associated-URI", 0, Values::list},
    {HeaderName::p_called_party_id, "P-Called-Party-ID", 0, Values::single},
    {HeaderName::p_charging_function_addresses, "P-Charging-Function-Addresses", 0, Values::single},
    {HeaderName::p_charging_vector, "P-Charging-Vector", 0, Values::single},
    {HeaderName::p_early_media, "P-Early-Media", 0, Values::single},
    {HeaderName::p_preferred_identity, "P-Preferred-Identity", 0, Values::list},
    {HeaderName::p_preferred_service, "P-Preferred-Service", 0, Values::single},
    {HeaderName::p_visited_network_id, "P-Visited-Network-ID", 0, Values::list},
    {HeaderName::path, "Path", 0, Values::list},
    {HeaderName::priority, "Priority", 0, Values::single},
    {HeaderName::privacy, "Privacy", 0, Values::single},
    {HeaderName::proxy_authenticate, "Proxy-Authenticate", 0, Values::single},
    {HeaderName::proxy_authorization, "Proxy-Authorization", 0, Values::single},
    {HeaderName::proxy_require, "Proxy-Require", 0, Values::list},
    {HeaderName::rack, "RAck", 0, Values::single},
    {HeaderName::reason, "Reason", 0, Values::list},
    {HeaderName::record_route, "Record-Route", 0, Values::list},
    {HeaderName::refer_sub, "Refer-Sub", 0, Values::single},
    {HeaderName::refer_to, "Refer-To", 'r', Values::single},
    {HeaderName::referred_by, "Referred-By", 'b', Values::single},
    {HeaderName::reject_contact, "Reject-Contact", 'j', Values::list},
    {HeaderName::remote_party_id, "Remote-Party-ID", 0, Values::list},
    {HeaderName::replaces, "Replaces", 0, Values::single},
    {HeaderName::reply_to, "Reply-To", 0, Values::single},
    {HeaderName::request_disposition, "Request-Disposition", 'd', Values::list},
    {HeaderName::require, "Require", 0, Values::list},
    {HeaderName::retry_after, "Retry-After", 0, Values::single},
    {HeaderName::route, "Route", 0, Values::list},
    {HeaderName::rseq, "RSeq", 0, Values::single},
    {HeaderName::security_client, "Security-Client", 0, Values::list},
    {HeaderName::security_server, "Security-Server", 0, Values::list},
    {HeaderName::security_verify, "Security-Verify", 0, Values::list},
    {HeaderName::server, "Server", 0, Values::single},
    {HeaderName::service_route, "Service-Route", 0, Values::list},
    {HeaderName::session_expires, "Session-Expires", 'x', Values::single},
    {HeaderName::session_id, "Session-ID", 0, Values::single},
    {HeaderName::sip_etag, "SIP-ETag", 0, Values::single},
    {HeaderName::sip_if_match, "SIP-If-Match", 0, Values::single},
    {HeaderName::subject, "Subject", 's', Values::single},
    {HeaderName::subscription_state, "Subscription-State", 0, Values::single},
    {HeaderName::supported, "Supported", 'k', Values::list},
    {HeaderName::target_dialog, "Target-Dialog", 0, Values::single},
    {HeaderName::timestamp, "Timestamp", 0, Values::single},
    {HeaderName::to, "To", 't', Values::single},
    {HeaderName::unsupported, "Unsupported", 0, Values::list},
    {HeaderName::user_agent, "User-Agent", 0, Values::single},
    {HeaderName::user_to_user, "User-To-User", 0, Values::single},
    {HeaderName::via, "Via", 'v', Values::list},
    {HeaderName::warning, "Warning", 0, Values::list},
    {HeaderName::www_authenticate, "WWW-Authenticate", 0, Values::single},
    {HeaderName::other, "", 0, Values::single},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kEntries.size(); ++i) {
    if (static_cast<std::size_t>(kEntries[i].id) != i) return false;
  }
  return true;
}
static_assert(in_order());

// The first and the last eight octets of a name in lower case, overlapping where it is shorter:
// with its size they are the whole of a name of up to sixteen.
struct Key {
  std::uint64_t head = 0;
  std::uint64_t tail = 0;
  std::size_t size = 0;

  bool operator==(const Key&) const = default;
};

// Little-endian, whatever the processor has.
template <std::size_t kSize>
constexpr std::uint64_t load(const char* text) noexcept {
  std::uint64_t word = 0;
  if (std::is_constant_evaluated() || std::endian::native != std::endian::little) {
    for (std::size_t i = kSize; i-- > 0;)
      word = (word << 8) | static_cast<unsigned char>(text[i]);
  } else {
    std::memcpy(&word, text, kSize);
  }
  return word;
}

// Eight octets with A to Z in lower case.
constexpr std::uint64_t lower_case(std::uint64_t word) noexcept {
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  constexpr std::uint64_t kHighs = kOnes * 0x80;
  const std::uint64_t low = word & ~kHighs;
  const std::uint64_t from_a = low + kOnes * (0x80 - 'A');
  const std::uint64_t past_z = low + kOnes * (0x7f - 'Z');
  const std::uint64_t upper = from_a & ~past_z & ~word & kHighs;
  return word | (upper >> 2);
}

constexpr Key key_of(std::string_view name) noexcept {
  const char* const text = name.data();
  const std::size_t size = name.size();
  if (size >= 8) return {lower_case(load<8>(text)), lower_case(load<8>(text + size - 8)), size};
  if (size >= 4) return {lower_case(load<4>(text) | load<4>(text + size - 4) << 32), 0, size};
  return {lower_case(load<2>(text) | load<2>(text + size - 2) << 32), 0, size};
}

// An open-addressing table made by the compiler: a lookup costs one hash of the key and, nearly
// always, one comparison.
constexpr std::size_t kSlotBits = 9;
constexpr std::size_t kSlots = 1U << kSlotBits;

constexpr std::size_t slot_of(const Key& key) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15;  // 2^64 / golden ratio
  return static_cast<std::size_t>(((key.head ^ (key.tail << 7) ^ key.size) * kOdd) >>
                                  (64 - kSlotBits));
}

struct Slot {
  Key key;
  HeaderName id = HeaderName::other;
};

constexpr std::array<Slot, kSlots> make_slots() {
  std::array<Slot, kSlots> slots{};
  for (const Entry& entry : kEntries) {
    if (entry.id == HeaderName::other) continue;
    const Key key = key_of(entry.name);
    std::size_t slot = slot_of(key);
    while (slots[slot].id != HeaderName::other)
      slot = (slot + 1) % kSlots;
    slots[slot] = {key, entry.id};
  }
  return slots;
}

constexpr std::array<HeaderName, 26> make_compact_forms() {
  std::array<HeaderName, 26> forms{};
  forms.fill(HeaderName::other);
  for (const Entry& entry : kEntries) {
    if (entry.compact != 0) forms[static_cast<std::size_t>(entry.compact - 'a')] = entry.id;
  }
  return forms;
}

constexpr std::array<Slot, kSlots> kSlotTable = make_slots();
constexpr std::array<HeaderName, 26> kCompactForms = make_compact_forms();

const Entry& entry_of(HeaderName name) {
  return kEntries[static_cast<std::size_t>(name)];
}

}  // namespace

HeaderName header_name_from(std::string_view text) noexcept {
  constexpr std::size_t kWithinKey = 16;
  if (text.empty()) return HeaderName::other;
  if (text.size() == 1) {
    const char letter = to_lower(text.front());
    if (letter < 'a' || letter > 'z') return HeaderName::other;
    return kCompactForms[static_cast<std::size_t>(letter - 'a')];
  }
  const Key key = key_of(text);
  for (std::size_t at = slot_of(key);; at = (at + 1) % kSlots) {
    const Slot& slot = kSlotTable[at];
    if (slot.id == HeaderName::other) return HeaderName::other;
    if (slot.key != key) continue;
    if (key.size <= kWithinKey || equal_without_case(entry_of(slot.id).name, text)) return slot.id;
  }
}

std::string_view to_text(HeaderName name) noexcept {
  return entry_of(name).name;
}

bool is_list(HeaderName name) noexcept {
  return entry_of(name).values == Values::list;
}

}  // namespace ringfence::sip_core::sip
