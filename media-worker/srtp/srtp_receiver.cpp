#include "media-worker/srtp/srtp_receiver.hpp"

#include <algorithm>
#include <array>

#include "media-worker/rtp/packet_storage.hpp"

namespace ringfence::media_worker {

Result<void> SrtpReceiver::use(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                               PeerAddress address, TimePoint now, const Mki& mki) {
  if (key_salt.empty()) {
    accepting_ = false;
    return {};
  }
  const auto digest = SendKeyRegister::digest_of(key_salt);
  const bool same = suite_ == &suite && key_ == digest;
  if (!same) {
    if (auto changed = change_key(suite, key_salt, mki, address, now); !changed) return changed;
  } else if (address == PeerAddress::changed) {
    if (auto moved = follow_moved_peer(suite, key_salt, mki, now); !moved) return moved;
  }
  if (same) candidates_.front().session.rename(mki);
  suite_ = &suite;
  key_ = digest;
  accepting_ = true;
  save_to(saved_);
  return {};
}

void SrtpReceiver::save_to(SavedStreams* saved) noexcept {
  saved_ = saved;
  for (Candidate& candidate : candidates_)
    candidate.session.save_to(saved);
}

void SrtpReceiver::resume(const SavedStreams& saved) noexcept {
  if (!candidates_.empty()) candidates_.front().session.resume(saved);
}

Result<void> SrtpReceiver::change_key(const CryptoSuite& suite,
                                      std::span<const std::uint8_t> key_salt, const Mki& mki,
                                      PeerAddress address, TimePoint now) {
  auto from_zero = SrtpSession::create(suite, key_salt, mki);
  if (!from_zero) return std::unexpected(from_zero.error());
  std::vector<Candidate> next;
  next.push_back({std::move(*from_zero), std::nullopt, true});
  if (!candidates_.empty()) {
    SrtpSession& current = candidates_.front().session;
    if (address == PeerAddress::unchanged) {
      auto going_on = SrtpSession::create_continuing(suite, key_salt, mki, current);
      if (!going_on) return std::unexpected(going_on.error());
      next.push_back({std::move(*going_on), std::nullopt, true});
    }
    next.push_back({std::move(current), now + kGrace, false});
  }
  candidates_ = std::move(next);
  return {};
}

// RFC 4568 §7.1.4 wants a new key with a new address; a peer that keeps its key may have lost its
// roll-over counter with the move.
Result<void> SrtpReceiver::follow_moved_peer(const CryptoSuite& suite,
                                             std::span<const std::uint8_t> key_salt, const Mki& mki,
                                             TimePoint now) {
  if (!candidates_.front().session.has_rolled_over()) return {};
  auto from_zero = SrtpSession::create(suite, key_salt, mki);
  if (!from_zero) return std::unexpected(from_zero.error());
  candidates_.erase(candidates_.begin() + 1, candidates_.end());
  candidates_.push_back({std::move(*from_zero), now + kGrace, true});
  return {};
}

SrtpSession::Sized SrtpReceiver::try_candidates(Operation operation,
                                                std::span<std::uint8_t> storage, std::size_t size,
                                                TimePoint now) noexcept {
  std::erase_if(candidates_, [now](const Candidate& c) { return c.until && *c.until <= now; });
  // A cipher that authenticates while it decrypts leaves rubbish behind where it fails.
  std::array<std::uint8_t, kMaxPacket> original;
  std::copy_n(storage.begin(), size, original.begin());
  SrtpSession::Sized first = std::unexpected(SrtpError::auth_failure);
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (i > 0) std::copy_n(original.begin(), size, storage.begin());
    const auto sized = (candidates_[i].session.*operation)(storage, size);
    if (i == 0) first = sized;
    if (!sized) continue;
    // An SRTCP packet carries its index: it fits whatever the roll-over counter is, and proves
    // none.
    if (candidates_[i].settles && operation == &SrtpSession::unprotect_rtp) {
      if (i > 0) std::swap(candidates_[0], candidates_[i]);
      candidates_.erase(candidates_.begin() + 1, candidates_.end());
      candidates_[0].until.reset();
    }
    return sized;
  }
  return first;
}

SrtpSession::Sized SrtpReceiver::unprotect(Operation operation, std::span<std::uint8_t> storage,
                                           std::size_t size, TimePoint now) noexcept {
  if (!accepting_ || size > kMaxPacket) return std::unexpected(SrtpError::malformed);
  if (candidates_.size() == 1) return (candidates_.front().session.*operation)(storage, size);
  return try_candidates(operation, storage, size, now);
}

SrtpSession::Sized SrtpReceiver::unprotect_rtp(std::span<std::uint8_t> storage, std::size_t size,
                                               TimePoint now) noexcept {
  return unprotect(&SrtpSession::unprotect_rtp, storage, size, now);
}

SrtpSession::Sized SrtpReceiver::unprotect_rtcp(std::span<std::uint8_t> storage, std::size_t size,
                                                TimePoint now) noexcept {
  return unprotect(&SrtpSession::unprotect_rtcp, storage, size, now);
}

}  // namespace ringfence::media_worker
