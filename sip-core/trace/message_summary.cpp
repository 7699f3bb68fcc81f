#include "sip-core/trace/message_summary.hpp"

#include <algorithm>

namespace ringfence::sip_core::trace {
namespace {

constexpr std::string_view kVersion = "SIP/2.0";
constexpr std::size_t kLongestLabelPart = 64;

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_blank(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back()))
    text.remove_suffix(1);
  return text;
}

bool equal(std::string_view a, std::string_view lower_case) {
  return std::ranges::equal(a, lower_case, [](char x, char y) { return lower(x) == y; });
}

// One header field with the lines in which it goes on; empty at the end of the header.
std::string_view take_field(std::string_view& rest) {
  std::size_t end = rest.find('\n');
  while (end != rest.npos && end > 1 && end + 1 < rest.size() &&
         (rest[end + 1] == ' ' || rest[end + 1] == '\t')) {
    end = rest.find('\n', end + 1);
  }
  const std::string_view field = rest.substr(0, end);
  rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  return trim(field);
}

// The user part of the first URI in a From or To value.
std::string_view user_in(std::string_view value) {
  const auto bracket = value.find('<');
  if (bracket != value.npos) value.remove_prefix(bracket + 1);
  const auto colon = value.find(':');
  if (colon == value.npos) return {};
  const bool is_tel = equal(value.substr(0, colon), "tel");
  value.remove_prefix(colon + 1);
  // Without '@' a sip: URI has no user; a tel: URI is all user.
  if (!is_tel && value.find('@') == value.npos) return {};
  return value.substr(0, value.find_first_of(":;>@"));
}

void read_start_line(std::string_view line, MessageSummary& summary) {
  const auto space = line.find(' ');
  if (space == line.npos) return;
  const std::string_view first = line.substr(0, space);
  const std::string_view rest = line.substr(space + 1);
  if (first == kVersion) {
    summary.status = rest.substr(0, rest.find(' '));
    summary.reason = trim(rest.substr(std::min(rest.size(), summary.status.size())));
  } else if (rest.ends_with(kVersion)) {
    summary.method = first;
  }
}

void read_field(std::string_view field, MessageSummary& summary) {
  const auto colon = field.find(':');
  if (colon == field.npos) return;
  const std::string_view name = trim(field.substr(0, colon));
  const std::string_view value = trim(field.substr(colon + 1));
  if (equal(name, "call-id") || equal(name, "i")) {
    if (summary.call_id.empty()) summary.call_id = value;
  } else if (equal(name, "from") || equal(name, "f")) {
    summary.from_user = user_in(value);
  } else if (equal(name, "to") || equal(name, "t")) {
    summary.to_user = user_in(value);
  } else if (equal(name, "cseq")) {
    const auto blank = value.find_first_of(" \t");
    if (blank != value.npos) summary.cseq_method = trim(value.substr(blank));
  }
}

}  // namespace

MessageSummary summarise(std::string_view message) {
  MessageSummary summary;
  read_start_line(take_field(message), summary);
  while (!message.empty()) {
    const std::string_view field = take_field(message);
    if (field.empty()) break;
    read_field(field, summary);
  }
  summary.has_body = !message.empty();
  return summary;
}

std::string_view call_id_of(std::string_view message) {
  MessageSummary summary;
  while (!message.empty() && summary.call_id.empty()) {
    const char first = lower(message.front());
    const std::string_view field = take_field(message);
    if (field.empty()) break;
    if (first == 'c' || first == 'i') read_field(field, summary);
  }
  return summary.call_id;
}

std::string label_of(const MessageSummary& summary) {
  std::string label;
  if (!summary.method.empty()) {
    label = summary.method.substr(0, kLongestLabelPart);
  } else if (!summary.status.empty()) {
    label = summary.status.substr(0, kLongestLabelPart);
    if (!summary.reason.empty()) label += " ";
    label += summary.reason.substr(0, kLongestLabelPart);
    if (!summary.cseq_method.empty()) {
      label += " (";
      label += summary.cseq_method.substr(0, kLongestLabelPart);
      label += ")";
    }
  } else {
    label = "(not SIP)";
  }
  return label;
}

}  // namespace ringfence::sip_core::trace
