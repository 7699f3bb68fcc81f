// Binding changes: what a REGISTER does to the bindings of its address of record, as records; all
// of it or nothing (RFC 3261 §10.3 step 7). Pure: the same records go to the store and, once they
// are durable, into memory.
#pragma once

#include <expected>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/registrar/binding.hpp"
#include "sip-core/registrar/register_request.hpp"

namespace ringfence::sip_core {

struct RegistrationContext {
  TenantId tenant;
  std::string_view username;
  Flow flow;
  TransportKind transport = TransportKind::udp;
  WallTime wall;
  std::uint32_t max_contacts = 10;
  std::function<bool(const Flow&)> is_reachable;  // a closed connection is not
};

using BindingChanges = std::vector<Record>;  // BindingRecord and BindingRemoved only
// Of one address, the one registered longest ago first; somebody else's records.
using BindingList = std::vector<const BindingRecord*>;

std::expected<BindingChanges, RegisterRejection> plan_changes(
    const BindingList& existing, const RegisterRequest& wanted,
    const RegistrationContext& registration);

// `bindings` as the change leaves them; the change must outlive them.
void apply_change(BindingList& bindings, const Record& change);

}  // namespace ringfence::sip_core
