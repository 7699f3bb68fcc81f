#include "sip-core/message/hop_limits.hpp"

#include <algorithm>

namespace ringfence::sip_core::sip {

std::optional<std::uint32_t> forwards_left(const Message& request) {
  const std::uint32_t given = request.max_forwards().value_or(kDefaultForwards);
  if (given == 0) return std::nullopt;
  return std::min(given, kDefaultForwards) - 1;
}

std::uint32_t breadth_left(const Message& request) {
  if (!request.has(HeaderName::max_breadth)) return kDefaultBreadth;
  return std::min(request.number(HeaderName::max_breadth).value_or(0), kDefaultBreadth);
}

std::uint32_t breadth_of_branch(std::uint32_t breadth, std::uint32_t branches) {
  return branches == 0 ? breadth : std::max(breadth / branches, 1U);
}

}  // namespace ringfence::sip_core::sip
