// Comparing URIs (RFC 3261 §19.1.4).
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "sip-core/message/characters.hpp"
#include "sip-core/message/escape.hpp"
#include "sip-core/message/uri_view.hpp"

namespace ringfence::sip_core::sip {

namespace {

std::string decoded(std::string_view text) {
  return unescape(text).value_or(std::string(text));
}

bool same_password(const UriView& a, const UriView& b) {
  if (a.password.has_value() != b.password.has_value()) return false;
  return !a.password || decoded(*a.password) == decoded(*b.password);
}

// A parameter that stands in one URI only is ignored, save these (RFC 3261 §19.1.4).
bool must_match(std::string_view name) {
  constexpr std::array<std::string_view, 5> kNames = {"user", "ttl", "method", "maddr",
                                                      "transport"};
  return std::ranges::any_of(kNames, [name](auto n) { return equal_without_case(n, name); });
}

bool covers(const ParametersView& a, const ParametersView& b) {
  for (const ParameterView& item : a) {
    const auto other = b.value(item.name);
    // §19.1.1 wants each once; where one stands twice the first is what is read.
    const auto own = a.value(item.name);
    const bool fits = other ? equal_without_case(decoded(own.value_or("")), decoded(*other))
                            : !must_match(item.name);
    if (!fits) return false;
  }
  return true;
}

struct UriHeader {
  std::string name;  // in lower case
  std::string value;

  auto operator<=>(const UriHeader&) const = default;
};

std::vector<UriHeader> headers_of(std::string_view text) {
  std::vector<UriHeader> headers;
  while (const auto header = take_uri_header(text)) {
    headers.push_back({decoded(header->name), decoded(header->value.value_or(""))});
    std::string& name = headers.back().name;
    std::ranges::transform(name, name.begin(), to_lower);
  }
  std::ranges::sort(headers);
  return headers;
}

// RFC 3966 §5: visual separators do not count.
std::string bare_number(std::string_view number) {
  std::string out;
  for (const char c : number) {
    if (!std::string_view("-.()").contains(c)) out += to_lower(c);
  }
  return out;
}

bool same_tel(const UriView& a, const UriView& b) {
  const auto all_in = [](const ParametersView& x, const ParametersView& y) {
    for (const ParameterView& item : x) {
      const auto other = y.value(item.name);
      if (!other || !equal_without_case(x.value(item.name).value_or(""), *other)) return false;
    }
    return true;
  };
  return bare_number(a.user) == bare_number(b.user) && all_in(a.parameters, b.parameters) &&
         all_in(b.parameters, a.parameters);
}

}  // namespace

bool equivalent(const UriView& a, const UriView& b) {
  if (a.scheme != b.scheme) return false;
  if (a.scheme == Scheme::other) return a.opaque == b.opaque;
  if (a.scheme == Scheme::tel) return same_tel(a, b);
  return decoded(a.user) == decoded(b.user) && same_password(a, b) &&
         equal_without_case(a.host, b.host) && a.port == b.port &&
         covers(a.parameters, b.parameters) && covers(b.parameters, a.parameters) &&
         (a.headers == b.headers || headers_of(a.headers) == headers_of(b.headers));
}

}  // namespace ringfence::sip_core::sip
