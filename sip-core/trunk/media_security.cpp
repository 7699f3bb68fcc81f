#include "sip-core/trunk/media_security.hpp"

#include "sip-core/message/characters.hpp"

namespace ringfence::sip_core {
namespace {

using sip::HeaderName;

constexpr std::string_view kOptionTag = "mediasec";
constexpr std::string_view kOurs = "sdes-srtp;mediasec";

}  // namespace

void MediaSecurity::learn(const sip::Message& response) {
  std::vector<std::string> said;
  for (const std::string_view value : response.values(HeaderName::security_server)) {
    if (said.size() < kMaxMechanisms) said.emplace_back(sip::trim(value));
  }
  if (!said.empty()) mechanisms_ = std::move(said);
}

void add_media_security(const Trunk& trunk, std::span<const std::string> mechanisms,
                        OurMechanisms ours, sip::OutgoingMessage& request) {
  if (!trunk.agrees_on_media_security()) return;
  request.add(HeaderName::require, kOptionTag).add(HeaderName::proxy_require, kOptionTag);
  if (ours == OurMechanisms::said) request.add(HeaderName::security_client, kOurs);
  for (const std::string& mechanism : mechanisms)
    request.add(HeaderName::security_verify, mechanism);
}

}  // namespace ringfence::sip_core
