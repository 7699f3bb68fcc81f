// Method: the request methods that have a meaning here (RFC 3261 §7.1 and its extensions). Names
// are compared with case, as RFC 3261 §7.1 has it; whatever is not listed is `other` and keeps its
// text in the message.
#pragma once

#include <cstdint>
#include <string_view>

namespace ringfence::sip_core::sip {

enum class Method : std::uint8_t {
  ack,
  bye,
  cancel,
  info,
  invite,
  message,
  notify,
  options,
  prack,
  publish,
  refer,
  register_,
  subscribe,
  update,
  other,
};

Method method_from(std::string_view text) noexcept;
std::string_view to_text(Method method) noexcept;  // "" for other

}  // namespace ringfence::sip_core::sip
