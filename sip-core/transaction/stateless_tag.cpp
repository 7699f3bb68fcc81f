#include "sip-core/transaction/stateless_tag.hpp"

#include <array>
#include <charconv>

namespace ringfence::sip_core {

std::string StatelessTag::of(const sip::Message& request) const {
  constexpr char kSeparator = '\n';  // in no value of a parsed message
  std::string text(request.call_id());
  for (const std::string_view part :
       {request.from_tag(), request.header(sip::HeaderName::cseq).value_or(""),
        request.via() ? std::string_view(request.via()->branch) : std::string_view()})
    (text += kSeparator) += part;
  std::array<char, 16> digits{};
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), SipHash(key_).of(text), 16).ptr;
  return {digits.data(), end};
}

void StatelessTag::put(const sip::Message& request, sip::OutgoingMessage& response) const {
  if (response.status_code() == 100 || !request.to_tag().empty()) return;
  const auto to = request.header(sip::HeaderName::to);
  if (to) response.set(sip::HeaderName::to, std::string(*to) + ";tag=" + of(request));
}

}  // namespace ringfence::sip_core
