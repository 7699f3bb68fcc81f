#include "tests/simulation/harness/state_store.hpp"

namespace ringfence::sip_core::simulation {

void StateStore::apply(const Record& record) {
  struct Visitor {
    StateStore& store;
    void operator()(const BindingRecord& r) { store.bindings_[row_of(r)] = r; }
    void operator()(const BindingRemoved& r) { store.bindings_.erase(r); }
    void operator()(const CallRecord& r) { store.calls_[r.id] = r; }
    void operator()(const CallAcknowledged& r) {
      const auto found = store.calls_.find(r.id);
      if (found != store.calls_.end()) found->second.acknowledged = true;
    }
    void operator()(const CallOver& r) {
      const auto found = store.calls_.find(r.id);
      if (found != store.calls_.end()) found->second.over = r;
    }
    void operator()(const CallDetailed& r) {
      const auto found = store.calls_.find(r.id);
      if (found == store.calls_.end()) return;
      found->second.started = {};
    }
    void operator()(const CallRemoved& r) { store.calls_.erase(r.id); }
    void operator()(const PendingInviteRecord& r) { store.invites_[r.id] = r; }
    void operator()(const PendingInviteRemoved& r) { store.invites_.erase(r.id); }
    void operator()(const CallDetailRecord& r) { store.call_details_.push_back(r); }
    void operator()(const CallDetailsExpired& r) {
      std::erase_if(store.call_details_, [&](const auto& one) { return one.ended < r.before; });
    }
    void operator()(const TrunkRegistrationRecord& r) { store.trunks_[r.trunk] = r; }
    void operator()(const NonceSecretRecord& r) { store.nonce_secrets_[r.made] = r; }
  };
  std::visit(Visitor{*this}, record);
}

Restored StateStore::restored() const {
  Restored all;
  for (const auto& [key, binding] : bindings_)
    all.bindings.push_back(binding);
  for (const auto& [id, call] : calls_)
    all.calls.push_back(call);
  for (const auto& [id, invite] : invites_)
    all.invites.push_back(invite);
  for (const auto& [id, trunk] : trunks_)
    all.trunks.push_back(trunk);
  for (const auto& [made, secret] : nonce_secrets_)
    all.nonce_secrets.push_back(secret);
  return all;
}

}  // namespace ringfence::sip_core::simulation
