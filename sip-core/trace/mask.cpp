#include "sip-core/trace/mask.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace ringfence::sip_core::trace {
namespace {

using Text = std::span<char>;

constexpr char kMask = '*';

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

void cover(Text text) {
  while (!text.empty() && is_blank(text.front()))
    text = text.subspan(1);
  std::ranges::fill(text, kMask);
}

bool begins(Text text, std::string_view lower_case) {
  if (text.size() < lower_case.size()) return false;
  for (std::size_t i = 0; i < lower_case.size(); ++i) {
    if (lower(text[i]) != lower_case[i]) return false;
  }
  return true;
}

std::size_t skip_blanks(Text text, std::size_t at) {
  while (at < text.size() && is_blank(text[at]))
    ++at;
  return at;
}

enum class Rule : std::uint8_t { none, credentials, passport, key_parameters, after_name };

struct Secret {
  std::string_view name;  // in lower case
  Rule rule;
};

// Header fields; blanks may stand before their colon (RFC 3261 §7.3.1).
constexpr Secret kFields[] = {
    {"authorization", Rule::credentials},
    {"authentication-info", Rule::credentials},
    {"proxy-authorization", Rule::credentials},
    {"proxy-authenticate", Rule::credentials},
    {"proxy-authentication-info", Rule::credentials},
    {"www-authenticate", Rule::credentials},
    {"identity", Rule::passport},
    {"y", Rule::passport},
};
// Lines of SDP: RFC 4568 §9.1, RFC 4567 §3, RFC 8839 §5.4, RFC 4566 §5.12.
constexpr Secret kSdpLines[] = {
    {"a=crypto:", Rule::key_parameters},
    {"a=key-mgmt:", Rule::after_name},
    {"a=ice-pwd:", Rule::after_name},
    {"k=", Rule::after_name},
};
// Parameters of RFC 7616 that tell nothing; the values of all others are covered.
constexpr std::string_view kHarmless[] = {"realm", "username", "uri",    "algorithm", "qop",
                                          "nc",    "stale",    "domain", "charset",   "userhash"};

// Which rule the line falls under, and where what it covers begins.
struct Found {
  Rule rule = Rule::none;
  std::size_t value = 0;
};

// Two letters decide for nearly every line.
bool may_hold_secret(Text line) {
  const char second = line.size() > 1 ? lower(line[1]) : '\0';
  switch (lower(line[0])) {
    case 'a':
      if (second != '=') return second == 'u';
      return line.size() > 2 &&
             std::string_view("cik").find(lower(line[2])) != std::string_view::npos;
    case 'k':
      return second == '=';
    case 'p':
      return second == 'r';
    case 'w':
      return second == 'w';
    case 'i':
      return second == 'd';
    case 'y':
      return second == ':' || is_blank(second);
  }
  return false;
}

Found find_rule(Text line) {
  if (!may_hold_secret(line)) return {};
  for (const Secret& line_of_sdp : kSdpLines) {
    if (begins(line, line_of_sdp.name)) return {line_of_sdp.rule, line_of_sdp.name.size()};
  }
  for (const Secret& field : kFields) {
    if (!begins(line, field.name)) continue;
    const std::size_t colon = skip_blanks(line, field.name.size());
    if (colon < line.size() && line[colon] == ':') return {field.rule, colon + 1};
  }
  return {};
}

bool is_harmless(Text name) {
  return std::ranges::any_of(kHarmless, [&](std::string_view known) {
    return name.size() == known.size() && begins(name, known);
  });
}

// One parameter's value, quoted or not; gives where it ends.
std::size_t end_of_value(Text text, std::size_t at) {
  if (at < text.size() && text[at] == '"') {
    for (++at; at < text.size(); ++at) {
      if (text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        return at + 1;
      }
    }
    return text.size();
  }
  while (at < text.size() && text[at] != ',')
    ++at;
  return at;
}

void cover_value(Text value) {
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.subspan(1, value.size() - 2);
  }
  cover(value);
}

// name=value, separated by commas. What is no such pair is covered as a whole.
void cover_parameters(Text text) {
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && (is_blank(text[at]) || text[at] == ','))
      ++at;
    const std::size_t start = at;
    while (at < text.size() && text[at] != '=' && text[at] != ',' && text[at] != '"')
      ++at;
    if (at >= text.size() || text[at] != '=') {
      const std::size_t end = end_of_value(text, at);
      cover(text.subspan(start, end - start));
      at = end;
      continue;
    }
    Text name = text.subspan(start, at - start);
    while (!name.empty() && is_blank(name.back()))
      name = name.first(name.size() - 1);
    const std::size_t value = skip_blanks(text, at + 1);
    at = end_of_value(text, value);
    if (!is_harmless(name)) cover_value(text.subspan(value, at - value));
  }
}

