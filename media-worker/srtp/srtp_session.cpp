#include "media-worker/srtp/srtp_session.hpp"

#include <algorithm>
#include <string>

#include "media-worker/rtp/rtcp_packet.hpp"
#include "media-worker/srtp/packet_protection.hpp"

namespace ringfence::media_worker {
namespace {

constexpr std::uint64_t kMaxPackets = 1ULL << 31;  // RFC 3711 §9.2, SRTCP's, the lower one
constexpr std::size_t kRtcpSsrcOffset = 4;

Result<SessionKeys> session_keys(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt) {
  if (key_salt.size() == suite.key_salt_size()) return SessionKeys::derive(suite, key_salt);
  return fail("a key and salt of " + std::to_string(key_salt.size()) + " octets for " +
              std::string(suite.name));
}

// The octets that come after the key's identifier.
std::size_t behind_mki(const CryptoSuite& suite, std::size_t tag_size) noexcept {
  return suite.transform == SrtpTransform::aes_gcm ? 0 : tag_size;
}

}  // namespace

Result<SrtpSession> SrtpSession::create(const CryptoSuite& suite,
                                        std::span<const std::uint8_t> key_salt, const Mki& mki) {
  auto keys = session_keys(suite, key_salt);
  if (!keys) return std::unexpected(keys.error());
  return SrtpSession(suite, std::move(*keys), mki);
}

Result<SrtpSession> SrtpSession::create_continuing(const CryptoSuite& suite,
                                                   std::span<const std::uint8_t> key_salt,
                                                   const Mki& mki, const SrtpSession& earlier) {
  auto created = create(suite, key_salt, mki);
  if (!created) return created;
  created->ssrcs_ = earlier.ssrcs_;
  created->streams_ = earlier.streams_;
  for (Stream& stream : created->streams_) {
    stream.rtp.forget();
    stream.rtcp.forget();
  }
  return created;
}

Result<void> SrtpSession::rekey(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                                const Mki& mki) {
  auto keys = session_keys(suite, key_salt);
  if (!keys) return std::unexpected(keys.error());
  keys_ = std::move(*keys);
  suite_ = &suite;
  mki_ = mki;
  packets_ = 0;
  return {};
}

bool SrtpSession::has_rolled_over() const noexcept {
  return std::ranges::any_of(
      streams_, [](const Stream& stream) { return stream.rtp.roll_over_counter() != 0; });
}

void SrtpSession::resume(const SavedStreams& saved) noexcept {
  for (const auto& from : saved.used()) {
    Stream& stream = streams_[ssrcs_.add(Ssrc(from.ssrc))];
    if (from.rtp_next > 0) stream.rtp = ReplayWindow::at(from.rtp_next - 1);
    if (from.rtcp_next == 0) continue;
    stream.rtcp = ReplayWindow::at(from.rtcp_next - 1);
    stream.rtcp_sent = from.rtcp_next - 1;
  }
}

std::expected<std::size_t, SrtpError> SrtpSession::admit(Ssrc ssrc) const noexcept {
  if (packets_ >= kMaxPackets) return std::unexpected(SrtpError::key_expired);
  const std::size_t known = ssrcs_.find(ssrc);
  if (known != SsrcTable::kNone) return known;
  if (ssrcs_.full()) return std::unexpected(SrtpError::ssrc_limit);
  return ssrcs_.size();
}

void SrtpSession::count(Ssrc ssrc) noexcept {
  ssrcs_.add(ssrc);
  ++packets_;
}

SrtpSession::Sized SrtpSession::protect_rtp(std::span<std::uint8_t> storage,
                                            std::size_t size) noexcept {
  if (storage.size() < size + kSrtpTrailerRoom) return std::unexpected(SrtpError::malformed);
  const auto header = read_rtp_header(storage.first(size));
  if (!header) return std::unexpected(SrtpError::malformed);
  const auto place = admit(header->ssrc);
  if (!place) return std::unexpected(place.error());
  ReplayWindow& window = streams_[*place].rtp;
  const std::uint64_t index = window.index_of(header->sequence);
  if (!window.is_fresh(index)) return std::unexpected(SrtpError::replay);
  // Used up even if OpenSSL should fail half-way.
  window.accept(index);
  count(header->ssrc);
  if (saved_ != nullptr) saved_->note_rtp(header->ssrc, window.highest());
  const auto sealed =
      media_worker::protect_rtp(*suite_, keys_.rtp(), storage, size, *header, index);
  if (!sealed) return std::unexpected(SrtpError::failed);
  return mki_.put(storage, *sealed, behind_mki(*suite_, suite_->rtp_tag_size));
}

SrtpSession::Sized SrtpSession::protect_rtcp(std::span<std::uint8_t> storage,
                                             std::size_t size) noexcept {
  if (storage.size() < size + kSrtpTrailerRoom || size < kRtcpClearPart) {
    return std::unexpected(SrtpError::malformed);
  }
  const Ssrc ssrc(read_32(storage, kRtcpSsrcOffset));
  const auto place = admit(ssrc);
  if (!place) return std::unexpected(place.error());
  std::uint32_t& last = streams_[*place].rtcp_sent;
  if (last + 1 >= kSrtcpEncrypted) return std::unexpected(SrtpError::key_expired);
  count(ssrc);
  ++last;
  if (saved_ != nullptr) saved_->note_rtcp(ssrc, last);
  const auto sealed = media_worker::protect_rtcp(*suite_, keys_.rtcp(), storage, size, last);
  if (!sealed) return std::unexpected(SrtpError::failed);
  return mki_.put(storage, *sealed, behind_mki(*suite_, suite_->rtcp_tag_size));
}

SrtpSession::Sized SrtpSession::unprotect_rtp(std::span<std::uint8_t> storage,
                                              std::size_t whole) noexcept {
  const auto bare = mki_.take(storage, whole, behind_mki(*suite_, suite_->rtp_tag_size));
  if (!bare) return std::unexpected(SrtpError::auth_failure);
  const std::size_t size = *bare;
  const auto header = read_rtp_header(storage.first(size));
  if (!header || size - header->payload_offset < suite_->rtp_tag_size) {
    return std::unexpected(SrtpError::malformed);
  }
  const auto place = admit(header->ssrc);
  if (!place) return std::unexpected(place.error());
  ReplayWindow& window = streams_[*place].rtp;
  const std::uint64_t index = window.index_of(header->sequence);
  if (!window.is_fresh(index)) return std::unexpected(SrtpError::replay);
  const auto opened =
      media_worker::unprotect_rtp(*suite_, keys_.rtp(), storage, size, *header, index);
  if (!opened) return std::unexpected(SrtpError::auth_failure);
  window.accept(index);
  count(header->ssrc);
  if (saved_ != nullptr) saved_->note_rtp(header->ssrc, window.highest());
  return *opened;
}

SrtpSession::Sized SrtpSession::unprotect_rtcp(std::span<std::uint8_t> storage,
                                               std::size_t whole) noexcept {
  const auto bare = mki_.take(storage, whole, behind_mki(*suite_, suite_->rtcp_tag_size));
  if (!bare) return std::unexpected(SrtpError::auth_failure);
  const std::size_t size = *bare;
  if (size < kRtcpClearPart + kSrtcpWord + suite_->rtcp_tag_size) {
    return std::unexpected(SrtpError::malformed);
  }
  const Ssrc ssrc(read_32(storage, kRtcpSsrcOffset));
  const auto place = admit(ssrc);
  if (!place) return std::unexpected(place.error());
  const std::uint32_t word = srtcp_word(*suite_, storage.first(size));
  if ((word & kSrtcpEncrypted) == 0) return std::unexpected(SrtpError::auth_failure);
  ReplayWindow& window = streams_[*place].rtcp;
  const std::uint64_t index = word & ~kSrtcpEncrypted;
  if (!window.is_fresh(index)) return std::unexpected(SrtpError::replay);
  const auto opened = media_worker::unprotect_rtcp(*suite_, keys_.rtcp(), storage, size);
  if (!opened) return std::unexpected(SrtpError::auth_failure);
  window.accept(index);
  count(ssrc);
  if (saved_ != nullptr) saved_->note_rtcp(ssrc, static_cast<std::uint32_t>(window.highest()));
  return *opened;
}

}  // namespace ringfence::media_worker
