#include "media-worker/srtp/srtp_sender.hpp"

#include <algorithm>

namespace ringfence::media_worker {

Result<void> SrtpSender::start_anew(const CryptoSuite& suite,
                                    std::span<const std::uint8_t> key_salt, const Mki& mki) {
  auto session = SrtpSession::create(suite, key_salt, mki);
  if (!session) return std::unexpected(session.error());
  session_ = std::move(*session);
  if (saved_ != nullptr) saved_->clear();
  session_->save_to(saved_);
  own_keys_.clear();
  streams_ = {};
  numbers_ = {};
  return {};
}

void SrtpSender::save_to(SavedStreams* saved) noexcept {
  saved_ = saved;
  if (session_) session_->save_to(saved);
}

void SrtpSender::resume(const SavedStreams& saved) noexcept {
  if (!session_) return;
  session_->resume(saved);
  for (const auto& from : saved.used()) {
    if (from.rtp_next == 0) continue;
    const std::size_t stream = streams_.add(Ssrc(from.ssrc));
    numbers_[stream].resume(static_cast<std::uint32_t>(from.rtp_next - 1));
  }
}

bool SrtpSender::is_own(const SendKeyRegister::Digest& digest) const {
  return std::find(own_keys_.begin(), own_keys_.end(), digest) != own_keys_.end();
}

bool SrtpSender::is_worn(std::span<const std::uint8_t> key_salt,
                         const SendKeyRegister& keys) const {
  return keys.knows(key_salt) && !is_own(SendKeyRegister::digest_of(key_salt));
}

// No index below the highest may leave again, for the key may be one that comes back.
Result<void> SrtpSender::go_on(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                               const Mki& mki) {
  if (auto done = session_->rekey(suite, key_salt, mki); !done) return done;
  for (std::size_t i = 0; i < streams_.size(); ++i)
    numbers_[i].seal();
  return {};
}

Result<void> SrtpSender::use(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                             PeerAddress address, SendKeyRegister& keys, const Mki& mki) {
  if (key_salt.size() != suite.key_salt_size()) return fail("a send key of the wrong length");
  const auto digest = SendKeyRegister::digest_of(key_salt);
  if (session_ && suite_ == &suite && key_ == digest) {
    session_->rename(mki);
    return {};
  }
  const bool own = is_own(digest);
  if (!own && keys.claim(key_salt) == KeyClaim::used_before) {
    return fail("a send key that was used before");
  }
  const bool restart = !session_ || (address == PeerAddress::changed && !own);
  if (auto done = restart ? start_anew(suite, key_salt, mki) : go_on(suite, key_salt, mki); !done) {
    return done;
  }
  if (!own) own_keys_.push_back(digest);
  suite_ = &suite;
  key_ = digest;
  return {};
}

SrtpSession::Sized SrtpSender::protect_rtp(std::span<std::uint8_t> storage,
                                           std::size_t size) noexcept {
  const auto header = read_rtp_header(storage.first(size));
  if (!session_ || !header) return std::unexpected(SrtpError::malformed);
  const std::size_t stream = streams_.add(header->ssrc);
  if (stream == SsrcTable::kNone) return std::unexpected(SrtpError::ssrc_limit);
  const auto number = numbers_[stream].outgoing(header->sequence);
  if (!number) return std::unexpected(SrtpError::replay);
  write_rtp_sequence(storage, *number);
  return session_->protect_rtp(storage, size);
}

SrtpSession::Sized SrtpSender::protect_rtcp(std::span<std::uint8_t> storage,
                                            std::size_t size) noexcept {
  if (!session_) return std::unexpected(SrtpError::malformed);
  return session_->protect_rtcp(storage, size);
}

std::uint32_t SrtpSender::to_source(Ssrc ssrc, std::uint32_t extended_highest) const noexcept {
  const std::size_t stream = streams_.find(ssrc);
  return stream == SsrcTable::kNone ? extended_highest
                                    : numbers_[stream].to_source(extended_highest);
}

}  // namespace ringfence::media_worker
