#include "supervisor/status/http_request.hpp"

#include <algorithm>

namespace ringfence::status {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kTokenMarks = "!#$%&'*+-.^_`|~";

bool is_token_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kTokenMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_character);
}

// Visible ASCII, blanks and tabs: RFC 9110 §5.5 without obs-text.
bool is_field_value(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) {
    return (a >= 'A' && a <= 'Z' ? static_cast<char>(a - 'A' + 'a') : a) == b;
  });
}

std::string_view take_line(std::string_view& head) {
  const auto end = head.find("\r\n");
  const std::string_view line = head.substr(0, end);
  head.remove_prefix(end == std::string_view::npos ? head.size() : end + 2);
  return line;
}

// Nothing: the field is fine and says nothing that matters.
HttpRead judge_field(std::string_view line) {
  const auto colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon)) ||
      !is_field_value(line.substr(colon + 1))) {
    return BadRequest{400, "malformed header field"};
  }
  std::string_view value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  if (equals_ignoring_case(line.substr(0, colon), "transfer-encoding")) {
    return BadRequest{400, "a request body is not accepted"};
  }
  if (equals_ignoring_case(line.substr(0, colon), "content-length") && value != "0") {
    return BadRequest{400, "a request body is not accepted"};
  }
  return NeedMore{};
}

HttpRead read_request_line(std::string_view line) {
  const auto first = line.find(' ');
  const auto last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) {
    return BadRequest{400, "malformed request line"};
  }
  const std::string_view method = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (!is_token(method) || !version.starts_with("HTTP/")) {
    return BadRequest{400, "malformed request line"};
  }
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    return BadRequest{505, "HTTP/1.1 is spoken here"};
  }
  const bool visible = std::ranges::all_of(target, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!target.starts_with('/') || !visible) return BadRequest{400, "malformed request target"};
  if (method != "GET") return BadRequest{405, "only GET is answered"};
  return GetRequest{std::string(target.substr(0, target.find('?')))};
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 400:
      return "Bad Request";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 431:
      return "Request Header Fields Too Large";
    case 503:
      return "Service Unavailable";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Error";
  }
}

}  // namespace

HttpRead read_http_request(std::string_view octets) {
  // What is binary is no HTTP: it need not wait for an end that never comes.
  if (std::ranges::any_of(octets.substr(0, 16),
                          [](char c) { return c < 0x20 && c != '\r' && c != '\n'; })) {
    return BadRequest{400, "this is no HTTP"};
  }
  const auto end = octets.find(kEndOfHead);
  if (end == std::string_view::npos) {
    if (octets.size() > kMaxHead) return BadRequest{431, "the request is too long"};
    return NeedMore{};
  }
  if (end + kEndOfHead.size() > kMaxHead) return BadRequest{431, "the request is too long"};
  std::string_view head = octets.substr(0, end);
  const HttpRead request = read_request_line(take_line(head));
  if (std::holds_alternative<BadRequest>(request)) return request;
  while (!head.empty()) {
    const HttpRead field = judge_field(take_line(head));
    if (std::holds_alternative<BadRequest>(field)) return field;
  }
  return request;
}

std::string serialize(const HttpResponse& response) {
  std::string out = "HTTP/1.1 " + std::to_string(response.status) + " ";
  out += reason_phrase(response.status);
  out += "\r\nContent-Type: ";
  out += response.content_type;
  out += "\r\nContent-Length: " + std::to_string(response.body.size());
  out += "\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  if (response.status == 405) out += "Allow: GET\r\n";
  out += "Connection: close\r\n\r\n";
  out += response.body;
  return out;
}

}  // namespace ringfence::status
