#include "sip-core/registrar/md5_only_user_agents.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace ringfence::sip_core {
namespace {

// How their User-Agent begins. libre learned SHA-256 in its second major version, and baresip with
// it.
constexpr std::array<std::string_view, 2> kBeginnings{"baresip v0.", "baresip v1."};

}  // namespace

bool gives_up_on_sha256(const sip::Message& request) {
  const std::string_view user_agent = request.header(sip::HeaderName::user_agent).value_or("");
  return std::ranges::any_of(kBeginnings, [user_agent](std::string_view beginning) {
    return user_agent.starts_with(beginning);
  });
}

}  // namespace ringfence::sip_core
