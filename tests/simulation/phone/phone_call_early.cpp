// Early media, and RFC 3262's reliable provisional responses from either side.
#include "sip-core/message/response.hpp"
#include "tests/simulation/phone/phone_call.hpp"

namespace ringfence::simulation {

using sip_core::sip::HeaderName;
using sip_core::sip::Message;
using sip_core::sip::Method;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr milliseconds kT1{500};

}  // namespace

// ---- as caller

// §4: each in its order, once; what is repeated or comes too early is passed
// over.
void PhoneCall::acknowledge_provisional(const SentRequest& invite, const Message& response) {
  const auto rseq = response.number(HeaderName::rseq);
  if (!rseq || !response.lists(HeaderName::require, "100rel")) return;
  if (!host_.profile().reliable) {
    return host_.findings().add(host_.profile().name + " was sent 100rel and never knew it",
                                call_id_);
  }
  Early& early = earlies_[std::string(response.to_tag())];
  if (early.rseq != 0 && *rseq != early.rseq + 1) return;
  early.rseq = *rseq;
  std::string body;
  if (!response.body().empty() && early.sdp.empty()) {
    early.sdp = response.body();
    const auto offered = late_offer_ ? SdpText::read(response.body()) : std::nullopt;
    const auto mine = offered ? answer_to(*offered) : std::nullopt;
    if (late_offer_ && !mine) return give_up_calling();
    if (mine) {
      own_ = *mine;
      body = own_.to_string();
    }
  }
  const std::string remote =
      std::exchange(remote_, std::string(response.header(HeaderName::to).value_or("")));
  const std::string target = target_;
  if (const auto contact = response.contact()) target_ = contact->uri.to_string();
  ++cseq_;
  const std::string branch = fresh_branch();
  auto prack = start_request(Method::prack, branch);
  prack.add(HeaderName::rack,
            std::to_string(*rseq) + ' ' + std::to_string(invite.cseq) + " INVITE");
  if (!body.empty()) prack.body("application/sdp", body);
  host_.transactions().send_request(std::move(prack), branch);
  target_ = target;
  remote_ = remote;
}

// ---- as callee

void PhoneCall::progress_with_media() {
  if (state_ != State::ringing || late_offer_) return;
  const auto offered = SdpText::read(invite_->body());
  const auto mine = offered ? answer_to(*offered) : std::nullopt;
  if (!mine) return;
  own_ = *mine;
  const bool reliably = host_.profile().reliable && invite_->lists(HeaderName::supported, "100rel");
  if (!reliably) return respond(invite_, 183, own_.to_string());
  rseq_ = 1 + static_cast<std::uint32_t>(host_.dice().below(5000));
  auto progress = sip_core::sip::make_response(*invite_, 183, {}, local_tag_);
  progress.add(HeaderName::contact, host_.contact())
      .add(HeaderName::require, "100rel")
      .add(HeaderName::rseq, std::to_string(rseq_))
      .body("application/sdp", own_.to_string());
  answered_early_ = true;
  unproven_ = progress.serialize();
  unproven_since_ = host_.schedule().now();
  repeat_after_ = kT1;
  host_.transactions().send_response(invite_, progress);
  later(repeat_after_, &PhoneCall::repeat_provisional);
}

// §3: T1 doubling without a limit but 64*T1, then the INVITE is refused.
void PhoneCall::repeat_provisional() {
  if (unproven_.empty() || state_ != State::ringing) return;
  if (host_.schedule().now() - unproven_since_ >= 64 * kT1) return refuse(504);
  host_.wire().send(unproven_);
  repeat_after_ *= 2;
  later(repeat_after_, &PhoneCall::repeat_provisional);
}

void PhoneCall::on_prack(const MessagePtr& request) {
  const auto rack = request->header(HeaderName::rack).value_or("");
  const bool fits = rack.starts_with(std::to_string(rseq_) + ' ') && rseq_ != 0;
  respond(request, fits ? 200 : 481);
  if (fits) unproven_.clear();
}

}  // namespace ringfence::simulation
