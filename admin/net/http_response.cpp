#include "admin/net/http_response.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace ringfence::admin {
namespace {

constexpr std::string_view kLineEnd = "\r\n";
constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::optional<std::size_t> decimal(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
    text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  return text;
}

bool is_name(std::string_view text, std::string_view lower_case) {
  return std::ranges::equal(text, lower_case, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::optional<std::string_view> field(std::string_view head, std::string_view lower_case) {
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find(kLineEnd));
    head.remove_prefix(std::min(head.size(), line.size() + kLineEnd.size()));
    const std::size_t colon = line.find(':');
    if (colon != line.npos && is_name(line.substr(0, colon), lower_case)) {
      return trimmed(line.substr(colon + 1));
    }
  }
  return std::nullopt;
}

}  // namespace

Result<HttpResponse> parse_http_response(std::string_view octets) {
  const std::size_t head_end = octets.find(kEndOfHead);
  constexpr std::size_t kStatusAt = 9;  // behind "HTTP/1.1 "
  constexpr std::size_t kStatusSize = 3;
  const auto status = octets.size() > kStatusAt + kStatusSize
                          ? decimal(octets.substr(kStatusAt, kStatusSize))
                          : std::nullopt;
  if (!octets.starts_with("HTTP/1.") || head_end == octets.npos || !status) {
    return fail("the answer is no HTTP");
  }
  const std::string_view head = octets.substr(0, head_end);
  std::string_view body = octets.substr(head_end + kEndOfHead.size());
  if (field(head, "transfer-encoding")) return fail("the answer comes in an unknown encoding");
  if (const auto length_text = field(head, "content-length")) {
    const auto length = decimal(*length_text);
    if (!length || *length > body.size()) return fail("the answer is cut short");
    body = body.substr(0, *length);
  }
  return HttpResponse{static_cast<int>(*status), std::string(body)};
}

std::string http_get(std::string_view path, std::string_view host) {
  std::string request = "GET ";
  request += path;
  request += " HTTP/1.1\r\nHost: ";
  request += host;
  request += "\r\nAccept: application/json\r\nConnection: close\r\n\r\n";
  return request;
}

}  // namespace ringfence::admin
