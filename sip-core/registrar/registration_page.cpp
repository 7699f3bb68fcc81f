// The registrar's contacts as an operator's list, page by page.
#include "sip-core/registrar/registrar.hpp"

namespace ringfence::sip_core {

namespace {

RegistrationView view_of(const Binding& binding, const Config& config,
                         const Connections& connections, TimePoint now) {
  const BindingRecord& record = binding.record;
  RegistrationView view;
  const Tenant* tenant = config.tenant(record.tenant);
  if (tenant != nullptr) view.tenant = tenant->name;
  view.extension = record.username;
  view.contact = record.contact;
  view.transport = record.transport;
  view.remote = connections.remote_of(record.flow);
  view.expires_in = std::chrono::ceil<std::chrono::seconds>(binding.expires - now);
  view.user_agent = record.user_agent;
  return view;
}

}  // namespace

RegistrationPage Registrar::page(const std::optional<RegistrationKey>& after, std::size_t limit,
                                 const Config& config, const Connections& connections,
                                 TimePoint now) const {
  RegistrationPage page;
  auto at = after ? addresses_.upper_bound(*after) : addresses_.begin();
  for (; at != addresses_.end(); ++at) {
    for (const Binding& binding : at->second) {
      if (binding.expires > now) page.rows.push_back(view_of(binding, config, connections, now));
    }
    if (page.rows.size() < limit) continue;
    if (std::next(at) != addresses_.end()) page.more_after = at->first;
    break;
  }
  return page;
}

}  // namespace ringfence::sip_core
