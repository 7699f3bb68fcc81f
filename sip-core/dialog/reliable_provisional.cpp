#include "sip-core/dialog/reliable_provisional.hpp"

#include <algorithm>

#include "sip-core/transaction/timer_values.hpp"

namespace ringfence::sip_core {

std::uint32_t ReliableProvisional::send(std::uint32_t invite_cseq, Carries carries, TimePoint now) {
  out_ = Out{next_rseq_++, invite_cseq, carries, kT1, now + kT1, now + 64 * kT1};
  return out_->rseq;
}

bool ReliableProvisional::on_prack(const RAck& rack) {
  if (!out_ || rack != RAck{out_->rseq, out_->cseq, "INVITE"}) return false;
  out_.reset();
  return true;
}

ReliableProvisional::Due ReliableProvisional::on_time(TimePoint now) {
  if (!out_) return Due::nothing;
  if (now >= out_->give_up_at) {
    out_.reset();
    return Due::give_up;
  }
  if (now < out_->repeat_at) return Due::nothing;
  out_->interval *= 2;
  out_->repeat_at = now + out_->interval;
  return Due::repeat;
}

std::optional<TimePoint> ReliableProvisional::next_time() const {
  if (!out_) return std::nullopt;
  return std::min(out_->repeat_at, out_->give_up_at);
}

bool ReliableReception::accept(std::uint32_t rseq) {
  if (last_ && rseq != *last_ + 1) return false;
  last_ = rseq;
  return true;
}

}  // namespace ringfence::sip_core
