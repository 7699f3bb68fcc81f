// Comparing URIs (RFC 3261 §19.1.4).
#include <algorithm>
#include <array>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/escape.hpp"
#include "sip-core/message/uri.hpp"

namespace ringfence::sip_core::sip {

namespace {

std::string decoded(std::string_view text) {
  return unescape(text).value_or(std::string(text));
}

bool same_password(const Uri& a, const Uri& b) {
  if (a.password.has_value() != b.password.has_value()) return false;
  return !a.password || decoded(*a.password) == decoded(*b.password);
}

// A parameter that stands in one URI only is ignored, save these (RFC 3261 §19.1.4).
bool must_match(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"user", "ttl", "method", "maddr",
                                                      "transport"};
  return std::ranges::any_of(kNames, [name](auto n) { return equal_without_case(n, name); });
}

bool covers(const Parameters& a, const Parameters& b) {
  return std::ranges::all_of(a.items(), [&b](const Parameters::Item& item) {
    const auto other = b.value(item.name);
    if (!other) return !must_match(item.name);
    return equal_without_case(decoded(item.value.value_or("")), decoded(*other));
  });
}

bool same_headers(const Uri& a, const Uri& b) {
  if (a.headers.size() != b.headers.size()) return false;
  return std::ranges::is_permutation(
      a.headers, b.headers, [](const Parameters::Item& x, const Parameters::Item& y) {
        return equal_without_case(decoded(x.name), decoded(y.name)) &&
               decoded(x.value.value_or("")) == decoded(y.value.value_or(""));
      });
}

// RFC 3966 §5: visual separators do not count.
std::string bare_number(std::string_view number) {
  std::string out;
  for (const char c : number) {
    if (!std::string_view("-.()").contains(c)) out += to_lower(c);
  }
  return out;
}

bool same_tel(const Uri& a, const Uri& b) {
  const auto all_in = [](const Parameters& x, const Parameters& y) {
    return std::ranges::all_of(x.items(), [&y](const Parameters::Item& item) {
      const auto other = y.value(item.name);
      return other && equal_without_case(item.value.value_or(""), *other);
    });
  };
  return bare_number(a.user) == bare_number(b.user) && all_in(a.parameters, b.parameters) &&
         all_in(b.parameters, a.parameters);
}

}  // namespace

bool equivalent(const Uri& a, const Uri& b) {
  if (a.scheme != b.scheme) return false;
  if (a.scheme == Scheme::other) return a.opaque == b.opaque;
  if (a.scheme == Scheme::tel) return same_tel(a, b);
  return decoded(a.user) == decoded(b.user) && same_password(a, b) &&
         equal_without_case(a.host, b.host) && a.port == b.port &&
         covers(a.parameters, b.parameters) && covers(b.parameters, a.parameters) &&
         same_headers(a, b);
}

}  // namespace ringfence::sip_core::sip
