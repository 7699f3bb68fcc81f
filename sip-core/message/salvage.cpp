#include "sip-core/message/salvage.hpp"

#include <algorithm>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/header_name.hpp"
#include "sip-core/message/limits.hpp"

namespace ringfence::sip_core::sip {

namespace {

bool is_clean(std::string_view text) {
  return std::ranges::none_of(text, [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\t') || octet == 0x7f;
  });
}

// One header field's octets without its end, folds still in it.
std::string_view take_field(std::string_view& rest) {
  std::size_t end = rest.find("\r\n");
  while (end != std::string_view::npos && end + 2 < rest.size() && is_space(rest[end + 2])) {
    end = rest.find("\r\n", end + 2);
  }
  const std::string_view field = rest.substr(0, end);
  rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 2);
  return field;
}

std::string unfolded(std::string_view text) {
  std::string out(text);
  for (std::size_t at = out.find("\r\n"); at != std::string::npos; at = out.find("\r\n", at)) {
    out.replace(at, 2, "  ");
  }
  return out;
}

void keep_first(std::string& slot, std::string value) {
  if (slot.empty()) slot = std::move(value);
}

void note_field(Salvage& found, std::string_view field) {
  const std::size_t colon = field.find(':');
  if (colon == std::string_view::npos || field.size() > kMaxHeaderField) return;
  std::string value = unfolded(trim(field.substr(colon + 1)));
  if (!is_clean(value) || value.empty()) return;
  switch (header_name_from(trim(field.substr(0, colon)))) {
    case HeaderName::via:
      found.vias.push_back(std::move(value));
      return;
    case HeaderName::from:
      keep_first(found.from, std::move(value));
      return;
    case HeaderName::to:
      keep_first(found.to, std::move(value));
      return;
    case HeaderName::call_id:
      keep_first(found.call_id, std::move(value));
      return;
    case HeaderName::cseq:
      keep_first(found.cseq, std::move(value));
      return;
    default:
      return;  // no other field goes into a response
  }
}

}  // namespace

Salvage salvage(std::string_view buffer) {
  Salvage found;
  std::string_view rest = buffer.substr(0, kMaxStartLine + kMaxHeaderSection);
  while (rest.starts_with("\r\n"))
    rest.remove_prefix(2);
  const std::string_view start_line = take_field(rest);
  const std::string_view first_word = start_line.substr(0, start_line.find_first_of(" \t"));
  found.is_request = !first_word.empty() && first_word.size() < start_line.size() &&
                     all_of_class(first_word, kToken);
  if (!found.is_request) return found;
  found.method.assign(first_word);
  for (std::size_t fields = 0; fields < kMaxHeaderFields && !rest.empty(); ++fields) {
    const std::string_view field = take_field(rest);
    if (field.empty()) break;
    note_field(found, field);
  }
  return found;
}

}  // namespace ringfence::sip_core::sip
