#include "sip-core/dialog/rack.hpp"

#include <charconv>
#include <utility>

namespace ringfence::sip_core {

namespace {

std::string_view take_word(std::string_view& text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  text.remove_prefix(begin);
  const auto end = text.find_first_of(" \t");
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(word.size());
  return word;
}

std::optional<std::uint32_t> number(std::string_view word) {
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size()) return std::nullopt;
  return value;
}

}  // namespace

std::optional<RAck> RAck::parse(std::string_view value) {
  const auto rseq = number(take_word(value));
  const auto cseq = number(take_word(value));
  const std::string_view method = take_word(value);
  if (!rseq || !cseq || method.empty() || !take_word(value).empty()) return std::nullopt;
  return RAck{*rseq, *cseq, std::string(method)};
}

std::string RAck::to_string() const {
  return std::to_string(rseq) + ' ' + std::to_string(cseq) + ' ' + method;
}

}  // namespace ringfence::sip_core
