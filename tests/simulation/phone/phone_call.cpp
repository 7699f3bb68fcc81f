// What all stages of a call share: making requests and responses, and which
// stage hears what.
#include "tests/simulation/phone/phone_call.hpp"

#include "sip-core/message/response.hpp"

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Method;
using sip_core::sip::OutgoingMessage;

namespace {

constexpr std::string_view kAllow = "INVITE, ACK, CANCEL, BYE, INFO, OPTIONS, PRACK, UPDATE";

}  // namespace

PhoneCall::~PhoneCall() {
  for (PlanId& plan : plans_)
    host_.schedule().cancel(plan);
}

OutgoingMessage PhoneCall::start_request(Method method, const std::string& branch) {
  auto request = OutgoingMessage::request(method, target_);
  request.add(HeaderName::via, host_.via(branch)).add(HeaderName::max_forwards, "70");
  for (const std::string& route : routes_)
    request.add(HeaderName::route, route);
  request.add(HeaderName::from, local_)
      .add(HeaderName::to, remote_)
      .add(HeaderName::call_id, call_id_)
      .add(HeaderName::cseq,
           std::to_string(cseq_) + ' ' + std::string(sip_core::sip::to_text(method)));
  if (method == Method::invite || method == Method::update) {
    request.add(HeaderName::contact, host_.contact()).add(HeaderName::allow, kAllow);
    if (host_.profile().reliable) request.add(HeaderName::supported, "100rel");
    if (host_.profile().timers) {
      request.add(HeaderName::supported, "timer");
      session_.ask(request);
    }
  }
  return request;
}

void PhoneCall::respond(const MessagePtr& request, int status, const std::string& body) {
  auto response = sip_core::sip::make_response(*request, status, {}, local_tag_);
  const Method method = request->method();
  if ((method == Method::invite || method == Method::update) && status < 300) {
    response.add(HeaderName::contact, host_.contact());
    response.add(HeaderName::allow, kAllow);
    response.add(HeaderName::user_agent, host_.profile().marker + " phone");
    if (host_.profile().timers && status >= 200) {
      const bool ours = host_.dice().chance(0.5);
      session_.grant(*request, response,
                     ours ? PhoneSession::Refreshes::we : PhoneSession::Refreshes::they,
                     host_.schedule().now());
      watch_session();
    }
  }
  if (!body.empty()) response.body("application/sdp", body);
  host_.transactions().send_response(request, response);
}

void PhoneCall::later(Duration delay, void (PhoneCall::*act)()) {
  plans_.push_back(host_.schedule().after(delay, [this, act] {
    if (!over()) (this->*act)();
  }));
}

void PhoneCall::end(LegEnd how) {
  if (over()) return;
  if (media_) {
    host_.book().heard(leg_, media_->heard());
    media_.reset();
  }
  state_ = State::over;
  over_since_ = host_.schedule().now();
  for (PlanId& plan : plans_)
    host_.schedule().cancel(plan);
  plans_.clear();
  host_.book().end(leg_, how);
}

void PhoneCall::on_request(const MessagePtr& request) {
  if (vanished_) return;
  const Method method = request->method();
  if (method == Method::ack) return on_ack(*request);
  const auto cseq = request->cseq();
  if (!cseq || cseq->number <= remote_cseq_) {
    if (method != Method::bye || !over()) return respond(request, 500);
  }
  if (cseq) remote_cseq_ = cseq->number;
  if (method == Method::bye) {
    respond(request, 200);
    if (state_ == State::ringing && invite_) respond(invite_, 487);
    unproven_.clear();
    return end(LegEnd::was_ended);
  }
  if (over() || state_ == State::leaving) return respond(request, 481);
  if (method == Method::invite || method == Method::update) return on_reoffer(request);
  if (method == Method::prack) return on_prack(request);
  if (method == Method::info || method == Method::options || method == Method::notify) {
    return respond(request, 200);
  }
  respond(request, 405);
}

void PhoneCall::on_response(const SentRequest& request, const MessagePtr& response) {
  if (vanished_) return;
  const int status = response->status_code();
  switch (request.method) {
    case Method::invite:
      if (request.branch == reinvite_branch_) return on_reoffer_response(request, response);
      if (state_ != State::calling) return on_repeated_success(request, response);
      return on_invite_response(request, response);
    case Method::update:
      if (request.branch == reinvite_branch_) on_reoffer_response(request, response);
      return;
    case Method::bye:
      if (status == 407 || status == 401) {
        if (host_.learn_challenge(*response) && ++byes_ < 6) return send_bye();
      }
      if (status >= 200) end(LegEnd::hung_up);
      return;
    case Method::info:
      if (status == 481 || status == 408) hang_up();
      return;
    default:
      return;
  }
}

bool PhoneCall::may_be_unanswered(const SentRequest& request) const {
  switch (request.method) {
    case Method::invite:
      return !host_.wire().is_reliable() && (request.trying || request.rang) &&
             host_.book().invite_died(call_id_, request.sent, request.rang);
    case Method::info:
    case Method::update:
      // Relayed to one who fell silent. The box knows no sooner than we, and RFC 4320 §4.2 forbids
      // to say so.
      return host_.book().has_vanished(number_);
    default:
      return false;
  }
}

void PhoneCall::on_silence(const SentRequest& request, Silence why) {
  if (vanished_ || over()) return;
  if (why == Silence::timed_out) {
    if (!may_be_unanswered(request)) {
      host_.findings().add(host_.profile().name + " had no final response to its " +
                               std::string(sip_core::sip::to_text(request.method)),
                           call_id_);
    }
  }
  switch (request.method) {
    case Method::invite:
    case Method::update:
      if (state_ == State::calling) return end(LegEnd::gave_up);
      if (request.branch == reinvite_branch_) {
        reinvite_branch_.clear();
        hang_up();
      }
      return;
    case Method::bye:
      // Over a lost connection it may never have come: once more over the next.
      if (why == Silence::wire_lost && byes_ < 6) return;
      return end(LegEnd::gave_up);
    default:
      return;
  }
}

void PhoneCall::on_wire_down() {
  last_unreachable_ = TimePoint::max();
  host_.book().unreachable(leg_);
}

void PhoneCall::on_registered() {
  if (last_unreachable_ == TimePoint::max()) last_unreachable_ = host_.schedule().now();
  host_.book().reachable(leg_);
}

void PhoneCall::on_wire_up() {
  if (state_ == State::leaving && !vanished_) send_bye();
}

}  // namespace ringfence::simulation
