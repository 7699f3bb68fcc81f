// Session timers (RFC 4028) of a call: refreshing, and finding that the box does not.
#include "tests/simulation/phone/phone_call.hpp"

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Method;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Begun anew with each 2xx; what was planned before finds nothing to do.
void PhoneCall::watch_session() {
  if (!session_.runs() || over()) return;
  const TimePoint due = session_.we_refresh() ? session_.refresh_due() : session_.dead_at();
  plans_.push_back(host_.schedule().at(due, [this, began = session_.began()] {
    if (session_.began() == began) on_session_due();
  }));
}

void PhoneCall::on_session_due() {
  if (over() || state_ == State::leaving || vanished_) return;
  if (!session_.we_refresh()) return on_session_dead();
  if (!forgetful_) return refresh_session();
  // Then the box ends the call: at that moment, and its BYE may have to be repeated.
  plans_.push_back(
      host_.schedule().at(session_.dead_at() + seconds(20), [this, began = session_.began()] {
        if (session_.began() == began) on_session_dead();
      }));
}

// The box has not refreshed the session, or not ended it. Excused: our connection was down since
// the session began, and with it went the refresh or the BYE; the box waits for an answer of the
// other side, which fell silent; or the call was answered when sip-core died.
void PhoneCall::on_session_dead() {
  if (over() || state_ == State::leaving || vanished_) return;
  const bool reachable = last_unreachable_ < session_.began();
  const bool excused = host_.book().has_vanished(number_) || host_.book().is_forgotten(leg_);
  if (reachable && state_ == State::talking && !excused) {
    host_.findings().add(
        host_.profile().name + (session_.we_refresh() ? " was not told that its session ran out"
                                                      : " waits in vain for its session's refresh"),
        call_id_);
  }
  hang_up();
}

// By UPDATE without an offer, or by a re-INVITE that offers nothing new (§7.4).
void PhoneCall::refresh_session() {
  if (state_ != State::talking || !reinvite_branch_.empty() || unacknowledged_ || !peer_) {
    return later(seconds(1), &PhoneCall::refresh_if_due);
  }
  const bool update = host_.profile().reliable;
  ++cseq_;
  reinvite_branch_ = fresh_branch();
  auto request = start_request(update ? Method::update : Method::invite, reinvite_branch_);
  host_.add_credentials(request);
  refreshing_late_ = false;
  refreshing_ = true;
  if (!update) request.body("application/sdp", own_.to_string());
  host_.transactions().send_request(std::move(request), reinvite_branch_);
}

// True: there is nothing else in that response.
bool PhoneCall::on_refresh_response(int status, const sip_core::sip::Message& response) {
  if (!std::exchange(refreshing_, false)) return false;
  if (status < 300) return host_.profile().reliable;  // UPDATE: it bears no answer
  if (status == 481 || status == 408) return false;
  if (status == 401 || status == 407) host_.learn_challenge(response);
  // §10: what does not end the dialog is tried again.
  later(host_.dice().between(seconds(2), seconds(4)), &PhoneCall::refresh_if_due);
  return true;
}

void PhoneCall::refresh_if_due() {
  if (session_.we_refresh() && host_.schedule().now() >= session_.refresh_due()) refresh_session();
}

}  // namespace ringfence::simulation
