#include "sip-core/sdp/session_description.hpp"

namespace ringfence::sip_core::sdp {

namespace {

void append_line(std::string& out, char type, std::string_view value) {
  out += type;
  out += '=';
  out += value;
  out += "\r\n";
}

void append_connection(std::string& out, const Connection& connection) {
  out += "c=";
  connection.append_to(out);
  out += "\r\n";
}

void append_origin(std::string& out, const Origin& origin) {
  out.append("o=").append(origin.username).append(1, ' ');
  out.append(std::to_string(origin.session_id)).append(1, ' ');
  out.append(std::to_string(origin.version)).append(1, ' ');
  origin.address.append_to(out);
  out += "\r\n";
}

void append_media(std::string& out, const MediaDescription& media) {
  out += "m=";
  out += media.kind_text;
  out += ' ';
  out += std::to_string(media.port);
  if (media.port_count > 1) {
    out += '/';
    out += std::to_string(media.port_count);
  }
  out += ' ';
  out += media.profile_text;
  for (const std::string& format : media.formats) {
    out += ' ';
    out += format;
  }
  out += "\r\n";
  if (media.information) append_line(out, 'i', *media.information);
  for (const Connection& connection : media.connections)
    append_connection(out, connection);
  for (const std::string& bandwidth : media.bandwidths)
    append_line(out, 'b', bandwidth);
  out += media.attributes.lines();
}

// Room for what is usual, so that writing allocates once.
std::size_t estimated_size(const SessionDescription& session) {
  constexpr std::size_t kSessionLines = 256;
  constexpr std::size_t kMediaLines = 128;
  std::size_t size = kSessionLines + session.attributes.lines().size();
  for (const MediaDescription& media : session.media)
    size += kMediaLines + media.formats.size() * 4 + media.attributes.lines().size();
  return size;
}

}  // namespace

std::string_view describe(SdpErrorCode code) {
  switch (code) {
    case SdpErrorCode::too_long:
      return "description or line too long";
    case SdpErrorCode::version:
      return "v= missing or not 0";
    case SdpErrorCode::origin:
      return "malformed o=";
    case SdpErrorCode::line:
      return "unexpected line";
    case SdpErrorCode::connection:
      return "malformed c=";
    case SdpErrorCode::timing:
      return "malformed t=";
    case SdpErrorCode::media:
      return "malformed m=";
    case SdpErrorCode::too_many:
      return "too many media or attributes";
    case SdpErrorCode::no_connection:
      return "no c= for a media line";
  }
  return "malformed description";
}

std::string SessionDescription::to_string() const {
  std::string out;
  out.reserve(estimated_size(*this));
  out += "v=0\r\n";
  append_origin(out, origin);
  append_line(out, 's', session_name);
  for (const std::string& line : contact_lines)
    out += line + "\r\n";
  if (connection) append_connection(out, *connection);
  for (const std::string& bandwidth : bandwidths)
    append_line(out, 'b', bandwidth);
  for (const std::string& line : time_lines)
    out += line + "\r\n";
  out += attributes.lines();
  for (const MediaDescription& m : media)
    append_media(out, m);
  return out;
}

const Connection* SessionDescription::connection_of(const MediaDescription& m) const {
  if (!m.connections.empty()) return &m.connections.front();
  return connection ? &*connection : nullptr;
}

Direction SessionDescription::direction_of(const MediaDescription& m) const {
  const auto own = sdp::direction_of(m.attributes);
  if (own) return *own;
  return sdp::direction_of(attributes).value_or(Direction::sendrecv);
}

}  // namespace ringfence::sip_core::sdp
