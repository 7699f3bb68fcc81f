// SessionTimer: RFC 4028 for one leg, in both roles: what a request of ours asks for, what an
// answer of ours grants, who refreshes, when that is due and when the session is given up. The legs
// of a call know nothing of each other's (R157). A value, owned by its leg; pure: it sends nothing,
// holds no timer, and counts on the monotonic clock. Intervals are whole seconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "runtime/clock.hpp"
#include "sip-core/message/message.hpp"
#include "sip-core/message/outgoing_message.hpp"

namespace ringfence::sip_core {

// What the operator wants; no minimum is below 90 s (§4).
struct SessionIntervals {
  // Whether we ask for a timer, only take part in the peer's, or know none at all.
  enum class Use : std::uint8_t { offer, accept, off };

  std::chrono::seconds wanted{1800};
  std::chrono::seconds minimum{90};
  Use use = Use::offer;
};

enum class Refresher : std::uint8_t { us, peer };

class SessionTimer {
 public:
  enum class Due : std::uint8_t { nothing, refresh, expired };

  // ---- requests of ours: INVITE, re-INVITE, UPDATE (§7)
  // Sets Session-Expires and, where it is more than the default, Min-SE; where timers are off,
  // takes "timer" out of Supported.
  void add_to_request(sip::OutgoingMessage& request, const SessionIntervals& intervals) const;
  // A 422: the request may go out once more with what it asks for. False: it asks for nothing that
  // we have not offered already.
  bool on_too_small(const sip::Message& response, const SessionIntervals& intervals);
  void on_success(const sip::Message& response, TimePoint now);  // a 2xx

  // ---- requests of the peer (§9)
  // The Min-SE of the 422 that the request gets (R152).
  std::optional<std::chrono::seconds> refusal(const sip::Message& request,
                                              const SessionIntervals& intervals) const;
  // Session-Expires and Require of the 2xx (R153). The session counts from `now`.
  void accept(const sip::Message& request, const SessionIntervals& intervals,
              sip::OutgoingMessage& response, TimePoint now);

  // ---- time
  bool running() const { return interval_.count() > 0; }
  std::chrono::seconds interval() const { return interval_; }
  Refresher refresher() const { return refresher_; }
  TimePoint expires() const { return expires_; }
  std::optional<TimePoint> next() const;  // when to ask due() again; absent: never
  Due due(TimePoint now) const;
  // A refresh is on its way; nothing is due but the end until its outcome is told.
  void refreshing() { refresh_at_.reset(); }
  // It failed in a way that does not end the session (R154).
  void try_again(TimePoint at) { refresh_at_ = at; }
  void stop() { interval_ = std::chrono::seconds(0); }

  // After a restart: the session has as long as it had left (R158).
  static SessionTimer restore(std::chrono::seconds interval, Refresher refresher, TimePoint expires,
                              TimePoint now);

 private:
  std::chrono::seconds asked(const SessionIntervals& intervals) const;
  void start(std::chrono::seconds interval, Refresher refresher, TimePoint now);
  TimePoint given_up_at() const;

  std::chrono::seconds interval_{0};  // 0: off
  std::chrono::seconds least_{0};     // Min-SE that a 422 has told
  Refresher refresher_ = Refresher::us;
  TimePoint expires_;
  std::optional<TimePoint> refresh_at_;
};

}  // namespace ringfence::sip_core
