#include "sip-core/message/parameters.hpp"

#include <algorithm>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/limits.hpp"

namespace ringfence::sip_core::sip {

namespace {

// A value as header fields have it: a token, a host (IPv6 in brackets and without, as RFC 5118
// §4.5 has received) or a quoted string; also the signs of gruu, instance and uri values.
bool is_header_value_character(char c) {
  return is_class(c, kToken) || is_class(c, kUriParam) || c == '=' || c == '@' || c == '#' ||
         c == '|' || c == '^' || static_cast<unsigned char>(c) >= 0x80;
}

std::size_t header_value_size(std::string_view text) {
  if (text.starts_with('"')) {
    const std::size_t size = quoted_string_size(text);
    return size == std::string_view::npos ? 0 : size;
  }
  std::size_t size = 0;
  while (size < text.size() && is_header_value_character(text[size]))
    ++size;
  return size;
}

std::optional<ParameterView> take_header_parameter(std::string_view& text) {
  std::string_view rest = trim(text.substr(1));
  std::size_t name_size = 0;
  while (name_size < rest.size() && is_class(rest[name_size], kToken))
    ++name_size;
  if (name_size == 0) return std::nullopt;
  ParameterView parameter{rest.substr(0, name_size), std::nullopt};
  rest = trim(rest.substr(name_size));
  if (rest.starts_with('=')) {
    rest = trim(rest.substr(1));
    const std::size_t value_size = header_value_size(rest);
    if (value_size == 0) return std::nullopt;
    parameter.value = rest.substr(0, value_size);
    rest = trim(rest.substr(value_size));
  }
  if (!rest.empty() && rest.front() != ';') return std::nullopt;
  text = rest;
  return parameter;
}

std::optional<ParameterView> take_uri_parameter(std::string_view& text) {
  std::string_view rest = text.substr(1);
  const std::string_view item = rest.substr(0, rest.find(';'));
  rest.remove_prefix(item.size());
  const std::size_t equals = item.find('=');
  ParameterView parameter{item.substr(0, equals), std::nullopt};
  if (parameter.name.empty() || !all_of_class_or_escaped(parameter.name, kUriParam)) {
    return std::nullopt;
  }
  if (equals != std::string_view::npos) {
    parameter.value = item.substr(equals + 1);
    if (!all_of_class_or_escaped(*parameter.value, kUriParam)) return std::nullopt;
  }
  text = rest;
  return parameter;
}

}  // namespace

std::optional<ParameterView> take_parameter(std::string_view& text, ParameterGrammar grammar) {
  if (!text.starts_with(';')) return std::nullopt;
  return grammar == ParameterGrammar::uri ? take_uri_parameter(text) : take_header_parameter(text);
}

std::optional<Parameters> Parameters::parse(std::string_view text, ParameterGrammar grammar) {
  Parameters parameters;
  while (const auto parameter = take_parameter(text, grammar)) {
    if (parameters.items_.size() == kMaxUriParameters) return std::nullopt;
    Item item{std::string(parameter->name), std::nullopt};
    if (parameter->value) item.value.emplace(*parameter->value);
    parameters.items_.push_back(std::move(item));
  }
  if (!text.empty()) return std::nullopt;
  return parameters;
}

Parameters::Item* Parameters::find(std::string_view name) {
  const auto found = std::ranges::find_if(
      items_, [name](const Item& item) { return equal_without_case(item.name, name); });
  return found == items_.end() ? nullptr : &*found;
}

bool Parameters::has(std::string_view name) const {
  return std::ranges::any_of(
      items_, [name](const Item& item) { return equal_without_case(item.name, name); });
}

std::optional<std::string_view> Parameters::value(std::string_view name) const {
  for (const Item& item : items_) {
    if (!equal_without_case(item.name, name)) continue;
    return item.value ? std::string_view(*item.value) : std::string_view();
  }
  return std::nullopt;
}

void Parameters::set(std::string_view name, std::string_view value) {
  if (Item* item = find(name)) {
    item->value.emplace(value);
  } else {
    items_.push_back({std::string(name), std::string(value)});
  }
}

void Parameters::set_flag(std::string_view name) {
  if (Item* item = find(name)) {
    item->value.reset();
  } else {
    items_.push_back({std::string(name), std::nullopt});
  }
}

void Parameters::remove(std::string_view name) {
  std::erase_if(items_, [name](const Item& item) { return equal_without_case(item.name, name); });
}

void Parameters::append_to(std::string& out) const {
  for (const Item& item : items_) {
    out += ';';
    out += item.name;
    if (item.value) {
      out += '=';
      out += *item.value;
    }
  }
}

}  // namespace ringfence::sip_core::sip
