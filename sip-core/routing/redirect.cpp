#include "sip-core/routing/redirect.hpp"

#include <algorithm>
#include <utility>

#include "sip-core/routing/access.hpp"
#include "sip-core/routing/tenant_of.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::size_t kMostContacts = 8;

bool is_here(const Config& config, TenantId tenant, const sip::Uri& uri) {
  if (uri.scheme == sip::Scheme::tel) return true;
  if (!uri.is_sip()) return false;
  const Tenant* named = config.tenant_by_domain(uri.host);
  return named != nullptr ? named->id == tenant : is_own_address(config, uri.host);
}

bool keeps_scheme(sip::Scheme requested, const sip::Uri& uri) {
  return !uri.is_sip() || uri.scheme == requested;
}

bool is_refused(const Config& config, const RedirectingParty& by, const std::string& user) {
  const Tenant* tenant = config.tenant(by.tenant);
  const AccessSubject subject{by.peer, by.tenant, by.user,
                              tenant == nullptr ? std::string() : tenant->domain, user};
  return access_mode(config) == AccessMode::enforce && refusing_rule(config, subject) != nullptr;
}

}  // namespace

std::vector<Destination> redirect_destinations(const Config& config, const RedirectingParty& by,
                                               sip::Scheme requested,
                                               const sip::Message& response) {
  auto contacts = response.contacts();
  if (!contacts || contacts->asterisk) return {};
  auto& list = contacts->list;
  std::ranges::stable_sort(list, [](const sip::NameAddr& a, const sip::NameAddr& b) {
    return a.q().value_or(0) > b.q().value_or(0);
  });
  if (list.size() > kMostContacts) list.resize(kMostContacts);
  std::vector<Destination> found;
  for (const sip::NameAddr& contact : list) {
    const std::string user = contact.uri.decoded_user();
    if (!is_here(config, by.tenant, contact.uri) || !keeps_scheme(requested, contact.uri)) continue;
    if (is_refused(config, by, user)) continue;
    for (Destination& destination : plan_call(config, by.tenant, by.rights, user)) {
      found.push_back(std::move(destination));
    }
  }
  return found;
}

bool is_same_place(const Destination& one, const Destination& other) {
  const auto* a = std::get_if<ExtensionTarget>(&one);
  const auto* b = std::get_if<ExtensionTarget>(&other);
  if (a != nullptr && b != nullptr) return a->extension == b->extension;
  return one == other;
}

}  // namespace ringfence::sip_core
