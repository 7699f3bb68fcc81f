// A call while both talk: media, hold and resume, glare, INFO, hanging up,
// falling silent.
#include <array>

#include "sip-core/sdp/base64.hpp"
#include "tests/simulation/phone/phone_call.hpp"

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

std::string fresh_key(Dice& dice) {
  std::array<std::uint8_t, 30> key{};
  for (std::uint8_t& octet : key)
    octet = static_cast<std::uint8_t>(dice.below(256));
  return sip_core::sdp::base64_encode(key, sip_core::sdp::Padding::with);
}

std::string_view mirrored(std::string_view direction) {
  if (direction == "sendonly") return "recvonly";
  if (direction == "recvonly") return "sendonly";
  return direction;
}

}  // namespace

// ---- offers and answers

SdpText PhoneCall::offer(const std::string& direction) {
  const SrtpHabit habit = host_.profile().srtp;
  SdpText sdp = own_;
  if (sdp.session.empty()) {
    sdp.session = host_.profile().marker + ' ' + std::to_string(host_.dice().below(1U << 30));
    sdp.media = host_.media_port();
    own_key_ = fresh_key(host_.dice());
  } else {
    ++sdp.version;
  }
  sdp.direction = direction;
  sdp.key.clear();
  sdp.savp = false;
  const bool agreed = peer_.has_value();
  if (habit == SrtpHabit::always || (habit == SrtpHabit::able && (!agreed || protected_))) {
    sdp.key = own_key_;
    sdp.tag = "1";
    sdp.savp = habit == SrtpHabit::always || (agreed && peer_->savp);
  }
  return sdp;
}

std::optional<SdpText> PhoneCall::answer_to(const SdpText& offered) {
  const SrtpHabit habit = host_.profile().srtp;
  if (offered.media.port == 0) return std::nullopt;
  if (offered.key.empty() && (offered.savp || habit == SrtpHabit::always)) return std::nullopt;
  if (offered.savp && habit == SrtpHabit::never) return std::nullopt;
  SdpText sdp = offer(std::string(mirrored(offered.direction)));
  sdp.savp = offered.savp;
  sdp.tag = offered.tag;
  sdp.key = !offered.key.empty() && habit != SrtpHabit::never ? own_key_ : "";
  if (offered.savp && !peer_ && host_.dice().chance(host_.habits().unprotected_answer)) {
    sdp.key.clear();
    sdp.savp = host_.dice().chance(0.5);
  }
  return sdp;
}

void PhoneCall::take_peer_sdp(std::string_view body) {
  const auto sdp = SdpText::read(body);
  if (!sdp) return;
  peer_ = sdp;
  protected_ = !own_.key.empty() && !peer_->key.empty();
  if (host_.profile().srtp == SrtpHabit::always && !own_.key.empty() && !protected_) {
    host_.findings().add(host_.profile().name + " requires SRTP and was told no key", call_id_);
  }
}

void PhoneCall::apply_media() {
  if (!media_ || !peer_) return;
  if (protected_) {
    media_->agree(peer_->media, own_key_, peer_->key, static_cast<std::uint32_t>(number_));
  } else {
    media_->agree(peer_->media, {}, {}, static_cast<std::uint32_t>(number_));
  }
}

// ---- the conversation

void PhoneCall::begin_talk() {
  Dice& dice = host_.dice();
  talk_began_ = host_.schedule().now();
  talk_ = lasts() ? dice.between(seconds(60), seconds(200))
                  : dice.between(milliseconds(300), seconds(45));
  forgetful_ = dice.chance(host_.habits().forget_refresh);
  later(talk_, &PhoneCall::hang_up);
  if (lasts()) later(seconds(10), &PhoneCall::keep_speaking);
  // One throw for both ends: only if both have ears there is something to hear.
  if (lasts() || number_ % 1000 < static_cast<std::uint64_t>(host_.habits().speak * 1000)) {
    media_.emplace(host_.network(), host_.findings(), own_.media, call_id_);
    apply_media();
    for (int i = 1; i <= 6; ++i)
      plans_.push_back(host_.schedule().after(milliseconds(200 * i), [this] {
        if (media_) media_->speak();
      }));
  }
  if (both_vanish()) {
    later(dice.between(seconds(0), std::min<Duration>(talk_, seconds(10))), &PhoneCall::vanish);
  } else if (may_vanish() && dice.chance(host_.habits().vanish)) {
    later(dice.between(seconds(0), talk_), &PhoneCall::vanish);
  }
  if (!about_.empty()) {
    later(dice.between(milliseconds(200), seconds(4)), &PhoneCall::conclude_consultation);
  } else if (host_.profile().kind == Kind::phone && dice.chance(host_.habits().refer)) {
    later(dice.between(milliseconds(500), seconds(8)), &PhoneCall::transfer);
  }
  if (dice.chance(host_.habits().info))
    later(dice.between(seconds(0), talk_), &PhoneCall::send_info);
  if (dice.chance(host_.habits().reinvite)) plan_next();
}

// So that the box hears from time to time that somebody is there (R169).
void PhoneCall::keep_speaking() {
  if (media_) media_->speak();
  later(seconds(10), &PhoneCall::keep_speaking);
}

