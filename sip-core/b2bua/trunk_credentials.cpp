#include "sip-core/b2bua/trunk_credentials.hpp"

#include <vector>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/digest/credentials.hpp"

namespace ringfence::sip_core {

std::optional<TrunkAnswer> answer_challenge(CallScope& scope, const Trunk& trunk,
                                            const sip::Message& challenge,
                                            const sip::OutgoingMessage& request) {
  if (trunk.password.empty()) return std::nullopt;
  const bool from_proxy = challenge.status_code() == 407;
  std::vector<std::string_view> values;
  for (const std::string_view value : challenge.values(
           from_proxy ? sip::HeaderName::proxy_authenticate : sip::HeaderName::www_authenticate)) {
    values.push_back(value);
  }
  const auto chosen = digest::select_challenge(values);
  if (!chosen) return std::nullopt;
  const auto pinned = scope.shared.realms.find(trunk.id);
  if (pinned != scope.shared.realms.end() && pinned->second != chosen->realm) {
    scope.context.counters.get("trunk_auth_refused_total").add();
    scope.context.log(LogLevel::warning, {}, "a trunk asks for credentials of another realm",
                      {{"trunk", trunk.label}});
    return std::nullopt;
  }
  TrunkAnswer out;
  out.field = from_proxy ? sip::HeaderName::proxy_authorization : sip::HeaderName::authorization;
  out.realm = chosen->realm;
  const std::string& user = trunk.auth_username.empty() ? trunk.username : trunk.auth_username;
  out.value = digest::answer(*chosen, {user, trunk.password}, {request.method(), request.body()},
                             request.uri(), 1, scope.context.random.token(8));
  return out;
}

}  // namespace ringfence::sip_core
