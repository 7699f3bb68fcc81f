// TrunkRegistrations: every trunk's registration and state. Follows the configuration: what changed
// registers again at once, what is unchanged keeps its Call-ID, CSeq and timer, what is gone
// un-registers; many that want to register at once are spread. Trunks that do not register are up
// until a request cannot reach them, and up again at the next response.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/engine/context.hpp"
#include "sip-core/engine/engine.hpp"
#include "sip-core/trunk/start_pace.hpp"
#include "sip-core/trunk/trunk_registration.hpp"

namespace ringfence::sip_core {

class TrunkRegistrations {
 public:
  // Before the first on_config().
  void on_restored(Context& context, std::vector<TrunkRegistrationRecord> records);
  void on_config(Context& context);
  // The following answer whether the transaction was ours.
  bool on_response(Context& context, const ResponseReceived& response);
  bool on_timed_out(Context& context, const ClientTimedOut& event);
  bool on_transport_failed(Context& context, const ClientTransportFailed& event);
  bool on_silent(Context& context, const ClientSilent& event);
  void on_timer(Context& context, std::uint64_t payload);
  void on_connection_closed(Context& context, TrunkId trunk);  // the one dialled for it
  void on_tls_front_up(Context& context);
  void on_network_changed(Context& context);
  void on_state_lost(Context& context) const;  // the store wants everything once more
  void on_shutdown(Context& context);
  bool idle() const;  // after on_shutdown(): nothing is left to un-register

  // From the calls' requests to trunks, and from probes of them.
  void note_reached(TrunkId trunk);
  void note_unreachable(TrunkId trunk, std::string_view reason);

  std::string_view contact_user(TrunkId trunk) const;  // "" when it does not register
  std::span<const std::string> service_route(TrunkId trunk) const;
  std::span<const std::string> media_security(TrunkId trunk) const;
  std::vector<TrunkState> states(const Config& config) const;

 private:
  void start(Context& context, TrunkRegistration& registration);
  TrunkRegistration* find(ClientTransactionId transaction);
  void leave(Context& context, TrunkRegistration registration);
  void drop_finished();
  bool fail(Context& context, ClientTransactionId transaction, std::string_view reason);

  std::map<TrunkId, TrunkRegistrationRecord> restored_;
  std::map<TrunkId, TrunkRegistration> registrations_;
  std::vector<TrunkRegistration> leaving_;
  std::map<TrunkId, std::string> unreachable_;  // why
  StartPace pace_;
  bool shutting_down_ = false;
};

}  // namespace ringfence::sip_core
