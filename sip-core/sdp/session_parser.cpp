// Reading a session description line by line (RFC 8866 §5, §9).
#include <algorithm>
#include <array>
#include <utility>

#include "runtime/octet_scan.hpp"
#include "sip-core/sdp/limits.hpp"
#include "sip-core/sdp/session_description.hpp"
#include "sip-core/sdp/text.hpp"

namespace ringfence::sip_core::sdp {

namespace {

constexpr std::string_view kSessionLines = "siuepcbtrzka";
constexpr std::string_view kMediaLines = "icbka";
constexpr std::size_t kUsualLines = 1024;  // octets of the a= lines of one level

// In the order of the enumeration.
constexpr std::array<std::string_view, 6> kKinds = {"audio",       "video",   "text",
                                                    "application", "message", "image"};

MediaKind kind_from(std::string_view text) {
  const auto found = std::ranges::find(kKinds, text);
  return static_cast<MediaKind>(found - kKinds.begin());  // the end is `other`
}

Profile profile_from(std::string_view text) {
  for (std::size_t i = 0; i < static_cast<std::size_t>(Profile::other); ++i) {
    if (to_text(static_cast<Profile>(i)) == text) return static_cast<Profile>(i);
  }
  return Profile::other;
}

using Fault = std::optional<SdpErrorCode>;

struct Line {
  std::string_view text;
  bool clean = true;  // neither NUL nor a CR within
};

// Takes a line off the front, which CRLF, LF or the end of the text ends.
Line take_line(std::string_view& text) {
  Line line;
  const char* const data = text.data();
  const std::size_t size = text.size();
  std::size_t at = find_control(data, 0, size);
  for (; at < size && data[at] != '\n'; at = find_control(data, at + 1, size)) {
    const bool ends = data[at] == '\r' && (at + 1 == size || data[at + 1] == '\n');
    if (!ends && (data[at] == '\r' || data[at] == '\0')) line.clean = false;
  }
  line.text = text.substr(0, at);
  text.remove_prefix(std::min(at + 1, size));
  if (line.text.ends_with('\r')) line.text.remove_suffix(1);
  return line;
}

class Reader {
 public:
  std::expected<SessionDescription, SdpError> run(std::string_view text);

 private:
  Fault read_line(const Line& line);
  Fault check_place(char type);
  Fault read_session_line(char type, std::string_view line);
  Fault read_media_line(char type, std::string_view value);
  Fault read_origin(std::string_view value);
  Fault read_time_line(char type, std::string_view line);
  Fault begin_media(std::string_view value);
  Fault read_port(MediaDescription& media, std::string_view word);
  Fault add_attribute(Attributes& attributes, std::string_view value);
  Fault check_connections() const;

