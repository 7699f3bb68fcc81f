// 3xx of a called party (RFC 3261 §8.1.3.4): followed by the operator's policy, at most five times
// in a call and never twice to one place; who redirected is told as Diversion (RFC 5806) and
// History-Info (RFC 7044).
#include <algorithm>

#include "sip-core/b2bua/call.hpp"
#include "sip-core/b2bua/diversion.hpp"
#include "sip-core/b2bua/number_of_extension.hpp"
#include "sip-core/routing/redirect.hpp"

namespace ringfence::sip_core {

namespace {

using sip::HeaderName;

constexpr std::size_t kMostRedirects = 5;

bool is_followed(const Config& config, FailureOf whose) {
  const std::string_view policy = config.setting_text("follow_redirects", "extensions");
  return policy == "all" || (policy == "extensions" && whose == FailureOf::extension);
}

// What a trunk knows an extension by: a number that leads to it.
std::string number_of(const Config& config, const Party& party) {
  const Did* did = number_of_extension(config, party.tenant, party.extension);
  return did == nullptr ? party.extension : did->number;
}

}  // namespace

std::size_t Call::follow_redirect(CallScope& scope, const Branch& branch,
                                  const sip::Message* response) {
  if (response == nullptr || response->status_code() / 100 != 3) return 0;
  const Config& config = scope.context.config;
  if (!is_followed(config, branch.kind)) return 0;
  const Leg& leg = branch.leg;
  if (diverted_.size() >= kMostRedirects) {
    scope.context.counters.get("loop_detected_total").add();
    return 0;
  }
  // A trunk's word moves the call no further than its caller might have gone.
  const bool rights_of_trunk = leg.party.trunk && a_.party.trunk;
  const RedirectingParty by{leg.party.tenant,
                            rights_of_trunk ? CallOrigin::trunk : CallOrigin::extension,
                            leg.party.trunk ? a_.party.extension : leg.party.extension,
                            leg.remote ? leg.remote->ip : IpAddress{}};
  auto found =
      redirect_destinations(config, by, dialled_scheme_.value_or(sip::Scheme::sip), *response);
  const std::size_t named = found.size();
  std::erase_if(found, [this](const Destination& destination) {
    return std::ranges::any_of(
        tried_, [&](const Destination& known) { return is_same_place(known, destination); });
  });
  if (found.size() < named) scope.context.counters.get("loop_detected_total").add();
  if (found.empty()) return 0;
  scope.context.counters.get("redirects_followed_total").add();
  diverted_.insert(diverted_.begin(), leg.party);
  destinations_.insert(destinations_.begin(), found.begin(), found.end());
  return found.size();
}

// While others still ring: the first place that can be reached rings with them.
void Call::start_redirected(CallScope& scope, std::size_t redirected) {
  for (; redirected > 0; --redirected) {
    const Destination destination = destinations_.front();
    destinations_.erase(destinations_.begin());
    if (try_one(scope, destination)) return;
  }
}

// Above what the caller's own fields say, which came before.
void Call::add_diversion(CallScope& scope, const Party& towards, sip::OutgoingMessage& invite) {
  const std::string host = diversion_host(scope.context.config, towards);
  if (host.empty()) return;
  std::string history;
  std::string index = "1";
  for (auto by = diverted_.rbegin(); by != diverted_.rend(); ++by) {
    if (by->trunk) continue;  // a trunk's own redirections are its affair
    const std::string user = towards.trunk ? number_of(scope.context.config, *by) : by->extension;
    const std::string uri = sip::Uri(sip::Scheme::sip, user, host).to_string();
    invite.add_first(HeaderName::diversion, "<" + uri + ">;reason=deflection;counter=1");
    history += "<" + uri + "?Reason=SIP%3Bcause%3D302>;index=" + index + ", ";
    index += ".1";
  }
  // The caller's History-Info has an index of its own, which ours would contradict.
  if (history.empty() || invite.header(HeaderName::history_info)) return;
  invite.add(HeaderName::history_info, history + "<" + invite.uri() + ">;index=" + index + ";mp=1");
}

}  // namespace ringfence::sip_core
