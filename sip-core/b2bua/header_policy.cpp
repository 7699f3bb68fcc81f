#include "sip-core/b2bua/header_policy.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr unsigned bit(Crossing crossing) {
  return 1U << static_cast<unsigned>(crossing);
}
constexpr unsigned kToExtension = bit(Crossing::invite_to_extension);
constexpr unsigned kToTrunk = bit(Crossing::invite_to_trunk);
constexpr unsigned kInvite = kToExtension | kToTrunk;
constexpr unsigned kProvisional = bit(Crossing::provisional);
constexpr unsigned kFinal = bit(Crossing::final_response);
constexpr unsigned kInfo = bit(Crossing::info);
constexpr unsigned kEnding = bit(Crossing::ending);

struct Rule {
  HeaderName name;
  unsigned crossings;
};

constexpr std::array<Rule, 15> kPassing = {{
    {HeaderName::accept_language, kInvite},
    {HeaderName::alert_info, kToExtension | kProvisional},
    {HeaderName::geolocation, kToTrunk},  // emergency calls
    {HeaderName::identity, kInvite},      // RFC 8224: signed by its maker, so as it stands
    {HeaderName::date, kInvite},          // what the signature is judged by
    {HeaderName::mime_version, kInfo},
    {HeaderName::content_disposition, kInfo},
    {HeaderName::content_encoding, kInfo},
    {HeaderName::content_language, kInfo},
    {HeaderName::p_early_media, kProvisional},
    {HeaderName::priority, kInvite},
    {HeaderName::reason, kFinal | kEnding},
    {HeaderName::retry_after, kFinal},
    {HeaderName::subject, kInvite},
    {HeaderName::user_to_user, kInvite | kProvisional | kFinal | kEnding},
}};

constexpr std::array<std::string_view, 4> kKnown = {"100rel", "timer", "replaces", "norefersub"};
constexpr std::array<std::string_view, 2> kKnownToRegistrar = {"path", "outbound"};

bool is_one_of(std::string_view option, std::span<const std::string_view> known) {
  return std::ranges::any_of(
      known, [&](std::string_view name) { return sip::equal_without_case(option, name); });
}

}  // namespace

void pass_headers(const sip::Message& from, Crossing crossing, sip::OutgoingMessage& to) {
  for (const Rule& rule : kPassing) {
    if ((rule.crossings & bit(crossing)) != 0) to.copy(from, rule.name);
  }
  if (crossing != Crossing::info) return;
  if (const auto package = from.header("Info-Package")) to.add("Info-Package", *package);
}

std::string unsupported_options(const sip::Message& request) {
  const bool registers = request.method() == sip::Method::register_;
  const std::span<const std::string_view> known =
      registers ? std::span<const std::string_view>(kKnownToRegistrar) : kKnown;
  std::string unsupported;
  for (const std::string_view option : request.values(HeaderName::require)) {
    if (is_one_of(option, known)) continue;
    if (!unsupported.empty()) unsupported += ", ";
    unsupported += option;
  }
  return unsupported;
}

}  // namespace ringfence::sip_core
