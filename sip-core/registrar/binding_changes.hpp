// Binding changes: what a REGISTER does to the bindings of its address of record, as records; all
// of it or nothing (RFC 3261 §10.3 step 7). Pure: the same records go to the store and, once they
// are durable, into memory.
#pragma once

#include <expected>
#include <functional>
#include <string>
#include <vector>

#include "sip-core/registrar/binding.hpp"
#include "sip-core/registrar/register_request.hpp"

namespace ringfence::sip_core {

struct RegistrationContext {
  TenantId tenant;
  std::string username;
  Flow flow;
  TransportKind transport = TransportKind::udp;
  WallTime wall;
  std::uint32_t max_contacts = 10;
  std::function<bool(const Flow&)> is_reachable;  // a closed connection is not
};

using BindingChanges = std::vector<Record>;  // BindingRecord and BindingRemoved only

std::expected<BindingChanges, RegisterRejection> plan_changes(
    const std::vector<BindingRecord>& existing, const RegisterRequest& wanted,
    const RegistrationContext& registration);

void apply_change(std::vector<BindingRecord>& bindings, const Record& change);

}  // namespace ringfence::sip_core
