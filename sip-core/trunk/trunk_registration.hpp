// TrunkRegistration: our registration at one trunk, as a UAC (RFC 3261 §10.2, RFC 7616 as client).
// A pure machine: events and a Context go in, requests, timers, records and log lines come out.
// It keeps Contact user, Call-ID and CSeq over restarts, refreshes at four fifths of the granted
// time, and after a failure tries again later and later: 30 s to 30 min and up to half of it less
// (R093), or what Retry-After says. An attempt without an answer is given up after 16 s (F113);
// after a change of the network after 3 s, and its next follows soon, over a new connection (F119).
// Credentials go only to the realm that first asked for them (R066).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/engine/context.hpp"
#include "sip-core/engine/engine.hpp"
#include "sip-core/trunk/media_security.hpp"

namespace ringfence::sip_core {

class TrunkRegistration {
 public:
  // `record`: from before a restart; without one everything is made anew.
  TrunkRegistration(Trunk trunk, std::optional<TrunkRegistrationRecord> record, Random& random);

  void register_now(Context& context);
  void register_in(Context& context, std::chrono::milliseconds wait);  // 0: now
  void unregister(Context& context);  // finished() once that is over, however it ends
  // The same account, other details. True: they want another REGISTER.
  bool update(const Trunk& trunk);

  void on_response(Context& context, const ResponseReceived& response);
  void on_failure(Context& context, std::string_view reason);  // no response came
  void on_silent(Context& context);                            // none has come for a while
  void on_timer(Context& context);
  // True: it wants to register again.
  bool on_connection_lost() const;
  bool on_transport_back();  // tls-front is there again
  bool on_network_changed(Context& context);

  const Trunk& trunk() const { return trunk_; }
  const TrunkRegistrationRecord& record() const { return record_; }
  const std::string& contact_user() const { return record_.contact_user; }
  // What the registrar wants calls to be routed by (RFC 3608).
  const std::vector<std::string>& service_route() const { return service_route_; }
  const MediaSecurity& media_security() const { return media_security_; }
  bool registered() const { return phase_ == Phase::registered; }
  bool failed() const { return phase_ == Phase::failed; }
  bool has_turn() const { return has_turn_; }  // its timer is the turn that register_in() gave it
  std::optional<ClientTransactionId> transaction() const { return transaction_; }
  bool finished() const { return phase_ == Phase::finished; }
  TrunkState state() const;

 private:
  enum class Phase : std::uint8_t { idle, registered, failed, leaving, finished };

  void begin_attempt(Context& context);
  void send(Context& context, std::string_view credentials_header, std::string credentials);
  void answer_challenge(Context& context, const sip::Message& response);
  void accept(Context& context, const ResponseReceived& response);
  void take_service_route(const sip::Message& response);
  void raise_interval(Context& context, const sip::Message& response);
  void agree_on_media_security(Context& context, const sip::Message& response);
  void fail(Context& context, std::string reason,
            std::optional<std::chrono::seconds> retry_after = std::nullopt);
  bool try_another_target(Context& context);
  void arm(Context& context, std::chrono::milliseconds delay);
  std::chrono::milliseconds back_off(Random& random) const;
  std::chrono::milliseconds patience() const;
  std::uint32_t granted_interval(const sip::Message& response) const;

  Trunk trunk_;
  TrunkRegistrationRecord record_;
  Phase phase_ = Phase::idle;
  std::optional<ClientTransactionId> transaction_;
  TimerId timer_{};
  std::string from_tag_;
  std::string realm_;  // pinned at the first challenge
  std::vector<std::string> service_route_;
  std::optional<Flow> last_flow_;  // over which we are registered: where to un-register
  std::uint32_t interval_s_ = kWantedInterval;
  unsigned challenges_ = 0;                 // in this attempt
  unsigned targets_ = 0;                    // that failed in this attempt
  std::optional<SocketAddress> registrar_;  // that answered last: it knows its nonce
  bool interval_raised_ = false;
  MediaSecurity media_security_;
  OurMechanisms our_mechanisms_ = OurMechanisms::said;  // in this attempt
  bool has_turn_ = false;
  unsigned failures_ = 0;  // in a row
  unsigned hurried_ = 0;   // attempts that are, since the network changed
  bool heard_ = false;     // the last attempt's end was a response
  std::string last_error_;

  static constexpr std::uint32_t kWantedInterval = 600;
};

// Whether both rows mean the same account at the same place, so that one REGISTER replaces another.
bool same_account(const Trunk& a, const Trunk& b);
// Whether the rows differ in what a REGISTER says or proves.
bool same_registration(const Trunk& a, const Trunk& b);

}  // namespace ringfence::sip_core
