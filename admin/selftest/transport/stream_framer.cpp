#include "admin/selftest/transport/stream_framer.hpp"

#include <charconv>

#include "sip-core/message/header_name.hpp"

namespace ringfence::admin {
namespace {

namespace sip = sip_core::sip;

constexpr std::size_t kMaxMessage = std::size_t{64} * 1024;

// nullopt: none, or no number.
std::optional<std::size_t> content_length(std::string_view head) {
  while (!head.empty()) {
    const std::size_t end = head.find("\r\n");
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(end == head.npos ? head.size() : end + 2);
    const std::size_t colon = line.find(':');
    if (colon == line.npos) continue;
    const std::string_view name = line.substr(0, line.find_last_not_of(" \t", colon - 1) + 1);
    if (sip::header_name_from(name) != sip::HeaderName::content_length) continue;
    std::string_view value = line.substr(colon + 1);
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    std::size_t length = 0;
    const auto [after, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    return error == std::errc() ? std::optional(length) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<std::string>> StreamFramer::next() {
  buffer_.erase(0, std::min(buffer_.find_first_not_of("\r\n"), buffer_.size()));
  const std::size_t head = buffer_.find("\r\n\r\n");
  if (head == std::string::npos) {
    if (buffer_.size() > kMaxMessage) return fail("a message header without an end came in");
    return std::optional<std::string>();
  }
  const auto length = content_length(std::string_view(buffer_).substr(0, head));
  if (!length) return fail("a message without Content-Length came in");
  if (*length > kMaxMessage) return fail("a message of more than 64 KiB came in");
  const std::size_t whole = head + 4 + *length;
  if (buffer_.size() < whole) return std::optional<std::string>();
  std::optional<std::string> message = buffer_.substr(0, whole);
  buffer_.erase(0, whole);
  return message;
}

}  // namespace ringfence::admin
