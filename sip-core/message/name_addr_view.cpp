#include "sip-core/message/name_addr_view.hpp"

#include <algorithm>
#include <utility>

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
std::optional<std::string_view> take_display_text(std::string_view& rest) {
  const std::size_t size =
      rest.starts_with('"') ? quoted_string_size(rest) : span_of_class(rest, kName);
  if (size == std::string_view::npos) return std::nullopt;
  const std::string_view text = rest.substr(0, size);
  rest = trim_front(rest.substr(size));
  if (!rest.starts_with('<')) return std::nullopt;
  return trim(text);
}

bool has_brackets(std::string_view text) {
  return text.starts_with('"') || text.starts_with('<') || text.find('<') != std::string_view::npos;
}

// Splits into the URI and what follows it, which is empty or begins with ';'.
struct Split {
  std::string_view uri;
  std::string_view parameters;
};

std::optional<Split> split_bracketed(std::string_view rest) {
  const std::size_t end = rest.find('>');
  if (end == std::string_view::npos) return std::nullopt;
  return Split{rest.substr(1, end - 1), trim_front(rest.substr(end + 1))};
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

std::optional<NameAddrView> NameAddrView::parse(std::string_view text) {
  text = trim(text);
  std::optional<NameAddrView> address(std::in_place);
  std::optional<Split> split;
  if (has_brackets(text)) {
    const auto name = take_display_text(text);
    if (!name) return std::nullopt;
    address->display_text = *name;
    split = split_bracketed(text);
  } else {
    split = split_bare(text);
  }
  if (!split || address->uri.read(split->uri)) return std::nullopt;
  if (split->parameters.empty()) return address;
  const auto parameters = ParametersView::parse(split->parameters, ParameterGrammar::header);
  if (!parameters) return std::nullopt;
  address->parameters = *parameters;
  return address;
}

std::string NameAddrView::display_name() const {
  return display_text.starts_with('"') ? unquote(display_text) : std::string(display_text);
}

std::optional<std::uint32_t> NameAddrView::expires() const {
  constexpr std::uint32_t kMalformed = 3600;
  const auto text = parameters.value("expires");
  if (!text) return std::nullopt;
  const auto number = parse_number(*text, UINT32_MAX);
  return number ? static_cast<std::uint32_t>(*number) : kMalformed;
}

std::optional<std::uint16_t> NameAddrView::q() const {
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
