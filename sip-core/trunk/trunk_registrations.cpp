#include "sip-core/trunk/trunk_registrations.hpp"

#include <algorithm>
#include <utility>

namespace ringfence::sip_core {
namespace {

bool wants_registration(const Trunk* trunk) {
  return trunk != nullptr && trunk->registers;
}

}  // namespace

void TrunkRegistrations::on_restored(Context&, std::vector<TrunkRegistrationRecord> records) {
  for (TrunkRegistrationRecord& record : records) {
    const TrunkId trunk = record.trunk;
    restored_.insert_or_assign(trunk, std::move(record));
  }
}

void TrunkRegistrations::on_config(Context& context) {
  if (shutting_down_) return;
  for (auto entry = registrations_.begin(); entry != registrations_.end();) {
    const Trunk* trunk = context.config.trunk(entry->first);
    if (wants_registration(trunk) && same_account(*trunk, entry->second.trunk())) {
      if (entry->second.update(*trunk)) start(context, entry->second);
      ++entry;
    } else {
      leave(context, std::move(entry->second));
      entry = registrations_.erase(entry);
    }
  }
  for (const Trunk& trunk : context.config.trunks) {
    if (!trunk.registers || registrations_.contains(trunk.id)) continue;
    std::optional<TrunkRegistrationRecord> record;
    if (auto known = restored_.extract(trunk.id)) record = std::move(known.mapped());
    const auto [entry, added] = registrations_.emplace(
        trunk.id, TrunkRegistration(trunk, std::move(record), context.random));
    start(context, entry->second);
  }
  std::erase_if(unreachable_,
                [&](const auto& one) { return context.config.trunk(one.first) == nullptr; });
}

void TrunkRegistrations::start(Context& context, TrunkRegistration& registration) {
  registration.register_in(context, pace_.wait(context.now, context.random));
}

void TrunkRegistrations::leave(Context& context, TrunkRegistration registration) {
  registration.unregister(context);
  if (!registration.finished()) leaving_.push_back(std::move(registration));
}

TrunkRegistration* TrunkRegistrations::find(ClientTransactionId transaction) {
  for (auto& [trunk, registration] : registrations_) {
    if (registration.transaction() == transaction) return &registration;
  }
  for (TrunkRegistration& registration : leaving_) {
    if (registration.transaction() == transaction) return &registration;
  }
  return nullptr;
}

bool TrunkRegistrations::on_response(Context& context, const ResponseReceived& response) {
  TrunkRegistration* registration = find(response.transaction);
  if (registration == nullptr) return false;
  registration->on_response(context, response);
  if (registration->registered()) note_reached(registration->trunk().id);
  drop_finished();
  return true;
}

bool TrunkRegistrations::on_timed_out(Context& context, const ClientTimedOut& event) {
  return fail(context, event.transaction, "no answer");
}

bool TrunkRegistrations::on_transport_failed(Context& context, const ClientTransportFailed& event) {
  return fail(context, event.transaction, event.reason);
}

bool TrunkRegistrations::on_silent(Context& context, const ClientSilent& event) {
  TrunkRegistration* registration = find(event.transaction);
  if (registration == nullptr) return false;
  registration->on_silent(context);
  return true;
}

bool TrunkRegistrations::fail(Context& context, ClientTransactionId transaction,
                              std::string_view reason) {
  TrunkRegistration* registration = find(transaction);
  if (registration == nullptr) return false;
  registration->on_failure(context, reason);
  drop_finished();
  return true;
}

void TrunkRegistrations::on_timer(Context& context, std::uint64_t payload) {
  const auto found = registrations_.find(TrunkId(payload));
  if (found == registrations_.end() || shutting_down_) return;
  TrunkRegistration& registration = found->second;
  const bool goes_on =
      registration.transaction() || !registration.failed() || registration.has_turn();
  if (goes_on) return registration.on_timer(context);
  // Those that a carrier turned away at one moment, with one Retry-After, come back apart.
  start(context, registration);
}

void TrunkRegistrations::on_connection_closed(Context& context, TrunkId trunk) {
  const auto found = registrations_.find(trunk);
  if (found == registrations_.end() || shutting_down_) return;
  if (found->second.on_connection_lost()) start(context, found->second);
}

void TrunkRegistrations::on_tls_front_up(Context& context) {
  if (shutting_down_) return;
  for (auto& [trunk, registration] : registrations_) {
    if (registration.on_transport_back()) start(context, registration);
  }
}

// F119: each asks its registrar, a little apart from the others.
void TrunkRegistrations::on_network_changed(Context& context) {
  if (shutting_down_) return;
  for (auto& [trunk, registration] : registrations_) {
    if (!registration.on_network_changed(context)) continue;
    registration.register_in(
        context, pace_.wait(context.now, context.random) + StartPace::settle(context.random));
  }
}

void TrunkRegistrations::on_state_lost(Context& context) const {
  for (const auto& [trunk, registration] : registrations_)
    context.persist({registration.record()});
}

void TrunkRegistrations::on_shutdown(Context& context) {
  shutting_down_ = true;
  for (auto& [trunk, registration] : std::exchange(registrations_, {}))
    leave(context, std::move(registration));
}

bool TrunkRegistrations::idle() const {
  return registrations_.empty() && leaving_.empty();
}

void TrunkRegistrations::drop_finished() {
  std::erase_if(leaving_, [](const TrunkRegistration& one) { return one.finished(); });
}

void TrunkRegistrations::note_reached(TrunkId trunk) {
  unreachable_.erase(trunk);
}

void TrunkRegistrations::note_unreachable(TrunkId trunk, std::string_view reason) {
  unreachable_.insert_or_assign(trunk, std::string(reason));
}

std::string_view TrunkRegistrations::contact_user(TrunkId trunk) const {
  const auto found = registrations_.find(trunk);
  return found == registrations_.end() ? std::string_view() : found->second.contact_user();
}

std::span<const std::string> TrunkRegistrations::service_route(TrunkId trunk) const {
  const auto found = registrations_.find(trunk);
  if (found == registrations_.end()) return {};
  return found->second.service_route();
}

std::span<const std::string> TrunkRegistrations::media_security(TrunkId trunk) const {
  const auto found = registrations_.find(trunk);
  if (found == registrations_.end()) return {};
  return found->second.media_security().mechanisms();
}

std::vector<TrunkState> TrunkRegistrations::states(const Config& config) const {
  std::vector<TrunkState> states;
  for (const Trunk& trunk : config.trunks) {
    TrunkState state{trunk.id, "up", std::string(leg_token(trunk.transport())), {}};
    const auto found = registrations_.find(trunk.id);
    if (found != registrations_.end()) state = found->second.state();
    const auto why = unreachable_.find(trunk.id);
    const bool stands = found == registrations_.end() || found->second.registered();
    if (stands && why != unreachable_.end()) {
      state.state = "down";
      state.last_error = why->second;
    }
    states.push_back(std::move(state));
  }
  return states;
}

}  // namespace ringfence::sip_core
