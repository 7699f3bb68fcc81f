#include "sip-core/message/parser.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "runtime/octet_scan.hpp"
#include "sip-core/message/characters.hpp"
#include "sip-core/message/salvage.hpp"

namespace ringfence::sip_core::sip {

namespace {

constexpr std::size_t kUsualFields = 32;
constexpr std::size_t kUsualName = 48;  // octets in which a known name and its colon fit
constexpr std::string_view kVersion = "SIP/2.0";

int status_for(ParseErrorCode code) noexcept {
  switch (code) {
    case ParseErrorCode::version:
      return 505;
    case ParseErrorCode::start_line_too_long:
    case ParseErrorCode::header_too_long:
    case ParseErrorCode::too_many_headers:
    case ParseErrorCode::headers_too_long:
      return 513;
    case ParseErrorCode::body_too_long:
      return 413;
    case ParseErrorCode::empty:
    case ParseErrorCode::start_line:
    case ParseErrorCode::request_uri:
    case ParseErrorCode::status_code:
    case ParseErrorCode::line_end:
    case ParseErrorCode::header_name:
    case ParseErrorCode::header_value:
    case ParseErrorCode::headers_unterminated:
    case ParseErrorCode::content_length:
    case ParseErrorCode::body_truncated:
    case ParseErrorCode::trailing_octets:
      return 400;
  }
  return 400;
}

}  // namespace

class Parser {
 public:
  Parser(std::string buffer, Framing framing) : framing_(framing) {
    message_.buffer_ = std::move(buffer);
    data_ = message_.buffer_.data();
    size_ = message_.buffer_.size();
    last_.fill(Message::kNone);
  }

  std::expected<Message, ParseError> run() {
    if (skip_empty_lines() && read_start_line() && read_fields() && place_body()) {
      finish();
      return std::move(message_);
    }
    ParseError error{failure_, position_, status_for(failure_), salvage(bytes())};
    if (!error.salvage.is_request) error.suggested_status = 0;
    return std::unexpected(std::move(error));
  }

 private:
  using Slice = Message::Slice;

  std::string_view bytes() const { return {data_, size_}; }
  char at(std::size_t i) const { return data_[i]; }
  std::size_t size() const { return size_; }
  std::size_t next_control(std::size_t i) const { return find_control(data_, i, size_); }
  bool line_end_at(std::size_t i) const {
    return i + 1 < size() && at(i) == '\r' && at(i + 1) == '\n';
  }
  static Slice slice(std::size_t begin, std::size_t end) {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin)};
  }
  Slice slice_of(std::string_view inside) const {
    const auto begin = static_cast<std::size_t>(inside.data() - data_);
    return slice(begin, begin + inside.size());
  }
  bool fail(ParseErrorCode code, std::size_t where) {
    failure_ = code;
    position_ = where;
    return false;
  }

  bool skip_empty_lines();
  bool read_start_line();
  bool read_request_line(std::string_view line);
  bool read_status_line(std::string_view line);
  bool read_fields();
  bool read_field();
  bool read_value(std::size_t field_start, std::size_t& end);
  bool read_other_field(std::size_t start);
  bool read_rest_of_field(Slice name, HeaderName id, std::size_t value_begin);
  bool index_field(Slice name, HeaderName id, std::size_t value_begin, std::size_t value_end);
  bool note_content_length(std::string_view value);
  bool place_body();
  void finish();

  Message message_;
  char* data_ = nullptr;  // of the message's buffer, which stays where it is while this reads
  std::size_t size_ = 0;
  Framing framing_;
  std::size_t position_ = 0;
  std::size_t headers_start_ = 0;
  ParseErrorCode failure_ = ParseErrorCode::empty;
  std::optional<std::uint64_t> content_length_;
  std::array<std::uint8_t, kHeaderNames> last_;
};

