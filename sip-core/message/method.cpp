#include "sip-core/message/method.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace ringfence::sip_core::sip {

namespace {

// In the order of the enumeration.
constexpr std::array<std::string_view, 15> kMethods = {
    "ACK",   "BYE",     "CANCEL", "INFO",     "INVITE",    "MESSAGE", "NOTIFY", "OPTIONS",
    "PRACK", "PUBLISH", "REFER",  "REGISTER", "SUBSCRIBE", "UPDATE",  ""};
static_assert(kMethods.size() == static_cast<std::size_t>(Method::other) + 1);

// The names stand in alphabetical order: where those of a letter begin.
constexpr std::array<std::size_t, 26> first_by_letter() {
  std::array<std::size_t, 26> first{};
  first.fill(kMethods.size());
  for (std::size_t i = kMethods.size() - 1; i-- > 0;)
    first[static_cast<std::size_t>(kMethods[i].front() - 'A')] = i;
  return first;
}
constexpr auto kFirstByLetter = first_by_letter();
static_assert(std::ranges::is_sorted(kMethods.begin(), kMethods.end() - 1));

}  // namespace

Method method_from(std::string_view text) noexcept {
  if (text.empty() || text.front() < 'A' || text.front() > 'Z') return Method::other;
  std::size_t i = kFirstByLetter[static_cast<std::size_t>(text.front() - 'A')];
  while (i + 1 < kMethods.size() && kMethods[i].front() == text.front()) {
    if (kMethods[i] == text) return static_cast<Method>(i);
    ++i;
  }
  return Method::other;
}

std::string_view to_text(Method method) noexcept {
  return kMethods[static_cast<std::size_t>(method)];
}

}  // namespace ringfence::sip_core::sip
