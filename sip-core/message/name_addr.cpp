#include "sip-core/message/name_addr.hpp"

#include <algorithm>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core::sip {

namespace {

std::string unquote(std::string_view quoted) {
  std::string out;
  out.reserve(quoted.size());
  for (std::size_t i = 1; i + 1 < quoted.size(); ++i) {
    if (quoted[i] == '\\') ++i;
    out += quoted[i];
  }
  return out;
}

// Takes the display name before '<'. RFC 3261 has tokens there; more than one white space, none
// before '<' (RFC 4475 §3.1.1.6) and UTF-8 are seen in the field.
std::optional<std::string> take_display_name(std::string_view& rest) {
  std::string name;
  if (rest.starts_with('"')) {
    const std::size_t size = quoted_string_size(rest);
    if (size == std::string_view::npos) return std::nullopt;
    name = unquote(rest.substr(0, size));
    rest = trim(rest.substr(size));
    if (!rest.starts_with('<')) return std::nullopt;
    return name;
  }
  const std::string_view text = trim(rest.substr(0, rest.find('<')));
  const bool ok = std::ranges::all_of(text, [](char c) {
    return is_class(c, kToken) || is_space(c) || static_cast<unsigned char>(c) >= 0x80;
  });
  if (!ok) return std::nullopt;
  name.assign(text);
  rest.remove_prefix(rest.find('<'));
  return name;
}

bool has_brackets(std::string_view text) {
  return text.starts_with('"') || text.find('<') != std::string_view::npos;
}

// Splits into the URI and what follows it, which is empty or begins with ';'.
struct Split {
  std::string_view uri;
  std::string_view parameters;
};

std::optional<Split> split_bracketed(std::string_view rest) {
  const std::size_t end = rest.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  return Split{rest.substr(1, end - 1), trim(rest.substr(end + 1))};
}

// RFC 3261 §20: a URI with a comma, question mark or semicolon must stand in brackets, so that
// without them everything from the first semicolon on belongs to the header field.
std::optional<Split> split_bare(std::string_view text) {
  const std::size_t semicolon = text.find(';');
  const std::string_view uri = trim(text.substr(0, semicolon));
  if (uri.find_first_of("?, \t") != std::string_view::npos) return std::nullopt;
  return Split{uri, semicolon == std::string_view::npos ? "" : text.substr(semicolon)};
}

std::uint16_t q_fraction(std::string_view digits) {
  std::uint16_t value = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    value = static_cast<std::uint16_t>(value * 10 + (i < digits.size() ? digits[i] - '0' : 0));
  }
  return value;
}

}  // namespace

std::optional<NameAddr> NameAddr::parse(std::string_view text) {
  text = trim(text);
  NameAddr address;
  std::optional<Split> split;
  if (has_brackets(text)) {
    auto name = take_display_name(text);
    if (!name) return std::nullopt;
    address.display_name = std::move(*name);
    split = split_bracketed(text);
  } else {
    split = split_bare(text);
  }
  if (!split) return std::nullopt;
  auto uri = Uri::parse(split->uri);
  auto parameters = Parameters::parse(split->parameters, ParameterGrammar::header);
  if (!uri || !parameters) return std::nullopt;
  address.uri = std::move(*uri);
  address.parameters = std::move(*parameters);
  return address;
}

std::optional<std::uint32_t> NameAddr::expires() const {
  constexpr std::uint32_t kMalformed = 3600;
  const auto text = parameters.value("expires");
  if (!text) return std::nullopt;
  const auto number = parse_number(*text, UINT32_MAX);
  return number ? static_cast<std::uint32_t>(*number) : kMalformed;
}

std::optional<std::uint16_t> NameAddr::q() const {
  constexpr std::uint16_t kOne = 1000;
  const auto text = parameters.value("q");
  if (!text) return kOne;
  if (text->empty() || text->size() > 5) return std::nullopt;
  const char whole = text->front();
  std::string_view fraction = text->substr(1);
  if ((whole != '0' && whole != '1') || (!fraction.empty() && fraction.front() != '.')) {
    return std::nullopt;
  }
  if (!fraction.empty()) fraction.remove_prefix(1);
  if (!all_of_class(fraction, kDigit)) return std::nullopt;
  const std::uint16_t thousandths = q_fraction(fraction);
  if (whole == '0') return thousandths;
  if (thousandths != 0) return std::nullopt;
  return kOne;
}

std::string NameAddr::to_string() const {
  std::string out;
  if (!display_name.empty()) {
    out += '"';
    for (const char c : display_name) {
      const auto octet = static_cast<unsigned char>(c);
      if (c == '"' || c == '\\') out += '\\';
      out += octet < 0x20 || octet == 0x7f ? ' ' : c;
    }
    out += "\" ";
  }
  out += '<';
  uri.append_to(out);
  out += '>';
  parameters.append_to(out);
  return out;
}

std::optional<std::string_view> find_tag(std::string_view text) {
  text = trim(text);
  if (text.starts_with('"')) {
    const std::size_t size = quoted_string_size(text);
    if (size == std::string_view::npos) return std::nullopt;
    text.remove_prefix(size);
  }
  const std::size_t open = text.find('<');
  if (open != std::string_view::npos) {
    const std::size_t close = text.find('>', open);
    if (close == std::string_view::npos) return std::nullopt;
    text.remove_prefix(close);
  }
  const std::size_t semicolon = text.find(';');
  if (semicolon == std::string_view::npos) return std::nullopt;
  text.remove_prefix(semicolon);
  while (const auto parameter = take_parameter(text, ParameterGrammar::header)) {
    if (equal_without_case(parameter->name, "tag")) return parameter->value.value_or("");
  }
  return std::nullopt;
}

}  // namespace ringfence::sip_core::sip
