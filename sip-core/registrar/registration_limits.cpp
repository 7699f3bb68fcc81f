#include "sip-core/registrar/registration_limits.hpp"

#include <algorithm>

namespace ringfence::sip_core {
namespace {

constexpr std::uint32_t kBehindNat = 120;

std::uint32_t setting(const Config& config, std::string_view key, std::uint32_t fallback) {
  constexpr std::uint64_t kDay = 86'400;
  return static_cast<std::uint32_t>(std::min(config.setting_number(key, fallback), kDay));
}

// A phone that gives an address that it does not send from. With a path the address is another's.
bool is_behind_nat(const RequestReceived& request) {
  if (request.source.transport != TransportKind::udp) return false;
  if (request.message->has(sip::HeaderName::path)) return false;
  const auto contact = request.message->contact();
  if (!contact || !contact->uri.is_sip()) return false;
  const auto given = IpAddress::parse(contact->uri.host);
  return given && *given != request.source.remote.ip;
}

}  // namespace

RegistrationLimits limits_for(const Config& config, const RequestReceived& request) {
  RegistrationLimits limits;
  limits.min_expires_s = setting(config, "register_min_expires_s", limits.min_expires_s);
  limits.max_expires_s = setting(config, "register_max_expires_s", limits.max_expires_s);
  limits.default_expires_s =
      setting(config, "register_default_expires_s", limits.default_expires_s);
  if (is_behind_nat(request)) {
    const std::uint32_t longest = setting(config, "register_nat_expires_s", kBehindNat);
    limits.max_expires_s = std::min(limits.max_expires_s, longest);
  }
  limits.max_expires_s = std::max(limits.max_expires_s, limits.min_expires_s);
  limits.default_expires_s =
      std::clamp(limits.default_expires_s, limits.min_expires_s, limits.max_expires_s);
  return limits;
}

}  // namespace ringfence::sip_core
