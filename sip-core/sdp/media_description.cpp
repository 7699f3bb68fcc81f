#include "sip-core/sdp/media_description.hpp"

#include <algorithm>
#include <array>

#include "sip-core/sdp/text.hpp"

namespace ringfence::sip_core::sdp {

namespace {

constexpr std::uint64_t kMaxPayloadType = 127;
constexpr std::uint64_t kMaxClockRate = 1'000'000;
constexpr std::uint64_t kMaxChannels = 64;
constexpr std::uint64_t kMaxPtime = 1000;

// In the order of the enumeration.
constexpr std::array<std::string_view, 7> kProfiles = {
    "RTP/AVP", "RTP/SAVP", "RTP/AVPF", "RTP/SAVPF", "UDP/TLS/RTP/SAVP", "UDP/TLS/RTP/SAVPF", ""};

constexpr std::array<RtpMap, 7> kStaticPayloadTypes = {{
    {0, "PCMU", 8000, 1},
    {3, "GSM", 8000, 1},
    {4, "G723", 8000, 1},
    {8, "PCMA", 8000, 1},
    {9, "G722", 8000, 1},  // 8000 by RFC 3551 §4.5.2, though it samples at 16000
    {13, "CN", 8000, 1},
    {18, "G729", 8000, 1},
}};

std::optional<std::uint8_t> parse_payload_type(std::string_view text) {
  const auto number = parse_decimal(text, kMaxPayloadType);
  if (!number) return std::nullopt;
  return static_cast<std::uint8_t>(*number);
}

// "0 PCMU/8000" or "97 opus/48000/2" (RFC 8866 §6.6).
std::optional<RtpMap> parse_rtpmap(std::string_view value) {
  std::string_view rest = trim_spaces(value);
  const auto payload_type = parse_payload_type(take_word(rest));
  rest = trim_spaces(rest);
  const std::size_t slash = rest.find('/');
  if (!payload_type || slash == std::string_view::npos || slash == 0) return std::nullopt;
  RtpMap map{*payload_type, rest.substr(0, slash), 0, 1};
  if (!is_token(map.encoding)) return std::nullopt;
  rest.remove_prefix(slash + 1);
  const std::size_t second = rest.find('/');
  const auto rate = parse_decimal(rest.substr(0, second), kMaxClockRate);
  if (!rate || *rate == 0) return std::nullopt;
  map.clock_rate = static_cast<std::uint32_t>(*rate);
  if (second == std::string_view::npos) return map;
  const auto channels = parse_decimal(rest.substr(second + 1), kMaxChannels);
  if (!channels || *channels == 0) return std::nullopt;
  map.channels = static_cast<std::uint32_t>(*channels);
  return map;
}

bool is_address(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == ':' || c == '-' || c == '_' || c == '/' || c == '%';
  });
}

}  // namespace

std::optional<Connection> Connection::parse(std::string_view value) {
  std::string_view rest = trim_spaces(value);
  Connection connection;
  connection.net_type = take_word(rest);
  connection.address_type = take_word(rest);
  connection.address = trim_spaces(rest);
  const bool ok = connection.net_type == "IN" &&
                  (connection.address_type == "IP4" || connection.address_type == "IP6") &&
                  is_address(connection.address);
  if (!ok) return std::nullopt;
  return connection;
}

Connection Connection::to(std::string_view address) {
  return {"IN", address.contains(':') ? "IP6" : "IP4", std::string(address)};
}

std::string Connection::to_string() const {
  std::string out;
  append_to(out);
  return out;
}

void Connection::append_to(std::string& out) const {
  out.append(net_type).append(1, ' ').append(address_type).append(1, ' ').append(address);
}

std::string_view to_text(Profile profile) {
  return kProfiles[static_cast<std::size_t>(profile)];
}

void MediaDescription::set_profile(Profile value) {
  profile = value;
  profile_text = to_text(value);
}

std::vector<std::uint8_t> MediaDescription::payload_types() const {
  std::vector<std::uint8_t> types;
  for (const std::string& format : formats) {
    if (const auto type = parse_payload_type(format)) types.push_back(*type);
  }
  return types;
}

std::vector<RtpMap> MediaDescription::rtpmaps() const {
  std::vector<RtpMap> maps;
  maps.reserve(formats.size());
  for (const Attribute& attribute : attributes) {
    if (attribute.name != "rtpmap" || !attribute.value) continue;
    if (const auto map = parse_rtpmap(*attribute.value)) maps.push_back(*map);
  }
  return maps;
}

std::optional<RtpMap> MediaDescription::rtpmap(std::uint8_t payload_type) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name != "rtpmap" || !attribute.value) continue;
    std::string_view rest = trim_spaces(*attribute.value);
    if (parse_payload_type(take_word(rest)) != payload_type) continue;
    if (const auto map = parse_rtpmap(*attribute.value)) return map;
  }
  return std::nullopt;
}

std::optional<std::string_view> MediaDescription::fmtp(std::uint8_t payload_type) const {
  for (const Attribute& attribute : attributes) {
    if (attribute.name != "fmtp" || !attribute.value) continue;
    std::string_view rest = trim_spaces(*attribute.value);
    if (parse_payload_type(take_word(rest)) == payload_type) return trim_spaces(rest);
  }
  return std::nullopt;
}

std::optional<RtcpAddress> MediaDescription::rtcp() const {
  const auto value = value_of(attributes, "rtcp");
  if (!value) return std::nullopt;
  std::string_view rest = trim_spaces(*value);
  const auto number = parse_decimal(take_word(rest), 65'535);
  if (!number || *number == 0) return std::nullopt;
  RtcpAddress address{static_cast<std::uint16_t>(*number), std::nullopt};
  if (trim_spaces(rest).empty()) return address;
  address.connection = Connection::parse(rest);
  if (!address.connection) return std::nullopt;
  return address;
}

std::optional<std::uint32_t> MediaDescription::ptime() const {
  const auto value = value_of(attributes, "ptime");
  if (!value) return std::nullopt;
  const auto milliseconds = parse_decimal(trim_spaces(*value), kMaxPtime);
  if (!milliseconds || *milliseconds == 0) return std::nullopt;
  return static_cast<std::uint32_t>(*milliseconds);
}

std::optional<RtpMap> static_rtpmap(std::uint8_t payload_type) {
  const auto found = std::ranges::find(kStaticPayloadTypes, payload_type, &RtpMap::payload_type);
  if (found == kStaticPayloadTypes.end()) return std::nullopt;
  return *found;
}

}  // namespace ringfence::sip_core::sdp
