#include "media-worker/session/latch.hpp"

namespace ringfence::media_worker {

void Latch::negotiate(std::optional<SocketAddress> address, LatchPolicy policy) noexcept {
  if (address != negotiated_ || policy != policy_) latched_.reset();
  negotiated_ = address;
  policy_ = policy;
}

Latch::Verdict Latch::judge(const SocketAddress& source, SourceProof proof) const noexcept {
  if (source == latched_ || source == negotiated_) return Verdict::expected;
  if (policy_ == LatchPolicy::negotiated_only) return Verdict::foreign;
  if (proof == SourceProof::authenticated) return Verdict::candidate;
  // Without proof: only once, and only where there is an offer or answer to be late for.
  return !latched_ && negotiated_ ? Verdict::candidate : Verdict::foreign;
}

}  // namespace ringfence::media_worker
