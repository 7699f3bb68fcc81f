#include "sip-core/registrar/binding_changes.hpp"

#include <algorithm>
#include <chrono>

namespace ringfence::sip_core {
namespace {

// One contact, whatever its scheme: a sip: registration replaces the sips: one (R014).
bool same_contact(const sip::Uri& wanted, const std::string& registered) {
  auto uri = sip::Uri::parse(registered);
  if (!uri) return false;
  sip::Uri plain = wanted;
  plain.scheme = sip::Scheme::sip;
  uri->scheme = sip::Scheme::sip;
  return sip::equivalent(plain, *uri);
}

// RFC 5626 §6: with outbound the key is instance and reg-id, else the URI (R087).
bool is_for(const RequestedContact& wanted, const BindingRecord& binding) {
  if (wanted.reg_id != 0) {
    return binding.reg_id == wanted.reg_id && binding.instance_id == wanted.instance_id;
  }
  return binding.reg_id == 0 && same_contact(wanted.uri, binding.contact);
}

// RFC 3261 §10.3 step 7: within one Call-ID the CSeq must have grown, or the request fails.
bool is_out_of_order(const RegisterRequest& wanted, const BindingRecord& binding) {
  return binding.call_id == wanted.call_id && wanted.cseq <= binding.cseq;
}

BindingRecord record_of(const RequestedContact& contact, const RegisterRequest& wanted,
                        const RegistrationContext& registration) {
  BindingRecord record;
  record.tenant = registration.tenant;
  record.username = registration.username;
  record.contact = contact.uri.to_string();
  record.instance_id = contact.instance_id;
  record.reg_id = contact.reg_id;
  record.q = contact.q;
  record.flow = registration.flow;
  record.transport = registration.transport;
  record.path = wanted.path;
  record.call_id = wanted.call_id;
  record.cseq = wanted.cseq;
  record.expires = registration.wall + std::chrono::seconds(contact.expires_s);
  record.user_agent = wanted.user_agent;
  return record;
}

class Planner {
 public:
  Planner(std::vector<BindingRecord> bindings, const RegistrationContext& registration)
      : bindings_(std::move(bindings)), registration_(registration) {}

  void change(Record record) {
    apply_change(bindings_, record);
    changes_.push_back(std::move(record));
  }
  void remove(const BindingRecord& binding) {
    change(BindingRemoved{binding.tenant, binding.username, std::string(binding.contact)});
  }
  // Bindings that another contact of the same request has made are not in the way.
  const BindingRecord* find(const RequestedContact& wanted) const {
    const auto found = std::ranges::find_if(
        bindings_, [&](const BindingRecord& binding) { return is_for(wanted, binding); });
    return found == bindings_.end() ? nullptr : &*found;
  }
  void set(const RequestedContact& contact, const RegisterRequest& wanted) {
    const BindingRecord* old = find(contact);
    if (contact.expires_s == 0) {
      if (old != nullptr) remove(*old);
      return;
    }
    BindingRecord record = record_of(contact, wanted, registration_);
    // The key in the store is the URI as written: another spelling is another row.
    if (old != nullptr && old->contact != record.contact) remove(*old);
    change(std::move(record));
  }
  // A phone that reconnects leaves contacts behind that nobody can reach: at the limit they make
  // room, the oldest first.
  void make_room() {
    for (std::size_t i = 0; i < bindings_.size() && !fits();) {
      if (registration_.is_reachable(bindings_[i].flow)) {
        ++i;
      } else {
        remove(bindings_[i]);
      }
    }
  }
  bool fits() const { return bindings_.size() <= registration_.max_contacts; }
  const std::vector<BindingRecord>& bindings() const { return bindings_; }
  BindingChanges take() { return std::move(changes_); }

 private:
  std::vector<BindingRecord> bindings_;
  const RegistrationContext& registration_;
  BindingChanges changes_;
};

}  // namespace

void apply_change(std::vector<BindingRecord>& bindings, const Record& change) {
  const auto remove = [&](const std::string& contact) {
    std::erase_if(bindings, [&](const BindingRecord& b) { return b.contact == contact; });
  };
  if (const auto* removed = std::get_if<BindingRemoved>(&change)) {
    remove(removed->contact);
  } else if (const auto* added = std::get_if<BindingRecord>(&change)) {
    remove(added->contact);
    bindings.push_back(*added);
  }
}

std::expected<BindingChanges, RegisterRejection> plan_changes(
    const std::vector<BindingRecord>& existing, const RegisterRequest& wanted,
    const RegistrationContext& registration) {
  constexpr RegisterRejection kOutOfOrder{400, "CSeq Out Of Order", std::nullopt};
  Planner planner(existing, registration);
  if (wanted.remove_all) {
    for (const BindingRecord& binding : existing) {
      if (is_out_of_order(wanted, binding)) return std::unexpected(kOutOfOrder);
      planner.remove(binding);
    }
    return planner.take();
  }
  for (const RequestedContact& contact : wanted.contacts) {
    const BindingRecord* old = planner.find(contact);
    if (old != nullptr && std::ranges::find(existing, *old) != existing.end() &&
        is_out_of_order(wanted, *old)) {
      return std::unexpected(kOutOfOrder);
    }
  }
  for (const RequestedContact& contact : wanted.contacts)
    planner.set(contact, wanted);
  planner.make_room();
  if (!planner.fits() && planner.bindings().size() > existing.size()) {
    return std::unexpected(RegisterRejection{403, "Too Many Contacts", std::nullopt});
  }
  return planner.take();
}

}  // namespace ringfence::sip_core
