#include "tls-front/framer/sip_framer.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "tls-front/framer/content_length.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kKeptCapacity = 4096;  // an idle connection keeps no more than this

bool is_control(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet < 0x20 || octet == 0x7f;
}

// A method or "SIP/": RFC 3261 §25.1 `token`.
bool opens_start_line(char c) {
  constexpr std::string_view kOthers = "-.!%*_+`'~";
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         kOthers.find(c) != std::string_view::npos;
}

// Only that it speaks of SIP at all: which version and method it says is for sip-core to judge.
bool is_sip_start_line(std::string_view line) {
  return line.starts_with("SIP/") || line.find(" SIP/") != std::string_view::npos;
}

}  // namespace

std::string_view describe(FramingError error) {
  switch (error) {
    case FramingError::content_length_missing:
      return "no Content-Length on a stream";
    case FramingError::content_length_invalid:
      return "Content-Length is no number";
    case FramingError::content_length_repeated:
      return "more than one Content-Length";
    case FramingError::body_too_large:
      return "Content-Length is over the limit";
    case FramingError::start_line_too_long:
      return "the start line is over the limit";
    case FramingError::header_too_large:
      return "the header is over the limit";
    case FramingError::not_sip:
      return "this is not SIP";
  }
  return "unknown";
}

void SipFramer::feed(std::string_view octets) {
  if (failed_) return;
  compact();
  buffer_.append(octets);
}

void SipFramer::compact() {
  if (start_ == 0) return;
  if (start_ == buffer_.size() && buffer_.capacity() > kKeptCapacity) {
    std::string().swap(buffer_);
  } else {
    buffer_.erase(0, start_);
  }
  scanned_ -= start_;
  line_start_ -= start_;
  field_start_ -= start_;
  if (part_ == Part::body) message_end_ -= start_;
  start_ = 0;
}

std::optional<Frame> SipFramer::next() {
  if (failed_) return std::nullopt;
  if (part_ == Part::between) {
    if (auto frame = skip_crlf()) return frame;
  }
  if (part_ == Part::start_line || part_ == Part::fields) {
    if (auto frame = take_header()) return frame;
  }
  if (part_ == Part::body) return take_body();
  if (part_ == Part::between) compact();
  return std::nullopt;
}

// RFC 3261 §7.5: CRLFs before a start line are skipped; two of them are a ping.
std::optional<Frame> SipFramer::skip_crlf() {
  while (start_ < buffer_.size()) {
    const char first = buffer_[start_];
    if (first != '\r') {
      if (!opens_start_line(first)) return fail(FramingError::not_sip, start_ + 1);
      part_ = Part::start_line;
      scanned_ = line_start_ = field_start_ = start_;
      fields_ = content_lengths_ = 0;
      content_length_.clear();
      in_content_length_ = false;
      crlfs_ = 0;
      return std::nullopt;
    }
    if (start_ + 1 == buffer_.size()) return std::nullopt;
    if (buffer_[start_ + 1] != '\n') return fail(FramingError::not_sip, start_ + 2);
    start_ += 2;
    scanned_ = line_start_ = field_start_ = start_;
    if (std::exchange(pong_expected_, false)) {
      crlfs_ = 0;
      return Frame{.kind = Frame::Kind::pong, .error = {}, .octets = {}};
    }
    if (++crlfs_ == 2) {
      crlfs_ = 0;
      return Frame{.kind = Frame::Kind::ping, .error = {}, .octets = {}};
    }
  }
  return std::nullopt;
}

std::optional<Frame> SipFramer::take_header() {
  while (part_ == Part::start_line || part_ == Part::fields) {
    if (line_start_ == buffer_.size()) return std::nullopt;
    const char first = buffer_[line_start_];
    const bool folded = part_ == Part::fields && (first == ' ' || first == '\t');
    if (!folded) field_start_ = line_start_;
    // Whichever limit comes first decides, so that the error does not hang on how octets arrive.
    const std::size_t field_limit = field_start_ + kMaxField;
    const std::size_t limit = std::min(field_limit, start_ + kMaxHeader);
    const std::size_t searched = std::min(buffer_.size(), limit);
    const void* found = scanned_ < searched
                            ? std::memchr(buffer_.data() + scanned_, '\n', searched - scanned_)
                            : nullptr;
    if (found == nullptr) {
      scanned_ = searched;
      if (buffer_.size() < limit) return std::nullopt;
      return fail(part_ == Part::start_line ? FramingError::start_line_too_long
                                            : FramingError::header_too_large,
                  limit);
    }
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data()) + 1;
    if (auto frame = take_line(end)) return frame;
    scanned_ = line_start_ = end;
  }
  return std::nullopt;
}

std::optional<Frame> SipFramer::take_line(std::size_t end) {
  const std::string_view line(buffer_.data() + line_start_, end - line_start_);
  // A lone CR or LF may end a line for one reader and not for the next: nobody may choose.
  if (line.size() < 2 || line.find('\r') != line.size() - 2) {
    return fail(FramingError::not_sip, end);
  }
  const std::string_view content = line.substr(0, line.size() - 2);
  if (part_ == Part::start_line) {
    if (!is_sip_start_line(content)) return fail(FramingError::not_sip, end);
    part_ = Part::fields;
    return std::nullopt;
  }
  if (content.empty()) return end_header(end);
  return take_field(content);
}

std::optional<Frame> SipFramer::take_field(std::string_view line) {
  const std::size_t end = line_start_ + line.size() + 2;
  if (line.front() == ' ' || line.front() == '\t') {
    if (fields_ == 0) return fail(FramingError::not_sip, end);
    if (in_content_length_) content_length_.append(line);
    return std::nullopt;
  }
  if (++fields_ > kMaxFields) return fail(FramingError::header_too_large, end);
  const std::size_t colon = line.find(':');
  std::string_view name = line.substr(0, colon);
  // R038: blanks before the colon are RFC 3261's, any other control octet is a trick.
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t'))
    name.remove_suffix(1);
  if (std::ranges::any_of(name, is_control)) return fail(FramingError::not_sip, end);
  in_content_length_ = colon != std::string_view::npos && is_content_length(name);
  if (in_content_length_) {
    ++content_lengths_;
    content_length_.assign(line.substr(colon + 1));
  }
  return std::nullopt;
}

std::optional<Frame> SipFramer::end_header(std::size_t end) {
  if (content_lengths_ == 0) return fail(FramingError::content_length_missing, end);
  // RFC 4475 §3.3.9: even equal ones, for the next reader may take the other.
  if (content_lengths_ > 1) return fail(FramingError::content_length_repeated, end);
  const auto length = parse_content_length(content_length_, kMaxBody);
  if (!length) {
    return fail(length.error() == ContentLengthError::too_large
                    ? FramingError::body_too_large
                    : FramingError::content_length_invalid,
                end);
  }
  message_end_ = end + *length;
  part_ = Part::body;
  return std::nullopt;
}

std::optional<Frame> SipFramer::take_body() {
  if (buffer_.size() < message_end_) return std::nullopt;
  const std::string_view octets(buffer_.data() + start_, message_end_ - start_);
  start_ = scanned_ = line_start_ = field_start_ = message_end_;
  part_ = Part::between;
  return Frame{.kind = Frame::Kind::message, .error = {}, .octets = octets};
}

Frame SipFramer::fail(FramingError error, std::size_t end) {
  failed_ = true;
  return {.kind = Frame::Kind::error,
          .error = error,
          .octets = std::string_view(buffer_.data() + start_, end - start_)};
}

}  // namespace ringfence::tls_front
