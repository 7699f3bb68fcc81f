#include "sip-core/registrar/binding_changes.hpp"

#include <algorithm>
#include <chrono>

#include "sip-core/registrar/binding_row.hpp"

namespace ringfence::sip_core {
namespace {

constexpr RegisterRejection kOutOfOrder{400, "CSeq Out Of Order", std::nullopt};

// One contact, whatever its scheme: a sip: registration replaces the sips: one (R014).
bool same_contact(const RequestedContact& wanted, const std::string& registered) {
  if (wanted.text == registered) return true;
  auto uri = sip::Uri::parse(registered);
  if (!uri) return false;
  sip::Uri plain = wanted.uri;
  plain.scheme = sip::Scheme::sip;
  uri->scheme = sip::Scheme::sip;
  return sip::equivalent(plain, *uri);
}

// RFC 5626 §6: with outbound the key is instance and reg-id, else the URI (R087).
bool is_for(const RequestedContact& wanted, const BindingRecord& binding) {
  if (wanted.reg_id != 0) {
    return binding.reg_id == wanted.reg_id && binding.instance_id == wanted.instance_id;
  }
  return binding.reg_id == 0 && same_contact(wanted, binding.contact);
}

// RFC 3261 §10.3 step 7: within one Call-ID the CSeq must have grown, or the request fails.
bool is_out_of_order(const RegisterRequest& wanted, const BindingRecord& binding) {
  return binding.call_id == wanted.call_id && wanted.cseq <= binding.cseq;
}

bool is_out_of_order(const BindingList& existing, const RegisterRequest& wanted) {
  return std::ranges::any_of(existing, [&](const BindingRecord* binding) {
    if (!is_out_of_order(wanted, *binding)) return false;
    return wanted.remove_all ||
           std::ranges::any_of(wanted.contacts, [&](const RequestedContact& contact) {
             return is_for(contact, *binding);
           });
  });
}

BindingRecord record_of(const RequestedContact& contact, const RegisterRequest& wanted,
                        const RegistrationContext& registration) {
  BindingRecord record;
  record.tenant = registration.tenant;
  record.username = registration.username;
  record.contact = contact.text;
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

// The changes of one request. Its list points into what was there and into its own changes.
class Planner {
 public:
  Planner(const BindingList& existing, const RegisterRequest& wanted,
          const RegistrationContext& registration)
      : bindings_(existing), wanted_(wanted), registration_(registration) {
    // Never more: each contact adds one, and each binding, old or new, is removed once.
    changes_.reserve(existing.size() + 2 * wanted.contacts.size());
  }

  void remove(const BindingRecord& binding) { change(row_of(binding)); }
  void set(const RequestedContact& contact) {
    const BindingRecord* old = find(contact);
    if (contact.expires_s == 0) {
      if (old != nullptr) remove(*old);
      return;
    }
    BindingRecord record = record_of(contact, wanted_, registration_);
    // Rows go by the URI as written: another spelling is another row.
    if (old != nullptr && !is_same_row(*old, record)) remove(*old);
    change(std::move(record));
  }
  // At the limit a phone's own past makes room, the oldest first: contacts that nobody can reach
  // any more, then those of the same instance at another address.
  void make_room() {
    remove_while_full(
        [&](const BindingRecord& binding) { return !registration_.is_reachable(binding.flow); });
    remove_while_full([&](const BindingRecord& binding) { return is_forerunner(binding); });
  }
  bool fits() const { return bindings_.size() <= registration_.max_contacts; }
  std::size_t size() const { return bindings_.size(); }
  BindingChanges take() { return std::move(changes_); }

 private:
  void change(Record record) { apply_change(bindings_, changes_.emplace_back(std::move(record))); }
  const BindingRecord* find(const RequestedContact& contact) const {
    const auto found = std::ranges::find_if(
        bindings_, [&](const BindingRecord* binding) { return is_for(contact, *binding); });
    return found == bindings_.end() ? nullptr : *found;
  }
  bool is_asked_for(const BindingRecord& binding) const {
    return std::ranges::any_of(wanted_.contacts, [&](const RequestedContact& contact) {
      return contact.expires_s != 0 && is_for(contact, binding);
    });
  }
  bool is_forerunner(const BindingRecord& binding) const {
    return std::ranges::any_of(wanted_.contacts, [&](const RequestedContact& contact) {
      return !contact.instance_id.empty() && contact.reg_id == 0 && binding.reg_id == 0 &&
             contact.instance_id == binding.instance_id;
    });
  }
  template <typename Predicate>
  void remove_while_full(Predicate goes) {
    for (std::size_t i = 0; i < bindings_.size() && !fits();) {
      const BindingRecord& binding = *bindings_[i];
      if (!is_asked_for(binding) && goes(binding)) {
        remove(binding);
      } else {
        ++i;
      }
    }
  }

  BindingList bindings_;
  const RegisterRequest& wanted_;
  const RegistrationContext& registration_;
  BindingChanges changes_;
};

}  // namespace

void apply_change(BindingList& bindings, const Record& change) {
  const auto remove = [&](const auto& row) {
    std::erase_if(bindings, [&](const BindingRecord* b) { return is_same_row(*b, row); });
  };
  if (const auto* removed = std::get_if<BindingRemoved>(&change)) {
    remove(*removed);
  } else if (const auto* added = std::get_if<BindingRecord>(&change)) {
    remove(*added);
    bindings.push_back(added);
  }
}

std::expected<BindingChanges, RegisterRejection> plan_changes(
    const BindingList& existing, const RegisterRequest& wanted,
    const RegistrationContext& registration) {
  if (is_out_of_order(existing, wanted)) return std::unexpected(kOutOfOrder);
  Planner planner(existing, wanted, registration);
  if (wanted.remove_all) {
    for (const BindingRecord* binding : existing)
      planner.remove(*binding);
    return planner.take();
  }
  for (const RequestedContact& contact : wanted.contacts)
    planner.set(contact);
  planner.make_room();
  if (!planner.fits() && planner.size() > existing.size()) {
    return std::unexpected(RegisterRejection{403, "Too Many Contacts", std::nullopt});
  }
  return planner.take();
}

}  // namespace ringfence::sip_core
