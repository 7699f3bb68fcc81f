#include "sip-core/message/outgoing_message.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/message/status.hpp"

namespace ringfence::sip_core::sip {

namespace {

constexpr std::string_view kLineEnd = "\r\n";

// A CR, LF or NUL would end the line or the string somewhere on the way.
void append_clean(std::string& out, std::string_view text) {
  const std::size_t start = out.size();
  out += text;
  std::replace_if(
      out.begin() + static_cast<std::ptrdiff_t>(start), out.end(),
      [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  append_clean(out, name);
  out += ": ";
  append_clean(out, value);
  out += kLineEnd;
}

std::string_view name_of(const OutgoingMessage::HeaderField& field) {
  return field.id == HeaderName::other ? std::string_view(field.name) : to_text(field.id);
}

}  // namespace

OutgoingMessage OutgoingMessage::request(Method method, std::string_view uri) {
  return request(to_text(method), uri);
}

OutgoingMessage OutgoingMessage::request(std::string_view method, std::string_view uri) {
  OutgoingMessage message;
  message.method_ = method;
  message.uri_ = uri;
  return message;
}

OutgoingMessage OutgoingMessage::response(int status, std::string_view reason) {
  OutgoingMessage message;
  message.status_ = status;
  message.reason_ = reason.empty() ? reason_phrase(status) : reason;
  return message;
}

OutgoingMessage& OutgoingMessage::add(HeaderName name, std::string_view value) {
  if (name != HeaderName::content_length) fields_.push_back({name, {}, std::string(value)});
  return *this;
}

OutgoingMessage& OutgoingMessage::add(std::string_view name, std::string_view value) {
  const HeaderName id = header_name_from(name);
  if (id != HeaderName::other) return add(id, value);
  fields_.push_back({id, std::string(name), std::string(value)});
  return *this;
}

OutgoingMessage& OutgoingMessage::add_number(HeaderName name, std::uint64_t value) {
  return add(name, std::to_string(value));
}

OutgoingMessage& OutgoingMessage::set(HeaderName name, std::string_view value) {
  const auto found = std::ranges::find(fields_, name, &HeaderField::id);
  if (found == fields_.end()) return add(name, value);
  found->value = value;
  const auto rest = std::remove_if(found + 1, fields_.end(),
                                   [name](const HeaderField& f) { return f.id == name; });
  fields_.erase(rest, fields_.end());
  return *this;
}

OutgoingMessage& OutgoingMessage::add_first(HeaderName name, std::string_view value) {
  fields_.insert(fields_.begin(), {name, {}, std::string(value)});
  return *this;
}

OutgoingMessage& OutgoingMessage::remove(HeaderName name) {
  std::erase_if(fields_, [name](const HeaderField& f) { return f.id == name; });
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
  const auto found = std::ranges::find(fields_, name, &HeaderField::id);
  if (found == fields_.end()) return std::nullopt;
  return found->value;
}

std::size_t OutgoingMessage::estimated_size() const {
  constexpr std::size_t kStartLineAndLength = 64;
  std::size_t size = kStartLineAndLength + method_.size() + uri_.size() + reason_.size();
  for (const HeaderField& field : fields_)
    size += name_of(field).size() + field.value.size() + 4;
  return size + body_.size();
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

std::string OutgoingMessage::serialize() const {
  std::string out;
  out.reserve(estimated_size());
  append_start_line(out);
  for (const HeaderField& field : fields_)
    append_field(out, name_of(field), field.value);
  append_field(out, to_text(HeaderName::content_length), std::to_string(body_.size()));
  out += kLineEnd;
  out += body_;
  return out;
}

}  // namespace ringfence::sip_core::sip
