#include "sip-core/message/method.hpp"

#include <array>
#include <cstddef>

namespace ringfence::sip_core::sip {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 15> kMethods = {
    "ACK",   "BYE",     "CANCEL", "INFO",     "INVITE",    "MESSAGE", "NOTIFY", "OPTIONS",
    "PRACK", "PUBLISH", "REFER",  "REGISTER", "SUBSCRIBE", "UPDATE",  ""};
static_assert(kMethods.size() == static_cast<std::size_t>(Method::other) + 1);

}  // namespace

Method method_from(std::string_view text) noexcept {
  for (std::size_t i = 0; i + 1 < kMethods.size(); ++i) {
    if (kMethods[i] == text) return static_cast<Method>(i);
  }
  return Method::other;
}

std::string_view to_text(Method method) noexcept {
  return kMethods[static_cast<std::size_t>(method)];
}

}  // namespace ringfence::sip_core::sip
