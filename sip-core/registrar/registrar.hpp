// Registrar: RFC 3261 §10 for the tenants' extensions. Every request given here is authenticated.
// A change takes effect, and its 200 leaves, once the store has committed it; a failed commit
// leaves everything as it was and answers 500 (R061). A binding is reached over the flow that it
// came in on and over nothing else (RFC 5626 §7, R090): when a connection closes, its bindings
// stay until they expire and are not reachable (R091).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sip-core/engine/context.hpp"
#include "sip-core/engine/registration_view.hpp"
#include "sip-core/registrar/address_of_record.hpp"
#include "sip-core/registrar/binding.hpp"
#include "sip-core/registrar/binding_changes.hpp"
#include "sip-core/registrar/flow_hash.hpp"

namespace ringfence::sip_core {

class Registrar {
 public:
  void on_restored(Context& context, std::vector<BindingRecord> bindings);
  void on_clock_set(Context& context, WallTime::duration by);
  void on_config(Context& context);  // bindings of extensions that are gone go too
  // `request` is authenticated as `extension`, of `tenant`.
  void on_register(Context& context, const RequestReceived& request, const Tenant& tenant,
                   const Extension& extension);
  // True: the commit was ours.
  bool on_committed(Context& context, CommitId commit);
  bool on_commit_failed(Context& context, CommitId commit, std::string_view reason);
  void on_timer(Context& context, std::uint64_t payload);
  void on_state_lost(Context& context) const;  // the store wants everything once more

  // Where the user can be reached now: the highest q first, then the most recent registration; at
  // most one binding per instance. Empty: 480. Valid until the next event.
  std::vector<const Binding*> bindings(const Context& context, TenantId tenant,
                                       std::string_view username) const;
  // Whether every contact that the user has registered, reachable or not, is a SIPS one.
  bool has_sips_contacts_only(TenantId tenant, std::string_view username) const;
  // What else reaches the instance that was bound to `failed` (RFC 5626 §7).
  std::vector<const Binding*> other_flows(const Context& context, TenantId tenant,
                                          std::string_view username, const Flow& failed) const;
  // Whether that user has a binding that came over that flow.
  bool is_registered_over(TenantId tenant, std::string_view username, const Flow& flow) const;
  std::uint32_t count_over(const Flow& flow) const;  // bindings of whomever
  bool has_flow(const Flow& flow) const { return count_over(flow) != 0; }
  std::uint32_t count() const;  // addresses of record that have a binding
  // At least one address of record, then on until `limit` rows are reached.
  RegistrationPage page(const std::optional<RegistrationKey>& after, std::size_t limit,
                        const Config& config, const Connections& connections, TimePoint now) const;

 private:
  using Bindings = std::vector<Binding>;
  struct Pending {
    RequestReceived request;
    AddressOfRecord address;
    BindingChanges changes;
    bool uses_outbound = false;
  };

  std::vector<const Binding*> reachable(const Context& context, TenantId tenant,
                                        std::string_view username) const;
  std::optional<Pending> take_pending(CommitId commit);
  BindingList with_pending(const Context& context, const AddressOfRecordView& address) const;
  void apply(const Context& context, Record change);
  void erase(const BindingRemoved& row);
  void count_flow(const Flow& flow, std::int32_t by);
  void answer_with_bindings(Context& context, const Pending& pending) const;
  void reject(Context& context, const RequestReceived& request,
              const RegisterRejection& rejection) const;
  void mark_connection(Context& context, const Pending& pending) const;
  void remove_if(Context& context, const std::function<bool(const Binding&)>& goes);
  void keep_timer(Context& context);

  std::map<AddressOfRecord, Bindings, AddressOfRecordLess> addresses_;
  std::unordered_map<Flow, std::uint32_t, FlowHash> flows_;  // bindings over each
  std::map<CommitId, Pending> pending_;                      // in the order of their submission
  std::map<AddressOfRecord, std::vector<CommitId>, AddressOfRecordLess> pending_of_;
  std::uint64_t last_order_ = 0;
  bool timer_runs_ = false;
};

}  // namespace ringfence::sip_core
