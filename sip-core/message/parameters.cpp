#include "sip-core/message/parameters.hpp"

#include <utility>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/limits.hpp"

namespace ringfence::sip_core::sip {

namespace {

std::size_t header_value_size(std::string_view text) {
  if (!text.starts_with('"')) return span_of_class(text, kHeaderValue);
  const std::size_t size = quoted_string_size(text);
  return size == std::string_view::npos ? 0 : size;
}

std::optional<ParameterView> take_header_parameter(std::string_view& text) {
  std::string_view rest = trim_front(text.substr(1));
  const std::size_t name_size = span_of_class(rest, kToken);
  if (name_size == 0) return std::nullopt;
  ParameterView parameter{rest.substr(0, name_size), std::nullopt};
  rest = trim_front(rest.substr(name_size));
  if (rest.starts_with('=')) {
    rest = trim_front(rest.substr(1));
    const std::size_t value_size = header_value_size(rest);
    if (value_size == 0) return std::nullopt;
    parameter.value = rest.substr(0, value_size);
    rest = trim_front(rest.substr(value_size));
  }
  if (!rest.empty() && rest.front() != ';') return std::nullopt;
  text = rest;
  return parameter;
}

std::optional<ParameterView> take_uri_parameter(std::string_view& text) {
  std::string_view rest = text.substr(1);
  const std::size_t name_size = span_of_class_or_escaped(rest, kUriParam);
  if (name_size == 0) return std::nullopt;
  ParameterView parameter{rest.substr(0, name_size), std::nullopt};
  rest.remove_prefix(name_size);
  if (rest.starts_with('=')) {
    rest.remove_prefix(1);
    const std::size_t value_size = span_of_class_or_escaped(rest, kUriParam);
    parameter.value = rest.substr(0, value_size);
    rest.remove_prefix(value_size);
  }
  if (!rest.empty() && rest.front() != ';') return std::nullopt;
  text = rest;
  return parameter;
}

}  // namespace

std::optional<ParameterView> take_parameter(std::string_view& text, ParameterGrammar grammar) {
  if (!text.starts_with(';')) return std::nullopt;
  return grammar == ParameterGrammar::uri ? take_uri_parameter(text) : take_header_parameter(text);
}

std::optional<ParametersView> ParametersView::parse(std::string_view text,
                                                    ParameterGrammar grammar) {
  std::string_view rest = text;
  std::size_t seen = 0;
  while (take_parameter(rest, grammar)) {
    if (++seen > kMaxUriParameters) return std::nullopt;
  }
  if (!rest.empty()) return std::nullopt;
  return ParametersView(text, grammar);
}

std::optional<std::string_view> ParametersView::value(std::string_view name) const {
  for (const ParameterView& parameter : *this) {
    if (equal_without_case(parameter.name, name)) return parameter.value.value_or("");
  }
  return std::nullopt;
}

Parameters::Parameters(const ParametersView& view) : grammar_(view.grammar()) {
  const std::string_view text = view.text();
  if (text.find_first_of(" \t") == std::string_view::npos) {
    text_ = text;
    return;
  }
  for (const ParameterView& parameter : view)
    append(parameter);
}

std::optional<Parameters> Parameters::parse(std::string_view text, ParameterGrammar grammar) {
  const auto view = ParametersView::parse(text, grammar);
  if (!view) return std::nullopt;
  return Parameters(*view);
}

void Parameters::append(const ParameterView& parameter) {
  const std::size_t before = text_.size();
  text_ += ';';
  text_ += parameter.name;
  if (parameter.value) {
    text_ += '=';
    text_ += *parameter.value;
  }
  std::string_view written = std::string_view(text_).substr(before);
  if (!take_parameter(written, grammar_) || !written.empty()) text_.resize(before);
}

// In its old place, as a Via's or a Contact's readers may count on an order.
void Parameters::set(const ParameterView& wanted) {
  const std::string old = std::exchange(text_, {});
  bool found = false;
  for (const ParameterView& parameter : ParametersView(old, grammar_)) {
    const bool same = equal_without_case(parameter.name, wanted.name);
    if (same && found) continue;
    append(same ? wanted : parameter);
    found = found || same;
  }
  if (!found) append(wanted);
}

void Parameters::remove(std::string_view name) {
  const std::string old = std::exchange(text_, {});
  for (const ParameterView& parameter : ParametersView(old, grammar_)) {
    if (!equal_without_case(parameter.name, name)) append(parameter);
  }
}

}  // namespace ringfence::sip_core::sip
