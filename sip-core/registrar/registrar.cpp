#include "sip-core/registrar/registrar.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

#include "sip-core/registrar/binding_row.hpp"
#include "sip-core/registrar/register_response.hpp"
#include "sip-core/registrar/registration_limits.hpp"

namespace ringfence::sip_core {
namespace {

constexpr std::chrono::seconds kExpiryInterval(30);
constexpr std::uint32_t kMaxContacts = 10;  // where the extension's row names no number (F076)

bool is_preferred(const Binding* a, const Binding* b) {
  return a->record.q != b->record.q ? a->record.q > b->record.q : a->order > b->order;
}

// Calls `gone` with the flow of what it takes out.
template <typename Row, typename Gone>
void erase_row(std::vector<Binding>& bindings, const Row& row, Gone gone) {
  std::erase_if(bindings, [&](const Binding& binding) {
    if (!is_same_row(binding.record, row)) return false;
    gone(binding.record.flow);
    return true;
  });
}

}  // namespace

void Registrar::on_restored(Context& context, std::vector<BindingRecord> bindings) {
  for (BindingRecord& record : bindings)
    apply(context, Record(std::move(record)));
  if (!addresses_.empty()) keep_timer(context);
}

void Registrar::on_config(Context& context) {
  remove_if(context, [&](const Binding& binding) {
    return context.config.extension(binding.record.tenant, binding.record.username) == nullptr;
  });
}

void Registrar::on_register(Context& context, const RequestReceived& request, const Tenant& tenant,
                            const Extension& extension) {
  auto wanted = read_register(*request.message, limits_for(context.config, request));
  if (!wanted) return reject(context, request, wanted.error());
  const AddressOfRecordView address{tenant.id, extension.username};
  auto changes =
      plan_changes(with_pending(context, address), *wanted,
                   {tenant.id, extension.username, request.source.flow, request.source.transport,
                    context.wall, extension.max_contacts.value_or(kMaxContacts),
                    [&](const Flow& flow) { return context.connections.usable(flow); }});
  if (!changes) return reject(context, request, changes.error());
  Pending pending{request, {tenant.id, extension.username}, {}, wanted->uses_outbound};
  // A fetch, and the removal of what is not there, change nothing that must be kept.
  if (changes->empty()) return answer_with_bindings(context, pending);
  pending.changes = std::move(*changes);
  const CommitId commit = context.persist(pending.changes, Urgency::awaited);
  pending_of_[pending.address].push_back(commit);
  pending_.emplace(commit, std::move(pending));
}

bool Registrar::on_committed(Context& context, CommitId commit) {
  auto pending = take_pending(commit);
  if (!pending) return false;
  for (Record& change : pending->changes)
    apply(context, std::move(change));
  keep_timer(context);
  mark_connection(context, *pending);
  answer_with_bindings(context, *pending);
  return true;
}

bool Registrar::on_commit_failed(Context& context, CommitId commit, std::string_view) {
  const auto pending = take_pending(commit);
  if (!pending) return false;
  context.counters.get("sip_register_store_errors_total").add();
  reject(context, pending->request, {500, "Registration Not Stored", std::nullopt});
  return true;
}

std::optional<Registrar::Pending> Registrar::take_pending(CommitId commit) {
  auto node = pending_.extract(commit);
  if (!node) return std::nullopt;
  const auto found = pending_of_.find(node.mapped().address);
  if (found != pending_of_.end()) {
    std::erase(found->second, commit);
    if (found->second.empty()) pending_of_.erase(found);
  }
  return std::move(node.mapped());
}

void Registrar::on_timer(Context& context, std::uint64_t) {
  timer_runs_ = false;
  remove_if(context, [&](const Binding& binding) { return binding.expires <= context.now; });
  if (!addresses_.empty()) keep_timer(context);
}

std::vector<const Binding*> Registrar::reachable(const Context& context, TenantId tenant,
                                                 std::string_view username) const {
  const auto found = addresses_.find(AddressOfRecordView{tenant, username});
  if (found == addresses_.end()) return {};
  std::vector<const Binding*> reachable;
  for (const Binding& binding : found->second) {
    if (binding.expires > context.now && context.connections.usable(binding.record.flow)) {
      reachable.push_back(&binding);
    }
  }
  std::ranges::sort(reachable, is_preferred);
  return reachable;
}

std::vector<const Binding*> Registrar::bindings(const Context& context, TenantId tenant,
                                                std::string_view username) const {
  std::vector<const Binding*> targets = reachable(context, tenant, username);
  // RFC 5626 §7: never two targets of one instance at once.
  std::set<std::string_view> instances;
  std::erase_if(targets, [&](const Binding* binding) {
    const std::string& instance = binding->record.instance_id;
    return !instance.empty() && !instances.insert(instance).second;
  });
  return targets;
}

bool Registrar::has_sips_contacts_only(TenantId tenant, std::string_view username) const {
  const auto found = addresses_.find(AddressOfRecordView{tenant, username});
  return found != addresses_.end() &&
         std::ranges::all_of(found->second, [](const Binding& binding) {
           return binding.record.contact.starts_with("sips:");
         });
}

std::vector<const Binding*> Registrar::other_flows(const Context& context, TenantId tenant,
                                                   std::string_view username,
                                                   const Flow& failed) const {
  const auto found = addresses_.find(AddressOfRecordView{tenant, username});
  if (found == addresses_.end()) return {};
  const auto bound = std::ranges::find(found->second, failed,
                                       [](const Binding& binding) { return binding.record.flow; });
  if (bound == found->second.end() || bound->record.reg_id == 0) return {};
  std::vector<const Binding*> others = reachable(context, tenant, username);
  std::erase_if(others, [&](const Binding* binding) {
    return binding->record.flow == failed ||
           binding->record.instance_id != bound->record.instance_id;
  });
  return others;
}

bool Registrar::is_registered_over(TenantId tenant, std::string_view username,
                                   const Flow& flow) const {
  const auto found = addresses_.find(AddressOfRecordView{tenant, username});
  return found != addresses_.end() &&
         std::ranges::any_of(found->second,
                             [&](const Binding& binding) { return binding.record.flow == flow; });
}

std::uint32_t Registrar::count_over(const Flow& flow) const {
  const auto found = flows_.find(flow);
  return found == flows_.end() ? 0 : found->second;
}

std::uint32_t Registrar::count() const {
  return static_cast<std::uint32_t>(addresses_.size());
}

void Registrar::on_state_lost(Context& context) const {
  std::vector<Record> all;
  for (const auto& [address, bindings] : addresses_) {
    for (const Binding& binding : bindings)
      all.emplace_back(binding.record);
  }
  if (!all.empty()) context.persist(std::move(all));
}

void Registrar::on_clock_set(Context& context, WallTime::duration by) {
  for (auto& [address, bindings] : addresses_) {
    for (Binding& binding : bindings)
      binding.record.expires += by;
  }
  for (auto& [commit, pending] : pending_) {
    for (Record& change : pending.changes) {
      if (auto* record = std::get_if<BindingRecord>(&change)) record->expires += by;
    }
  }
  on_state_lost(context);
}

// The bindings as they will be once every commit under way has succeeded: requests of one address
// of record are worked on in their order (R061).
BindingList Registrar::with_pending(const Context& context,
                                    const AddressOfRecordView& address) const {
  BindingList records;
  if (const auto found = addresses_.find(address); found != addresses_.end()) {
    for (const Binding& binding : found->second) {
      if (binding.expires > context.now) records.push_back(&binding.record);
    }
  }
  const auto pending = pending_of_.find(address);
  if (pending == pending_of_.end()) return records;
  for (const CommitId commit : pending->second) {
    for (const Record& change : pending_.at(commit).changes)
      apply_change(records, change);
  }
  return records;
}

void Registrar::apply(const Context& context, Record change) {
  if (const auto* removed = std::get_if<BindingRemoved>(&change)) {
    erase(*removed);
  } else if (auto* added = std::get_if<BindingRecord>(&change)) {
    const auto left = std::chrono::duration_cast<Duration>(added->expires - context.wall);
    auto found = addresses_.find(AddressOfRecordView{added->tenant, added->username});
    if (found == addresses_.end()) {
      found = addresses_.try_emplace(AddressOfRecord{added->tenant, added->username}).first;
    }
    count_flow(added->flow, +1);
    erase_row(found->second, *added, [this](const Flow& flow) { count_flow(flow, -1); });
    found->second.push_back({std::move(*added), context.now + left, ++last_order_});
  }
}

void Registrar::erase(const BindingRemoved& row) {
  const auto found = addresses_.find(AddressOfRecordView{row.tenant, row.username});
  if (found == addresses_.end()) return;
  erase_row(found->second, row, [this](const Flow& flow) { count_flow(flow, -1); });
  if (found->second.empty()) addresses_.erase(found);
}

void Registrar::count_flow(const Flow& flow, std::int32_t by) {
  const auto found = flows_.try_emplace(flow, 0).first;
  found->second += static_cast<std::uint32_t>(by);
  if (found->second == 0) flows_.erase(found);
}

void Registrar::answer_with_bindings(Context& context, const Pending& pending) const {
  RegisterSuccess success;
  if (const auto found = addresses_.find(pending.address); found != addresses_.end()) {
    for (const Binding& binding : found->second) {
      if (binding.expires > context.now) success.bindings.push_back(&binding);
    }
  }
  success.uses_outbound = pending.uses_outbound;
  context.transactions.respond(
      pending.request.transaction,
      write_success(pending.request, success, context.now, context.wall, context.random.token(8)));
}

void Registrar::reject(Context& context, const RequestReceived& request,
                       const RegisterRejection& rejection) const {
  auto response = answer(request, rejection.status, rejection.reason, context.random.token(8));
  if (rejection.min_expires) {
    response.add_number(sip::HeaderName::min_expires, *rejection.min_expires);
  }
  context.transactions.respond(request.transaction, response);
}

// A registered phone's connection may idle for as long as it is registered.
void Registrar::mark_connection(Context& context, const Pending& pending) const {
  const auto* connection = std::get_if<ConnectionId>(&pending.request.source.flow);
  if (connection == nullptr || !context.connections.usable(*connection)) return;
  const bool registered = has_flow(*connection);
  context.actions.push_back(SetConnectionClass{
      *connection, registered ? ConnectionClass::registered : ConnectionClass::fresh});
}

void Registrar::remove_if(Context& context, const std::function<bool(const Binding&)>& goes) {
  std::vector<Record> removed;
  for (auto& [address, bindings] : addresses_) {
    std::erase_if(bindings, [&](const Binding& binding) {
      if (!goes(binding)) return false;
      removed.emplace_back(row_of(binding.record));
      count_flow(binding.record.flow, -1);
      return true;
    });
  }
  std::erase_if(addresses_, [](const auto& address) { return address.second.empty(); });
  // Nobody waits for this commit; what it misses is left out at the next start.
  if (!removed.empty()) context.persist(std::move(removed));
}

void Registrar::keep_timer(Context& context) {
  if (std::exchange(timer_runs_, true)) return;
  context.timers.start(context.now + kExpiryInterval, TimerOwner::registrar, 0);
}

}  // namespace ringfence::sip_core