// Of another scheme than Digest nothing is known, so nothing is shown.
void cover_credentials(Text value) {
  const std::size_t scheme = skip_blanks(value, 0);
  std::size_t end = scheme;
  while (end < value.size() && !is_blank(value[end]) && value[end] != '=')
    ++end;
  const bool names_scheme = end >= value.size() || value[end] != '=';
  if (!names_scheme) return cover_parameters(value);  // Authentication-Info has none
  if (begins(value.subspan(scheme, end - scheme), "digest") && end - scheme == 6) {
    return cover_parameters(value.subspan(end));
  }
  cover(value.subspan(end));
}

// Everything after a colon, up to what ends a key: `inline:KEY|2^20|1:4 FEC_ORDER=…`.
void cover_key_parameters(Text value) {
  bool key = false;
  for (char& c : value) {
    if (c == ':') {
      key = true;
    } else if (is_blank(c) || c == ';' || c == '|') {
      key = false;
    } else if (key) {
      c = kMask;
    }
  }
}

void apply(Rule rule, Text value) {
  switch (rule) {
    case Rule::none:
      return;
    case Rule::credentials:
      return cover_credentials(value);
    case Rule::passport:
      return cover(
          value.first(static_cast<std::size_t>(std::ranges::find(value, ';') - value.begin())));
    case Rule::key_parameters:
      return cover_key_parameters(value);
    case Rule::after_name:
      return cover(value);
  }
}

// Any octet that cannot end a URI's user part, whether RFC 3261 allows it there or not.
constexpr bool is_user_info(char c) {
  return static_cast<unsigned char>(c) > ' ' && c != '<' && c != '>' && c != '"' && c != '@' &&
         c != ':';
}

// `sip:user:password@host`: back from the '@' to a colon that is not the scheme's.
void cover_password(Text line, std::size_t at) {
  std::size_t start = at;
  while (start > 0 && is_user_info(line[start - 1]))
    --start;
  if (start == 0 || line[start - 1] != ':') return;
  std::size_t user = start - 1;
  while (user > 0 && is_user_info(line[user - 1]))
    --user;
  if (user == 0 || line[user - 1] != ':') return;
  const Text before = line.first(user - 1);
  const bool is_sip = (before.size() >= 3 && begins(before.last(3), "sip")) ||
                      (before.size() >= 4 && begins(before.last(4), "sips"));
  if (is_sip) cover(line.subspan(start, at - start));
}

void cover_passwords(Text line) {
  std::size_t at = 0;
  while (at < line.size()) {
    const void* found = std::memchr(line.data() + at, '@', line.size() - at);
    if (found == nullptr) return;
    at = static_cast<std::size_t>(static_cast<const char*>(found) - line.data());
    cover_password(line, at);
    ++at;
  }
}

// The rule for the lines in which a field goes on (RFC 3261 §7.3.1).
Rule rule_of_continuation(Rule rule, Text line) {
  // A quoted value that goes on in the next line: where it ends, nobody can tell.
  const bool open_quote = std::ranges::count(line, '"') % 2 != 0;
  return rule == Rule::credentials && !open_quote ? rule : Rule::after_name;
}

// `open`: the rule of the field that the line may go on with.
void mask_line(Text line, Rule& open) {
  if (line.empty()) return;
  Found found;
  if (!is_blank(line[0])) {
    found = find_rule(line);
  } else if (open != Rule::none) {
    found.rule = open;
  }
  open = found.rule == Rule::none ? Rule::none : rule_of_continuation(found.rule, line);
  if (found.rule != Rule::none) apply(found.rule, line.subspan(found.value));
}

std::size_t length_until(Text rest, char end) {
  const void* found = std::memchr(rest.data(), end, rest.size());
  return found == nullptr ? rest.size()
                          : static_cast<std::size_t>(static_cast<const char*>(found) - rest.data());
}

}  // namespace

void mask_keys(std::span<char> message) {
  Rule open = Rule::none;
  while (!message.empty()) {
    const std::size_t length = length_until(message, '\n');
    Text line = message.first(length);
    if (!line.empty() && line.back() == '\r') line = line.first(length - 1);
    mask_line(line, open);
    message = message.subspan(std::min(message.size(), length + 1));
  }
}

void mask_secrets(std::span<char> message) {
  Rule open = Rule::none;
  while (!message.empty()) {
    // CR alone ends a line too: some peer may take it so.
    const std::size_t length = length_until(message.first(length_until(message, '\n')), '\r');
    mask_line(message.first(length), open);
    cover_passwords(message.first(length));
    message = message.subspan(std::min(message.size(), length + 1));
  }
}

}  // namespace ringfence::sip_core::trace
