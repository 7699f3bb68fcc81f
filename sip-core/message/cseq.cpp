#include "sip-core/message/cseq.hpp"

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core::sip {

std::optional<CSeq> CSeq::parse(std::string_view text) {
  constexpr std::uint64_t kLimit = 1ULL << 31;  // RFC 3261 §8.1.1.5
  const std::size_t digits = span_of_class(text, kDigit);
  if (digits == text.size() || !is_space(text[digits])) return std::nullopt;
  const auto number = parse_number(text.substr(0, digits), kLimit);
  const std::string_view method = trim(text.substr(digits));
  if (!number || *number >= kLimit || method.empty() || !all_of_class(method, kToken)) {
    return std::nullopt;
  }
  return CSeq{static_cast<std::uint32_t>(*number), method_from(method), method};
}

std::string make_cseq(std::uint32_t number, std::string_view method) {
  std::string out = std::to_string(number);
  out += ' ';
  out += method;
  return out;
}

}  // namespace ringfence::sip_core::sip