void PhoneCall::plan_next() {
  // Often soon and at a round moment: both sides then do it at once, and that
  // is glare.
  const Duration when = host_.dice().chance(0.5)
                            ? Duration(milliseconds(500))
                            : host_.dice().between(milliseconds(50), seconds(10));
  later(when, &PhoneCall::reinvite);
}

void PhoneCall::reinvite() {
  if (state_ != State::talking || !reinvite_branch_.empty() || unacknowledged_) return;
  Dice& dice = host_.dice();
  const bool holds = !plans_to_hold_ && dice.chance(host_.habits().hold);
  plans_to_hold_ = holds;
  ++cseq_;
  reinvite_branch_ = fresh_branch();
  const bool updates = host_.profile().reliable && dice.chance(host_.habits().update);
  auto request = start_request(updates ? Method::update : Method::invite, reinvite_branch_);
  host_.add_credentials(request);
  refreshing_late_ = !updates && dice.chance(host_.habits().late_offer);
  if (!refreshing_late_) {
    own_ = offer(!holds ? "sendrecv" : dice.chance(0.7) ? "sendonly" : "inactive");
    request.body("application/sdp", own_.to_string());
  }
  host_.transactions().send_request(std::move(request), reinvite_branch_);
}

void PhoneCall::on_reoffer(const MessagePtr& request) {
  const bool update = request->method() == Method::update;
  const bool offered = !request->body().empty();
  if (update && !offered) return respond(request, 200);
  // RFC 3261 §14.2, RFC 3311 §5.2.
  if (!reinvite_branch_.empty() || unacknowledged_ || state_ != State::talking) {
    return respond(request, 491);
  }
  if (const auto contact = request->contact()) target_ = contact->uri.to_string();
  if (!offered) {
    own_ = offer("sendrecv");
    answer_in_ack_ = true;
  } else {
    const auto theirs = SdpText::read(request->body());
    const auto mine = theirs ? answer_to(*theirs) : std::nullopt;
    if (!mine || host_.dice().chance(0.04)) return respond(request, 488);
    own_ = *mine;
    take_peer_sdp(request->body());
    apply_media();
  }
  if (!update) unacknowledged_ = request->cseq()->number;
  respond(request, 200, own_.to_string());
}

// A further 2xx to an INVITE that is done with, or another fork's.
void PhoneCall::on_repeated_success(const SentRequest& request, const MessagePtr& response) {
  const int status = response->status_code();
  if (status < 200 || status >= 300) return;
  const bool ours = response->to_tag() == remote_tag_;
  const auto ack = acks_.find(request.cseq);
  if (ours && ack != acks_.end()) return host_.wire().send(ack->second);
  if (!ours && request.branch == invite_branch_) leave_fork(request, *response);
}

void PhoneCall::on_reoffer_response(const SentRequest& request, const MessagePtr& response) {
  const int status = response->status_code();
  if (status < 200) return;
  reinvite_branch_.clear();
  if (status < 300 && host_.profile().timers) {
    session_.on_success(*response, host_.schedule().now());
    watch_session();
  }
  if (on_refresh_response(status, *response)) return;
  if (status == 401 || status == 407) {
    if (host_.learn_challenge(*response) && ++challenges_ < 6) return reinvite();
  }
  if (status == 481 || status == 408) return hang_up();
  if (status == 491) {
    return later(host_.dice().between(milliseconds(100), seconds(4)), &PhoneCall::reinvite);
  }
  if (status >= 300) return;
  std::string body;
  if (refreshing_late_) {
    const auto offered = SdpText::read(response->body());
    const auto mine = offered ? answer_to(*offered) : std::nullopt;
    if (mine) own_ = *mine;
    if (mine) body = own_.to_string();
  }
  take_peer_sdp(response->body());
  apply_media();
  if (request.method == Method::invite) send_ack(request, *response, body);
  if (refreshing_late_ && body.empty()) return hang_up();
  if (host_.dice().chance(host_.habits().reinvite)) plan_next();
}

void PhoneCall::send_info() {
  if (state_ != State::talking) return;
  ++cseq_;
  const std::string branch = fresh_branch();
  auto info = start_request(Method::info, branch);
  info.body("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n");
  host_.transactions().send_request(std::move(info), branch);
}

// ---- its end

void PhoneCall::hang_up() {
  if (over() || state_ == State::leaving || vanished_) return;
  // RFC 3261 §15: the callee waits for the ACK, or for its never coming.
  if (state_ == State::answering && unacknowledged_) return later(seconds(1), &PhoneCall::hang_up);
  state_ = State::leaving;
  send_bye();
}

void PhoneCall::send_bye() {
  ++byes_;
  ++cseq_;
  const std::string branch = fresh_branch();
  auto bye = start_request(Method::bye, branch);
  host_.add_credentials(bye);
  host_.transactions().send_request(std::move(bye), branch);
}

void PhoneCall::vanish() {
  vanished_ = true;
  host_.transactions().forget(call_id_);
  end(LegEnd::vanished);
}

}  // namespace ringfence::simulation
