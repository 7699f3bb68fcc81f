#include "tls-front/accept/source.hpp"

#include <algorithm>

namespace ringfence::tls_front {
namespace {

constexpr std::string_view kPrefix = "/64";

}  // namespace

Source Source::of(const IpAddress& address) {
  Source source;
  source.network_ = address;
  // ::1 would lose what makes it loopback, and a private address is never counted anyway.
  if (address.is_v6() && !address.is_private()) {
    auto octets = address.octets();
    std::fill(octets.begin() + 8, octets.end(), std::uint8_t{0});
    source.network_ = *IpAddress::from_bytes(IpAddress::Family::v6, octets.data());
  }
  return source;
}

std::string Source::to_string() const {
  std::string text = network_.to_string();
  if (is_v6()) text += kPrefix;
  return text;
}

std::optional<Source> Source::parse(std::string_view text) {
  if (text.ends_with(kPrefix)) text.remove_suffix(kPrefix.size());
  const auto address = IpAddress::parse(text);
  if (!address) return std::nullopt;
  return of(*address);
}

}  // namespace ringfence::tls_front
