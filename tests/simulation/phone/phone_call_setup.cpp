// A call until both sides talk: calling, ringing, refusing, cancelling,
// answering.
#include "sip-core/message/response.hpp"
#include "tests/simulation/phone/phone_call.hpp"

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

bool has_sdp(const Message& message) {
  return !message.body().empty() && message.content_type() == "application/sdp";
}

}  // namespace

// ---- as caller

void PhoneCall::call(const std::string& request_uri) {
  const Profile& me = host_.profile();
  caller_ = true;
  call_id_ = host_.fresh("call");
  local_tag_ = host_.fresh("tag");
  local_ = "<sip:" + me.user + '@' + me.domain + ">;tag=" + local_tag_;
  first_uri_ = request_uri;
  target_ = request_uri;
  remote_ = '<' + request_uri + '>';
  cseq_ = 1 + static_cast<std::uint32_t>(host_.dice().below(1000));
  late_offer_ = host_.dice().chance(host_.habits().late_offer);
  if (me.timers && host_.dice().chance(host_.habits().small_interval)) {
    session_.want(seconds(60));
  }
  leg_ = host_.book().begin(number_, LegRole::caller, me.name, call_id_,
                            host_.wire().is_reliable() ? Carrier::stream : Carrier::datagrams);
  send_invite();
  if (host_.dice().chance(host_.habits().cancel)) {
    later(host_.dice().between(milliseconds(0), seconds(9)), &PhoneCall::give_up_calling);
  } else {
    later(seconds(90), &PhoneCall::give_up_calling);
  }
}

void PhoneCall::send_invite() {
  invite_branch_ = fresh_branch();
  auto invite = start_request(Method::invite, invite_branch_);
  invite.add(HeaderName::subject, "storm " + std::to_string(number_));
  host_.add_credentials(invite);
  if (!late_offer_) {
    own_ = offer("sendrecv");
    invite.body("application/sdp", own_.to_string());
  }
  host_.transactions().send_request(std::move(invite), invite_branch_);
}

void PhoneCall::give_up_calling() {
  if (state_ != State::calling) return;
  cancel_wanted_ = true;
  host_.transactions().cancel(invite_branch_);
}

void PhoneCall::on_invite_response(const SentRequest& request, const MessagePtr& response) {
  const int status = response->status_code();
  if (request.branch != invite_branch_) return;
  if (status < 200) {
    if (cancel_wanted_) host_.transactions().cancel(invite_branch_);
    return acknowledge_provisional(request, *response);
  }
  if (status < 300) return on_accepted(request, response);
  if ((status == 401 || status == 407) && ++challenges_ < 4 && !cancel_wanted_ &&
      host_.learn_challenge(*response)) {
    ++cseq_;
    return send_invite();
  }
  if (status == 422 && ++challenges_ < 4 && !cancel_wanted_) {
    session_.take_minimum(*response);
    ++cseq_;
    return send_invite();
  }
  host_.book().refused_with(status);
  end(LegEnd::refused);
}

void PhoneCall::on_accepted(const SentRequest& request, const MessagePtr& response) {
  remote_ = std::string(response->header(HeaderName::to).value_or(""));
  remote_tag_ = std::string(response->to_tag());
  if (const auto contact = response->contact()) target_ = contact->uri.to_string();
  if (host_.profile().timers) session_.on_success(*response, host_.schedule().now());
  watch_session();
  routes_.clear();
  for (const std::string_view route : response->values(HeaderName::record_route))
    routes_.insert(routes_.begin(), std::string(route));
  std::string body;
  const auto early = earlies_.find(remote_tag_);
  const bool settled = early != earlies_.end() && !early->second.sdp.empty();
  if (settled) {
    // Offer and answer went by in the reliable provisional response, and its
    // PRACK.
    take_peer_sdp(early->second.sdp);
    body.clear();
  } else if (late_offer_) {
    const auto offered = SdpText::read(response->body());
    const auto mine = offered ? answer_to(*offered) : std::nullopt;
    if (mine) {
      own_ = *mine;
      body = own_.to_string();
    }
  } else if (!has_sdp(*response)) {
    host_.findings().add("a 2xx to an INVITE with an offer has no answer", call_id_);
  }
  if (!settled) take_peer_sdp(response->body());
  send_ack(request, *response, body);
  state_ = State::talking;
  host_.book().answered(leg_);
  // The 2xx crossed our CANCEL; or there is no media that both could have.
  if (cancel_wanted_ || (late_offer_ && !settled && body.empty())) return hang_up();
  begin_talk();
}

void PhoneCall::send_ack(const SentRequest& invite, const Message& response,
                         const std::string& body) {
  (void)response;
  const std::uint32_t cseq = std::exchange(cseq_, invite.cseq);
  auto ack = start_request(Method::ack, fresh_branch());
  cseq_ = cseq;
  if (!body.empty()) ack.body("application/sdp", body);
  const std::string octets = ack.serialize();
  acks_[invite.cseq] = octets;
  host_.wire().send(octets);
}

