// max_calls of tenants and of extensions: what a call counts against, and until when.
#include <algorithm>

#include "sip-core/b2bua/call.hpp"

namespace ringfence::sip_core {

// Who takes a place in a call that there is (RFC 3891) adds none.
bool Call::hold_caller_slots(CallScope& scope) {
  const Config& config = scope.context.config;
  const Tenant* tenant = config.tenant(a_.party.tenant);
  if (tenant == nullptr) return true;
  const CallKind kind = kind_of_call(scope, {});
  const bool replaces = invite_->message->has(sip::HeaderName::replaces);
  if (!take_slot(scope.shared.party_load.tenants, tenant->id, tenant->max_calls,
                 replaces ? CallKind::emergency : kind)) {
    return false;
  }
  tenant_slot_ = tenant->id;
  const Extension* caller =
      a_.party.trunk ? nullptr : config.extension(tenant->id, a_.party.extension);
  if (caller == nullptr || hold_extension_slot(scope, *caller, kind)) return true;
  release_party_slots(scope);
  return false;
}

bool Call::hold_extension_slot(CallScope& scope, const Extension& extension, CallKind kind) {
  ExtensionName name{extension.tenant, extension.username};
  if (std::ranges::find(extension_slots_, name) != extension_slots_.end()) return true;
  if (!take_slot(scope.shared.party_load.extensions, name, extension.max_calls, kind)) return false;
  extension_slots_.push_back(std::move(name));
  return true;
}

void Call::hold_slots_of(CallScope& scope, const Party& party) {
  PartyLoad& load = scope.shared.party_load;
  if (!tenant_slot_) {
    take_slot(load.tenants, party.tenant, std::nullopt, CallKind::ordinary);
    tenant_slot_ = party.tenant;
  }
  ExtensionName name{party.tenant, party.extension};
  if (party.trunk || std::ranges::find(extension_slots_, name) != extension_slots_.end()) return;
  take_slot(load.extensions, name, std::nullopt, CallKind::ordinary);
  extension_slots_.push_back(std::move(name));
}

void Call::release_idle_extensions(CallScope& scope) {
  std::erase_if(extension_slots_, [&](const ExtensionName& name) {
    const auto is = [&](const Leg& leg) {
      return !leg.party.trunk && leg.party.tenant == name.tenant &&
             leg.party.extension == name.username;
    };
    const bool rings = std::ranges::any_of(branches_, [&](const Branch& branch) {
      return branch.state == BranchState::calling && is(branch.leg);
    });
    if (rings || is(a_) || (b_ && is(*b_))) return false;
    sip_core::release_slot(scope.shared.party_load.extensions, name);
    return true;
  });
}

void Call::release_party_slots(CallScope& scope) {
  PartyLoad& load = scope.shared.party_load;
  for (const ExtensionName& name : extension_slots_)
    sip_core::release_slot(load.extensions, name);
  extension_slots_.clear();
  if (tenant_slot_) sip_core::release_slot(load.tenants, *tenant_slot_);
  tenant_slot_.reset();
}

}  // namespace ringfence::sip_core
