#include "sip-core/registrar/registrar.hpp"

#include <algorithm>
#include <chrono>
#include <set>

namespace ringfence::sip_core {
namespace {

constexpr std::chrono::seconds kExpiryInterval(30);
constexpr std::uint32_t kMaxContacts = 10;

std::uint32_t setting(const Config& config, std::string_view key, std::uint32_t fallback) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(config.setting_number(key, fallback), 86'400));
}

RegistrationLimits limits_of(const Config& config) {
  RegistrationLimits limits;
  limits.min_expires_s = setting(config, "register_min_expires_s", limits.min_expires_s);
  limits.max_expires_s = setting(config, "register_max_expires_s", limits.max_expires_s);
  limits.default_expires_s =
      setting(config, "register_default_expires_s", limits.default_expires_s);
  return limits;
}

// RFC 3261 §10.3 step 8: the binding as a Contact value with the time that it has left.
std::string contact_value(const Binding& binding, TimePoint now) {
  const auto left = std::chrono::ceil<std::chrono::seconds>(binding.expires - now).count();
  std::string value = "<" + binding.record.contact + ">;expires=" + std::to_string(left);
  if (binding.record.q != 1000) {
    const std::string thousandths = std::to_string(1000 + binding.record.q);
    value += ";q=0." + thousandths.substr(1);
  }
  if (!binding.record.instance_id.empty()) {
    value += ";+sip.instance=\"" + binding.record.instance_id + "\"";
  }
  if (binding.record.reg_id != 0) value += ";reg-id=" + std::to_string(binding.record.reg_id);
  return value;
}

bool is_preferred(const Binding* a, const Binding* b) {
  return a->record.q != b->record.q ? a->record.q > b->record.q : a->order > b->order;
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
  auto wanted = read_register(*request.message, limits_of(context.config));
  if (!wanted) return reject(context, request, wanted.error());
  Pending pending{request, {tenant.id, extension.username}, {}, wanted->uses_outbound};
  const std::uint32_t max_contacts =
      extension.max_contacts.value_or(setting(context.config, "max_contacts", kMaxContacts));
  auto changes = plan_changes(
      with_pending(pending.address), *wanted,
      {tenant.id, extension.username, request.source.flow, request.source.transport, context.wall,
       max_contacts, [&](const Flow& flow) { return context.connections.usable(flow); }});
  if (!changes) return reject(context, request, changes.error());
  // A fetch, and the removal of what is not there, change nothing that must be kept.
  if (changes->empty()) return answer_with_bindings(context, pending);
  pending.changes = std::move(*changes);
  const CommitId commit = context.persist(pending.changes);
  pending_.emplace(commit, std::move(pending));
}

bool Registrar::on_committed(Context& context, CommitId commit) {
  const auto pending = pending_.extract(commit);
  if (!pending) return false;
  for (const Record& change : pending.mapped().changes)
    apply(context, change);
  keep_timer(context);
  mark_connection(context, pending.mapped());
  answer_with_bindings(context, pending.mapped());
  return true;
}

bool Registrar::on_commit_failed(Context& context, CommitId commit, std::string_view) {
  const auto pending = pending_.extract(commit);
  if (!pending) return false;
  context.counters.get("sip_register_store_errors_total").add();
  reject(context, pending.mapped().request, {500, "Registration Not Stored", std::nullopt});
  return true;
}

void Registrar::on_timer(Context& context, std::uint64_t) {
  timer_runs_ = false;
  remove_if(context, [&](const Binding& binding) { return binding.expires <= context.now; });
  if (!addresses_.empty()) keep_timer(context);
}

std::vector<const Binding*> Registrar::bindings(const Context& context, TenantId tenant,
                                                std::string_view username) const {
  const auto found = addresses_.find({tenant, std::string(username)});
  if (found == addresses_.end()) return {};
  std::vector<const Binding*> reachable;
  for (const Binding& binding : found->second) {
    if (binding.expires > context.now && context.connections.usable(binding.record.flow)) {
      reachable.push_back(&binding);
    }
  }
  std::ranges::sort(reachable, is_preferred);
  // RFC 5626 §7: never two targets of one instance at once.
  std::set<std::string_view> instances;
  std::erase_if(reachable, [&](const Binding* binding) {
    const std::string& instance = binding->record.instance_id;
    return !instance.empty() && !instances.insert(instance).second;
  });
  return reachable;
}

bool Registrar::is_registered_over(TenantId tenant, std::string_view username,
                                   const Flow& flow) const {
  const auto found = addresses_.find({tenant, std::string(username)});
  return found != addresses_.end() &&
         std::ranges::any_of(found->second,
                             [&](const Binding& binding) { return binding.record.flow == flow; });
}

bool Registrar::has_flow(const Flow& flow) const {
  return std::ranges::any_of(addresses_, [&](const auto& address) {
    return std::ranges::any_of(address.second,
                               [&](const Binding& b) { return b.record.flow == flow; });
  });
}

std::uint32_t Registrar::count() const {
  return static_cast<std::uint32_t>(addresses_.size());
}

// The bindings as they will be once every commit under way has succeeded: requests of one address
// of record are worked on in their order (R061).
std::vector<BindingRecord> Registrar::with_pending(const AddressOfRecord& address) const {
  std::vector<BindingRecord> records;
  if (const auto found = addresses_.find(address); found != addresses_.end()) {
    for (const Binding& binding : found->second)
      records.push_back(binding.record);
  }
  for (const auto& [commit, pending] : pending_) {
    if (pending.address != address) continue;
    for (const Record& change : pending.changes)
      apply_change(records, change);
  }
  return records;
}

void Registrar::apply(const Context& context, const Record& change) {
  const auto erase = [&](const AddressOfRecord& address, const std::string& contact) {
    const auto found = addresses_.find(address);
    if (found == addresses_.end()) return;
    std::erase_if(found->second, [&](const Binding& b) { return b.record.contact == contact; });
    if (found->second.empty()) addresses_.erase(found);
  };
  if (const auto* removed = std::get_if<BindingRemoved>(&change)) {
    erase({removed->tenant, removed->username}, removed->contact);
  } else if (const auto* added = std::get_if<BindingRecord>(&change)) {
    const AddressOfRecord address{added->tenant, added->username};
    erase(address, added->contact);
    const auto left = std::chrono::duration_cast<Duration>(added->expires - context.wall);
    addresses_[address].push_back({*added, context.now + left, ++last_order_});
  }
}

void Registrar::answer_with_bindings(Context& context, const Pending& pending) const {
  auto response = answer(pending.request, 200, {}, context.random.token(8));
  if (const auto found = addresses_.find(pending.address); found != addresses_.end()) {
    for (const Binding& binding : found->second) {
      if (binding.expires > context.now) {
        response.add(sip::HeaderName::contact, contact_value(binding, context.now));
      }
    }
  }
  response.copy(*pending.request.message, sip::HeaderName::path);
  const bool supported = pending.request.message->lists(sip::HeaderName::supported, "outbound");
  // RFC 5626 §6: so the phone knows that its flow is what calls come over (R087).
  if (pending.uses_outbound && supported) response.add(sip::HeaderName::require, "outbound");
  response.add(sip::HeaderName::supported, "path, outbound");
  context.transactions.respond(pending.request.transaction, response);
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
  const bool registered = addresses_.contains(pending.address);
  context.actions.push_back(SetConnectionClass{
      *connection, registered ? ConnectionClass::registered : ConnectionClass::fresh});
}

void Registrar::remove_if(Context& context, const std::function<bool(const Binding&)>& goes) {
  std::vector<Record> removed;
  for (auto& [address, bindings] : addresses_) {
    std::erase_if(bindings, [&](const Binding& binding) {
      if (!goes(binding)) return false;
      removed.emplace_back(
          BindingRemoved{binding.record.tenant, binding.record.username, binding.record.contact});
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
