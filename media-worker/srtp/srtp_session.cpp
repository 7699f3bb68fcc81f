#include "media-worker/srtp/srtp_session.hpp"

#include <srtp2/srtp.h>

#include <string>

#include "media-worker/rtp/rtcp_packet.hpp"
#include "runtime/secret.hpp"

namespace ringfence::media_worker {
namespace {

constexpr unsigned long kReplayWindow = 128;       // R128: at least 64
constexpr std::uint64_t kMaxPackets = 1ULL << 31;  // RFC 3711 §9.2, SRTCP's, the lower one
constexpr std::size_t kRtpSsrcOffset = 8;
constexpr std::size_t kRtcpSsrcOffset = 4;
constexpr std::size_t kSrtcpIndex = 4;
static_assert(kSrtpTrailerRoom >= SRTP_MAX_TRAILER_LEN + kSrtcpIndex);

SrtpError error_of(srtp_err_status_t status) {
  switch (status) {
    case srtp_err_status_auth_fail:
    case srtp_err_status_cant_check:
      return SrtpError::auth_failure;
    case srtp_err_status_replay_fail:
    case srtp_err_status_replay_old:
    case srtp_err_status_pkt_idx_old:
      return SrtpError::replay;
    case srtp_err_status_key_expired:
      return SrtpError::key_expired;
    case srtp_err_status_bad_param:
    case srtp_err_status_parse_err:
      return SrtpError::malformed;
    default:
      return SrtpError::failed;
  }
}

std::unexpected<Error> library_error(std::string_view what, srtp_err_status_t status) {
  return fail("libsrtp2 " + std::string(what) + ": status " + std::to_string(status));
}

Result<void> check_key_size(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt) {
  if (key_salt.size() == suite.key_salt_size) return {};
  return fail("a key and salt of " + std::to_string(key_salt.size()) + " octets for " +
              std::string(suite.name));
}

// Points into `key`, which the library reads and does not keep.
srtp_policy_t policy_of(const CryptoSuite& suite, SecretBytes& key) {
  srtp_policy_t policy{};
  suite.set_rtp_policy(&policy.rtp);
  suite.set_rtcp_policy(&policy.rtcp);
  policy.key = key.bytes().data();
  policy.window_size = kReplayWindow;
  return policy;
}

}  // namespace

void SrtpSession::SrtpDeleter::operator()(srtp_ctx_t_* session) const noexcept {
  srtp_dealloc(session);
}

Result<SrtpSession> SrtpSession::create(const CryptoSuite& suite,
                                        std::span<const std::uint8_t> key_salt,
                                        SrtpDirection direction) {
  if (auto fits = check_key_size(suite, key_salt); !fits) return std::unexpected(fits.error());
  SecretBytes key(key_salt);
  srtp_policy_t policy = policy_of(suite, key);
  policy.ssrc.type = direction == SrtpDirection::send ? ssrc_any_outbound : ssrc_any_inbound;
  srtp_t session = nullptr;
  if (const auto status = srtp_create(&session, &policy); status != srtp_err_status_ok) {
    return library_error("cannot make a session", status);
  }
  return SrtpSession(suite, SrtpPtr(session));
}

Result<SrtpSession> SrtpSession::create_continuing(const CryptoSuite& suite,
                                                   std::span<const std::uint8_t> key_salt,
                                                   const SrtpSession& earlier) {
  auto created = create(suite, key_salt, SrtpDirection::receive);
  if (!created) return created;
  SecretBytes key(key_salt);
  srtp_policy_t policy = policy_of(suite, key);
  policy.ssrc.type = ssrc_specific;
  for (std::size_t i = 0; i < earlier.ssrcs_.size(); ++i) {
    const Ssrc ssrc = earlier.ssrcs_.at(i);
    Position position = earlier.positions_[i];
    if (!position.pending) {
      srtp_get_stream_roc(earlier.session_.get(), ssrc.value, &position.roll_over_counter);
      position.pending = true;
    }
    policy.ssrc.value = ssrc.value;
    const auto status = srtp_add_stream(created->session_.get(), &policy);
    if (status != srtp_err_status_ok) return library_error("cannot add a stream", status);
    created->positions_[created->ssrcs_.add(ssrc)] = position;
  }
  return created;
}

Result<void> SrtpSession::rekey(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt) {
  if (auto fits = check_key_size(suite, key_salt); !fits) return fits;
  SecretBytes key(key_salt);
  srtp_policy_t policy = policy_of(suite, key);
  policy.ssrc.type = ssrc_any_outbound;
  if (const auto status = srtp_update(session_.get(), &policy); status != srtp_err_status_ok) {
    return library_error("cannot change the key", status);
  }
  suite_ = &suite;
  packets_ = 0;
  return {};
}

bool SrtpSession::has_rolled_over() const noexcept {
  for (std::size_t i = 0; i < ssrcs_.size(); ++i) {
    std::uint32_t counter = positions_[i].roll_over_counter;
    if (!positions_[i].pending) {
      srtp_get_stream_roc(session_.get(), ssrcs_.at(i).value, &counter);
    }
    if (counter != 0) return true;
  }
  return false;
}

// RFC 3711 §3.3.1: the counter that brings the index closest to the last one. Asked anew for each
// packet of a continued stream until one authenticates.
void SrtpSession::place(Ssrc ssrc, std::uint16_t sequence) noexcept {
  const std::size_t at = ssrcs_.find(ssrc);
  if (at == SsrcTable::kNone || !positions_[at].pending) return;
  const Position& position = positions_[at];
  std::uint32_t counter = position.roll_over_counter;
  if (position.last_sequence < 0x8000) {
    if (sequence - position.last_sequence > 0x8000 && counter > 0) --counter;
  } else if (position.last_sequence - 0x8000 > sequence) {
    ++counter;
  }
  srtp_set_stream_roc(session_.get(), ssrc.value, counter);
}

std::expected<Ssrc, SrtpError> SrtpSession::admit(Octets packet,
                                                  std::size_t ssrc_offset) const noexcept {
  const Ssrc ssrc(read_32(packet, ssrc_offset));
  if (packets_ >= kMaxPackets) return std::unexpected(SrtpError::key_expired);
  if (ssrcs_.full() && ssrcs_.find(ssrc) == SsrcTable::kNone) {
    return std::unexpected(SrtpError::ssrc_limit);
  }
  return ssrc;
}

SrtpSession::Sized SrtpSession::finish(int status, int size, Ssrc ssrc) noexcept {
  if (status != srtp_err_status_ok) {
    return std::unexpected(error_of(static_cast<srtp_err_status_t>(status)));
  }
  ssrcs_.add(ssrc);
  ++packets_;
  return static_cast<std::size_t>(size);
}

SrtpSession::Sized SrtpSession::protect_rtp(std::span<std::uint8_t> storage,
                                            std::size_t size) noexcept {
  if (storage.size() < size + kSrtpTrailerRoom) return std::unexpected(SrtpError::malformed);
  if (!read_rtp_header(storage.first(size))) return std::unexpected(SrtpError::malformed);
  const auto ssrc = admit(storage.first(size), kRtpSsrcOffset);
  if (!ssrc) return std::unexpected(ssrc.error());
  int length = static_cast<int>(size);
  const auto status = srtp_protect(session_.get(), storage.data(), &length);
  return finish(status, length, *ssrc);
}

SrtpSession::Sized SrtpSession::protect_rtcp(std::span<std::uint8_t> storage,
                                             std::size_t size) noexcept {
  if (storage.size() < size + kSrtpTrailerRoom || size < kRtcpClearPart) {
    return std::unexpected(SrtpError::malformed);
  }
  const auto ssrc = admit(storage.first(size), kRtcpSsrcOffset);
  if (!ssrc) return std::unexpected(ssrc.error());
  int length = static_cast<int>(size);
  const auto status = srtp_protect_rtcp(session_.get(), storage.data(), &length);
  return finish(status, length, *ssrc);
}

SrtpSession::Sized SrtpSession::unprotect_rtp(std::span<std::uint8_t> storage,
                                              std::size_t size) noexcept {
  const auto header = read_rtp_header(storage.first(size));
  if (!header || size - header->payload_offset < suite_->rtp_tag_size) {
    return std::unexpected(SrtpError::malformed);
  }
  const auto ssrc = admit(storage.first(size), kRtpSsrcOffset);
  if (!ssrc) return std::unexpected(ssrc.error());
  place(*ssrc, header->sequence);
  int length = static_cast<int>(size);
  const auto status = srtp_unprotect(session_.get(), storage.data(), &length);
  const auto sized = finish(status, length, *ssrc);
  if (sized) {
    Position& position = positions_[ssrcs_.find(*ssrc)];
    position.pending = false;
    position.last_sequence = header->sequence;
  }
  return sized;
}

SrtpSession::Sized SrtpSession::unprotect_rtcp(std::span<std::uint8_t> storage,
                                               std::size_t size) noexcept {
  if (size < kRtcpClearPart + kSrtcpIndex + suite_->rtcp_tag_size) {
    return std::unexpected(SrtpError::malformed);
  }
  const auto ssrc = admit(storage.first(size), kRtcpSsrcOffset);
  if (!ssrc) return std::unexpected(ssrc.error());
  int length = static_cast<int>(size);
  const auto status = srtp_unprotect_rtcp(session_.get(), storage.data(), &length);
  return finish(status, length, *ssrc);
}

}  // namespace ringfence::media_worker