// A 2xx of another fork (RFC 3261 §13.2.2.4): we take one call only.
void PhoneCall::leave_fork(const SentRequest& request, const Message& response) {
  const std::string remote =
      std::exchange(remote_, std::string(response.header(HeaderName::to).value_or("")));
  const std::string target = target_;
  if (const auto contact = response.contact()) target_ = contact->uri.to_string();
  const std::uint32_t cseq = std::exchange(cseq_, request.cseq);
  host_.wire().send(start_request(Method::ack, fresh_branch()).serialize());
  ++cseq_;
  const std::string branch = fresh_branch();
  host_.transactions().send_request(start_request(Method::bye, branch), branch);
  cseq_ = cseq;
  target_ = target;
  remote_ = remote;
}

// ---- as callee

void PhoneCall::take(const MessagePtr& invite) {
  invite_ = invite;
  state_ = State::ringing;
  call_id_ = invite->call_id();
  local_tag_ = host_.fresh("tag");
  local_ = std::string(invite->header(HeaderName::to).value_or("")) + ";tag=" + local_tag_;
  remote_ = invite->header(HeaderName::from).value_or("");
  remote_tag_ = invite->from_tag();
  if (const auto contact = invite->contact()) target_ = contact->uri.to_string();
  for (const std::string_view route : invite->values(HeaderName::record_route))
    routes_.emplace_back(route);
  remote_cseq_ = invite->cseq()->number;
  cseq_ = 1 + static_cast<std::uint32_t>(host_.dice().below(1000));
  late_offer_ = !has_sdp(*invite);
  leg_ = host_.book().begin(number_, LegRole::callee, host_.profile().name, call_id_);
  plan_answer();
}

void PhoneCall::plan_answer() {
  Dice& dice = host_.dice();
  const Habits& habits = host_.habits();
  if (may_vanish() && dice.chance(habits.vanish)) {
    return later(dice.between(milliseconds(10), seconds(3)), &PhoneCall::vanish);
  }
  later(dice.between(milliseconds(10), milliseconds(300)), &PhoneCall::ring);
  later(seconds(100), &PhoneCall::ring_in_vain);
  if (dice.chance(habits.never_answer)) return;
  if (dice.chance(habits.early_media)) {
    later(dice.between(milliseconds(300), seconds(2)), &PhoneCall::progress_with_media);
  }
  later(dice.between(milliseconds(20), seconds(8)), &PhoneCall::answer);
}

void PhoneCall::ring() {
  if (state_ == State::ringing) respond(invite_, 180);
}

void PhoneCall::ring_in_vain() {
  if (state_ == State::ringing) refuse(480);
}

void PhoneCall::answer() {
  if (state_ != State::ringing) return;
  // RFC 3262 §3: with SDP in it, it is acknowledged before the 2xx.
  if (!unproven_.empty()) return later(milliseconds(200), &PhoneCall::answer);
  if (host_.dice().chance(host_.habits().refuse)) {
    static constexpr int kStatuses[] = {486, 603, 480, 404, 503, 500, 302, 600};
    return refuse(kStatuses[host_.dice().below(std::size(kStatuses))]);
  }
  if (answered_early_) {
    take_peer_sdp(invite_->body());
  } else if (late_offer_) {
    own_ = offer("sendrecv");
    answer_in_ack_ = true;
  } else {
    const auto offered = SdpText::read(invite_->body());
    const auto mine = offered ? answer_to(*offered) : std::nullopt;
    if (!mine) return refuse(488);
    own_ = *mine;
    take_peer_sdp(invite_->body());
  }
  state_ = State::answering;
  unacknowledged_ = invite_->cseq()->number;
  respond(invite_, 200, answered_early_ ? std::string() : own_.to_string());
  host_.book().answered(leg_);
}

void PhoneCall::refuse(int status) {
  unproven_.clear();
  respond(invite_, status);
  end(LegEnd::refused);
}

void PhoneCall::on_cancel() {
  if (state_ != State::ringing || vanished_) return;
  unproven_.clear();
  respond(invite_, 487);
  end(LegEnd::refused);
}

void PhoneCall::on_ack(const Message& ack) {
  const auto cseq = ack.cseq();
  if (!cseq) return;
  host_.transactions().acknowledge(call_id_, cseq->number);
  if (unacknowledged_ != cseq->number) return;
  unacknowledged_.reset();
  if (std::exchange(answer_in_ack_, false)) {
    // RFC 3261 §13.2.1: without an answer there is no session; the offerer ends
    // it.
    if (!has_sdp(ack)) return hang_up();
    take_peer_sdp(ack.body());
  }
  if (state_ != State::answering) return apply_media();
  state_ = State::talking;
  begin_talk();
}

// RFC 3261 §13.3.1.4: 64*T1 without an ACK.
void PhoneCall::on_no_ack() {
  if (vanished_ || over()) return;
  unacknowledged_.reset();
  hang_up();
}

}  // namespace ringfence::simulation