  SessionDescription session_;
  std::string_view rest_;
  bool has_version_ = false;
  bool has_origin_ = false;
  bool has_name_ = false;
  bool has_connection_ = false;
};

// §5 fixes the order of lines; in the field c= and b= stand before or behind t=, and behind a=, and
// their meaning is plain all the same. So only v= and o= must come first, and only what there may
// be one of is counted.
Fault Reader::check_place(char type) {
  if (!has_version_) return type == 'v' ? Fault() : SdpErrorCode::version;
  if (!has_origin_) return type == 'o' ? Fault() : SdpErrorCode::origin;
  if (type == 'm') return std::nullopt;
  const bool in_media = !session_.media.empty();
  const std::string_view known = in_media ? kMediaLines : kSessionLines;
  if (!known.contains(type)) return SdpErrorCode::line;
  if (in_media || (type != 's' && type != 'c')) return std::nullopt;
  bool& seen = type == 's' ? has_name_ : has_connection_;
  return std::exchange(seen, true) ? SdpErrorCode::line : Fault();
}

Fault Reader::read_line(const Line& line) {
  const std::string_view text = line.text;
  if (text.size() > kMaxLine) return SdpErrorCode::too_long;
  if (text.size() < 2 || text[1] != '=' || !line.clean) return SdpErrorCode::line;
  const char type = text.front();
  if (const Fault fault = check_place(type)) return fault;
  if (type == 'm' || !session_.media.empty()) return read_media_line(type, text.substr(2));
  return read_session_line(type, text);
}

Fault Reader::read_session_line(char type, std::string_view line) {
  const std::string_view value = line.substr(2);
  switch (type) {
    case 'v':
      has_version_ = true;
      return trim_spaces(value) == "0" ? Fault() : SdpErrorCode::version;
    case 'o':
      return read_origin(value);
    case 's':
      session_.session_name = value.empty() ? "-" : value;
      return std::nullopt;
    case 'c':
      session_.connection = Connection::parse(value);
      return session_.connection ? Fault() : SdpErrorCode::connection;
    case 'b':
      if (session_.bandwidths.size() == kMaxFormats) return SdpErrorCode::too_many;
      session_.bandwidths.emplace_back(value);
      return std::nullopt;
    case 't':
    case 'r':
    case 'z':
      return read_time_line(type, line);
    case 'a':
      return add_attribute(session_.attributes, value);
    case 'k':
      return std::nullopt;  // RFC 8866 §5.12: must not be used
    default:
      break;  // i, u, e and p: check_place lets nothing else pass
  }
  if (session_.contact_lines.size() == kMaxFormats) return SdpErrorCode::too_many;
  session_.contact_lines.emplace_back(line);
  return std::nullopt;
}

Fault Reader::read_media_line(char type, std::string_view value) {
  if (type == 'm') return begin_media(value);
  MediaDescription& media = session_.media.back();
  switch (type) {
    case 'i':
      media.information.emplace(value);
      return std::nullopt;
    case 'c': {
      auto connection = Connection::parse(value);
      if (!connection) return SdpErrorCode::connection;
      if (media.connections.size() == kMaxFormats) return SdpErrorCode::too_many;
      media.connections.push_back(std::move(*connection));
      return std::nullopt;
    }
    case 'b':
      if (media.bandwidths.size() == kMaxFormats) return SdpErrorCode::too_many;
      media.bandwidths.emplace_back(value);
      return std::nullopt;
    case 'a':
      return add_attribute(media.attributes, value);
    default:
      return std::nullopt;  // k=
  }
}

Fault Reader::read_origin(std::string_view value) {
  std::string_view rest = trim_spaces(value);
  Origin& origin = session_.origin;
  origin.username = take_word(rest);
  // §5.2 asks for numeric strings; some send longer ones than 64 bits, and those are cut off at
  // the largest number: only equality and growth count (RFC 3264 §8).
  const std::string_view id = take_word(rest);
  const std::string_view version = take_word(rest);
  const auto address = Connection::parse(rest);
  const auto all_digits = [](std::string_view text) {
    return !text.empty() && text.size() <= 40 &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
  };
  if (origin.username.empty() || !all_digits(id) || !all_digits(version) || !address) {
    return SdpErrorCode::origin;
  }
  origin.session_id = parse_decimal(id, UINT64_MAX).value_or(UINT64_MAX);
  origin.version = parse_decimal(version, UINT64_MAX).value_or(UINT64_MAX);
  origin.address = *address;
  has_origin_ = true;
  return std::nullopt;
}

Fault Reader::read_time_line(char type, std::string_view line) {
  if (type == 't') {
    std::string_view rest = trim_spaces(line.substr(2));
    const auto start = parse_decimal(take_word(rest), UINT64_MAX);
    const auto stop = parse_decimal(trim_spaces(rest), UINT64_MAX);
    if (!start || !stop) return SdpErrorCode::timing;
  }
  if (session_.time_lines.size() == kMaxFormats) return SdpErrorCode::too_many;
  session_.time_lines.emplace_back(line);
  return std::nullopt;
}

Fault Reader::read_port(MediaDescription& media, std::string_view word) {
  const std::size_t slash = word.find('/');
  const auto port = parse_decimal(word.substr(0, slash), 65'535);
  if (!port) return SdpErrorCode::media;
  media.port = static_cast<std::uint16_t>(*port);
  if (slash == std::string_view::npos) return std::nullopt;
  const auto count = parse_decimal(word.substr(slash + 1), 65'535);
  if (!count || *count == 0) return SdpErrorCode::media;
  media.port_count = static_cast<std::uint32_t>(*count);
  return std::nullopt;
}

Fault Reader::begin_media(std::string_view value) {
  if (session_.media.size() == kMaxMedia) return SdpErrorCode::too_many;
  std::string_view rest = trim_spaces(value);
  MediaDescription& media = session_.media.emplace_back();
  media.kind_text = take_word(rest);
  media.kind = kind_from(media.kind_text);
  if (!is_token(media.kind_text)) return SdpErrorCode::media;
  if (const Fault fault = read_port(media, take_word(rest))) return fault;
  media.profile_text = take_word(rest);
  media.profile = profile_from(media.profile_text);
  if (media.profile_text.empty()) return SdpErrorCode::media;
  const auto words = static_cast<std::size_t>(std::ranges::count(rest, ' ')) + 1;
  media.formats.reserve(std::min(words, kMaxFormats));
  while (!rest.empty()) {
    const std::string_view format = take_word(rest);
    if (format.empty()) continue;
    if (media.formats.size() == kMaxFormats) return SdpErrorCode::too_many;
    media.formats.emplace_back(format);
  }
  return media.formats.empty() ? SdpErrorCode::media : Fault();
}

Fault Reader::add_attribute(Attributes& attributes, std::string_view value) {
  if (attributes.size() == kMaxAttributes) return SdpErrorCode::too_many;
  const std::size_t colon = value.find(':');
  const std::string_view name = trim_spaces(value.substr(0, colon));
  if (!is_token(name)) return std::nullopt;  // costs that attribute and not the call (F089)
  if (attributes.empty()) attributes.reserve(std::min(rest_.size() + value.size(), kUsualLines));
  if (name.size() == std::min(colon, value.size())) {
    attributes.push_clean_line(value);
  } else {
    attributes.push_back({name, colon == std::string_view::npos ? std::optional<std::string_view>()
                                                                : value.substr(colon + 1)});
  }
  return std::nullopt;
}

// §5.7: every media description has a c= of its own, or there is one for all. A rejected one needs
// none.
Fault Reader::check_connections() const {
  const bool ok = std::ranges::all_of(session_.media, [this](const MediaDescription& media) {
    return media.is_rejected() || session_.connection_of(media) != nullptr;
  });
  return ok ? Fault() : SdpErrorCode::no_connection;
}

std::expected<SessionDescription, SdpError> Reader::run(std::string_view text) {
  if (text.size() > kMaxDescription) return std::unexpected(SdpError{SdpErrorCode::too_long, 0});
  session_.time_lines.clear();
  rest_ = text;
  std::size_t number = 0;
  while (!rest_.empty()) {
    ++number;
    const Line line = take_line(rest_);
    // Empty lines at the end are seen in the field and mean nothing.
    if (line.text.empty() && rest_.find_first_not_of("\r\n") == std::string_view::npos) break;
    if (const Fault fault = read_line(line)) return std::unexpected(SdpError{*fault, number});
  }
  if (!has_version_) return std::unexpected(SdpError{SdpErrorCode::version, number});
  if (!has_origin_) return std::unexpected(SdpError{SdpErrorCode::origin, number});
  if (const Fault fault = check_connections()) return std::unexpected(SdpError{*fault, number});
  if (session_.time_lines.empty()) session_.time_lines.emplace_back("t=0 0");
  return std::move(session_);
}

}  // namespace

std::expected<SessionDescription, SdpError> SessionDescription::parse(std::string_view text) {
  return Reader().run(text);
}

}  // namespace ringfence::sip_core::sdp
