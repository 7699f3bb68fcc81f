#include "sip-core/message/outgoing_message.hpp"

#include <algorithm>
#include <utility>

#include "runtime/octet_scan.hpp"
#include "sip-core/message/status.hpp"

namespace ringfence::sip_core::sip {

namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kColon = ": ";
constexpr std::size_t kUsualLines = 1000;  // octets; beyond 1032 the C library takes long
constexpr std::size_t kUsualPieces = 16;
constexpr std::size_t kLengthAndVersion = 64;  // room for Content-Length, " SIP/2.0", line ends

// A CR, LF or NUL would end the line or the string somewhere on the way.
void append_clean(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  out += text;
  std::size_t at = find_control(out.data(), start, out.size());
  while (at < out.size()) {
    if (const char c = out[at]; c == '\r' || c == '\n' || c == '\0') out[at] = ' ';
    at = find_control(out.data(), at + 1, out.size());
  }
}

void append_line(std::string& out, HeaderName id, std::string_view name,
                 std::span<const std::string_view> value) {
  if (id == HeaderName::other) {
    append_clean(out, name);
  } else {
    out += name;
  }
  out += kColon;
  for (const std::string_view part : value)
    append_clean(out, part);
  out += kLineEnd;
}

}  // namespace

OutgoingMessage OutgoingMessage::request(Method method, std::string_view uri) {
  return request(to_text(method), uri);
}

OutgoingMessage OutgoingMessage::request(std::string_view method, std::string_view uri) {
  OutgoingMessage message;
  message.method_ = method;
  message.uri_ = uri;
  message.pieces_.reserve(kUsualPieces);
  return message;
}

OutgoingMessage OutgoingMessage::response(int status, std::string_view reason) {
  OutgoingMessage message;
  message.status_ = status;
  message.reason_ = reason.empty() ? reason_phrase(status) : reason;
  message.pieces_.reserve(kUsualPieces);
  return message;
}

// What is given may be a view into the lines themselves: they stay until the new ones are written.
OutgoingMessage::Piece OutgoingMessage::write_line(HeaderName id, std::string_view name,
                                                   std::span<const std::string_view> value) {
  std::size_t size = name.size() + kColon.size() + kLineEnd.size();
  for (const std::string_view part : value)
    size += part.size();
  const Piece piece{id, static_cast<std::uint32_t>(lines_.size()), static_cast<std::uint32_t>(size),
                    static_cast<std::uint32_t>(name.size())};
  if (lines_.size() + size <= lines_.capacity()) {
    append_line(lines_, id, name, value);
    return piece;
  }
  std::string grown;
  grown.reserve(std::max(kUsualLines, 2 * (lines_.size() + size)));
  grown += lines_;
  append_line(grown, id, name, value);
  lines_.swap(grown);
  return piece;
}

OutgoingMessage::Piece OutgoingMessage::write_line(HeaderName id, std::string_view value) {
  return write_line(id, to_text(id), {&value, 1});
}

OutgoingMessage::HeaderField OutgoingMessage::field_of(const Piece& piece) const {
  const std::string_view line = std::string_view(lines_).substr(piece.offset, piece.size);
  const std::size_t before = piece.name_size + kColon.size();
  return {piece.id, line.substr(0, piece.name_size),
          line.substr(before, line.size() - before - kLineEnd.size())};
}

OutgoingMessage& OutgoingMessage::add(HeaderName name, std::string_view value) {
  if (name == HeaderName::content_length) return *this;
  pieces_.push_back(write_line(name, value));
  return *this;
}

OutgoingMessage& OutgoingMessage::add(HeaderName name,
                                      std::initializer_list<std::string_view> parts) {
  if (name == HeaderName::content_length) return *this;
  pieces_.push_back(write_line(name, to_text(name), {parts.begin(), parts.size()}));
  return *this;
}

OutgoingMessage& OutgoingMessage::add(std::string_view name, std::string_view value) {
  const HeaderName id = header_name_from(name);
  if (id != HeaderName::other) return add(id, value);
  pieces_.push_back(write_line(id, name, {&value, 1}));
  return *this;
}

OutgoingMessage& OutgoingMessage::add_number(HeaderName name, std::uint64_t value) {
  return add(name, std::to_string(value));
}

OutgoingMessage& OutgoingMessage::set(HeaderName name, std::string_view value) {
  const auto found = std::ranges::find(pieces_, name, &Piece::id);
  if (found == pieces_.end()) return add(name, value);
  *found = write_line(name, value);
  const auto rest =
      std::remove_if(found + 1, pieces_.end(), [name](const Piece& p) { return p.id == name; });
  pieces_.erase(rest, pieces_.end());
  return *this;
}

OutgoingMessage& OutgoingMessage::add_first(HeaderName name, std::string_view value) {
  pieces_.insert(pieces_.begin(), write_line(name, value));
  return *this;
}

OutgoingMessage& OutgoingMessage::remove(HeaderName name) {
  std::erase_if(pieces_, [name](const Piece& p) { return p.id == name; });
  return *this;
}

OutgoingMessage& OutgoingMessage::copy(const Message& from, HeaderName name) {
  if (!from.has(name)) return *this;
  for (std::size_t i = 0; i < from.field_count(); ++i) {
    const Field field = from.field(i);
    if (field.id != name) continue;
    if (name == HeaderName::other) {
      add(field.name, field.value);
    } else {
      add(name, field.value);
    }
  }
  return *this;
}

OutgoingMessage& OutgoingMessage::body(std::string_view content_type, std::string bytes) {
  set(HeaderName::content_type, content_type);
  body_ = std::move(bytes);
  return *this;
}

std::optional<std::string_view> OutgoingMessage::header(HeaderName name) const {
  const auto found = std::ranges::find(pieces_, name, &Piece::id);
  if (found == pieces_.end()) return std::nullopt;
  return field_of(*found).value;
}

std::vector<OutgoingMessage::HeaderField> OutgoingMessage::fields() const {
  std::vector<HeaderField> all;
  all.reserve(pieces_.size());
  for (const Piece& piece : pieces_)
    all.push_back(field_of(piece));
  return all;
}

void OutgoingMessage::append_start_line(std::string& out) const {
  if (is_request()) {
    append_clean(out, method_);
    out += ' ';
    append_clean(out, uri_);
    out += " SIP/2.0";
  } else {
    out += "SIP/2.0 ";
    out += std::to_string(status_);
    out += ' ';
    append_clean(out, reason_);
  }
  out += kLineEnd;
}

// Pieces that lie side by side are taken at once.
void OutgoingMessage::append_lines(std::string& out) const {
  for (std::size_t i = 0; i < pieces_.size();) {
    const std::size_t begin = pieces_[i].offset;
    std::size_t end = begin;
    for (; i < pieces_.size() && pieces_[i].offset == end; ++i)
      end += pieces_[i].size;
    out.append(lines_, begin, end - begin);
  }
}

std::string OutgoingMessage::serialize() const {
  std::string out;
  out.reserve(method_.size() + uri_.size() + reason_.size() + lines_.size() + body_.size() +
              kLengthAndVersion);
  append_start_line(out);
  append_lines(out);
  out += to_text(HeaderName::content_length);
  out += kColon;
  out += std::to_string(body_.size());
  out += kLineEnd;
  out += kLineEnd;
  out += body_;
  return out;
}

}  // namespace ringfence::sip_core::sip