// RFC 3261 §7.5: CRLFs before the start line are ignored (R029).
bool Parser::skip_empty_lines() {
  while (line_end_at(position_))
    position_ += 2;
  if (position_ == size()) return fail(ParseErrorCode::empty, position_);
  return true;
}

bool Parser::read_start_line() {
  const std::size_t start = position_;
  const std::size_t end = next_control(start);
  if (end - start > kMaxStartLine) return fail(ParseErrorCode::start_line_too_long, start);
  if (end == size()) return fail(ParseErrorCode::headers_unterminated, end);
  if (!line_end_at(end)) return fail(ParseErrorCode::line_end, end);
  const std::string_view line = bytes().substr(start, end - start);
  const bool is_status_line = equal_without_case(line.substr(0, 4), "SIP/");
  if (!(is_status_line ? read_status_line(line) : read_request_line(line))) return false;
  position_ = end + 2;
  return true;
}

bool has_delimiter(std::string_view uri) {
  return find_any<' ', '\t', '<', '>', '"'>(uri.data(), 0, uri.size()) != uri.size();
}

bool Parser::read_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return fail(ParseErrorCode::start_line, position_);
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view uri = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (method.empty() || !all_of_class(method, kToken)) {
    return fail(ParseErrorCode::start_line, position_);
  }
  if (!equal_without_case(version, kVersion)) {
    const bool other_version = equal_without_case(version.substr(0, 4), "SIP/");
    return fail(other_version ? ParseErrorCode::version : ParseErrorCode::start_line, position_);
  }
  // RFC 4475 §3.1.2.7, §3.1.2.8: neither white space nor brackets around the URI.
  if (uri.empty() || has_delimiter(uri)) {
    return fail(ParseErrorCode::request_uri, position_ + first + 1);
  }
  message_.method_ = method_from(method);
  message_.method_text_ = slice_of(method);
  message_.uri_ = slice_of(uri);
  return true;
}

bool Parser::read_status_line(std::string_view line) {
  if (!equal_without_case(line.substr(0, kVersion.size()), kVersion) ||
      line.substr(kVersion.size(), 1) != " ") {
    return fail(ParseErrorCode::version, position_);
  }
  std::string_view rest = line.substr(kVersion.size() + 1);
  const std::string_view code = rest.substr(0, rest.find(' '));
  const auto number = parse_number(code, 1000);
  // RFC 4475 §3.1.2.19: a longer number is not cut to fit (R042).
  if (code.size() != 3 || !number || *number < 100 || *number > 699) {
    return fail(ParseErrorCode::status_code, position_);
  }
  rest.remove_prefix(code.size());
  if (!rest.empty()) rest.remove_prefix(1);
  message_.status_ = static_cast<int>(*number);
  message_.reason_ = slice_of(rest);
  return true;
}

bool Parser::read_fields() {
  headers_start_ = position_;
  message_.fields_.reserve(kUsualFields);
  while (position_ < size()) {
    if (line_end_at(position_)) {
      position_ += 2;
      return true;
    }
    if (!read_field()) return false;
  }
  return fail(ParseErrorCode::headers_unterminated, position_);
}

bool Parser::read_field() {
  const std::size_t start = position_;
  const std::size_t colon = find_any<':'>(data_, start, std::min(size_, start + kUsualName));
  std::size_t name_end = colon;
  while (name_end > start && is_space(at(name_end - 1)))
    --name_end;
  const HeaderName id = header_name_from(bytes().substr(start, name_end - start));
  // A name that is known is a token; of another one every octet is looked at (R038).
  if (id == HeaderName::other || colon == size_ || at(colon) != ':') return read_other_field(start);
  return read_rest_of_field(slice(start, name_end), id, colon + 1);
}

bool Parser::read_other_field(std::size_t start) {
  const std::size_t name_end = start + span_of_class(bytes(), kToken, start);
  std::size_t i = name_end;
  while (i < size() && is_space(at(i)))
    ++i;
  if (name_end == start || i == size() || at(i) != ':') {
    return fail(ParseErrorCode::header_name, i);
  }
  const Slice name = slice(start, name_end);
  return read_rest_of_field(name, header_name_from(bytes().substr(start, name.size)), i + 1);
}

bool Parser::read_rest_of_field(Slice name, HeaderName id, std::size_t value_begin) {
  const std::size_t start = name.offset;
  std::size_t value_end = value_begin;
  if (!read_value(start, value_end)) return false;
  position_ = value_end + 2;
  if (position_ - headers_start_ > kMaxHeaderSection) {
    return fail(ParseErrorCode::headers_too_long, position_);
  }
  if (message_.fields_.size() == kMaxHeaderFields) {
    return fail(ParseErrorCode::too_many_headers, start);
  }
  return index_field(name, id, value_begin, value_end);
}

// Moves `end` to the CRLF that ends the field; folds on the way become spaces (RFC 3261 §7.3.1).
bool Parser::read_value(std::size_t field_start, std::size_t& end) {
  while (true) {
    end = next_control(end);
    if (end - field_start > kMaxHeaderField) {
      return fail(ParseErrorCode::header_too_long, field_start);
    }
    if (end == size()) return fail(ParseErrorCode::headers_unterminated, end);
    if (line_end_at(end)) {
      if (end + 2 == size() || !is_space(at(end + 2))) return true;
      data_[end] = ' ';
      data_[end + 1] = ' ';
      end += 3;
      continue;
    }
    if (at(end) == '\r' || at(end) == '\n') return fail(ParseErrorCode::line_end, end);
    // RFC 3261 §25.1 quoted-pair: only behind a backslash (RFC 4475 §3.1.1.2).
    if (at(end - 1) != '\\') return fail(ParseErrorCode::header_value, end);
    ++end;
  }
}

bool Parser::index_field(Slice name, HeaderName id, std::size_t value_begin,
                         std::size_t value_end) {
  while (value_begin < value_end && is_space(at(value_begin)))
    ++value_begin;
  while (value_end > value_begin && is_space(at(value_end - 1)))
    --value_end;
  const auto index = static_cast<std::uint8_t>(message_.fields_.size());
  message_.fields_.push_back({name, slice(value_begin, value_end), id, Message::kNone});
  const auto slot = static_cast<std::size_t>(id);
  if (last_[slot] == Message::kNone) {
    message_.first_[slot] = index;
  } else {
    message_.fields_[last_[slot]].next = index;
  }
  last_[slot] = index;
  if (id != HeaderName::content_length) return true;
  return note_content_length(bytes().substr(value_begin, value_end - value_begin));
}

bool Parser::note_content_length(std::string_view value) {
  // Several are refused, even equal ones (R031); numbers stop at the limit, never wrap (R032).
  const auto number = parse_number(value, UINT64_MAX);
  if (content_length_ || !number) return fail(ParseErrorCode::content_length, position_);
  content_length_ = number;
  return true;
}

bool Parser::place_body() {
  const std::size_t available = size() - position_;
  if (!content_length_ && framing_ == Framing::stream) {
    return fail(ParseErrorCode::content_length, position_);
  }
  const std::uint64_t length = content_length_.value_or(available);
  if (length > kMaxBody) return fail(ParseErrorCode::body_too_long, position_);
  if (length > available) return fail(ParseErrorCode::body_truncated, position_);
  if (length < available && framing_ == Framing::stream) {
    return fail(ParseErrorCode::trailing_octets, position_);
  }
  message_.body_ = slice(position_, position_ + static_cast<std::size_t>(length));
  return true;
}

void Parser::finish() {
  message_.read_ahead();
  const auto& cseq = message_.cseq();
  if (message_.is_request() || !cseq) return;
  message_.method_ = cseq->method;
  message_.method_text_ = slice_of(cseq->method_text);
}

std::expected<Message, ParseError> parse(std::string buffer, Framing framing) {
  return Parser(std::move(buffer), framing).run();
}

}  // namespace ringfence::sip_core::sip
