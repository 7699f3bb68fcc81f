#include "admin/selftest/media/srtp_pair.hpp"

#include <srtp2/srtp.h>

#include <string>

namespace ringfence::admin {
namespace {

using Operation = srtp_err_status_t (*)(srtp_t, void*, int*);

// libsrtp2 works in place and wants room for what it adds.
std::optional<Octets> apply(Operation operation, srtp_t session, Octets packet, std::size_t room) {
  int size = static_cast<int>(packet.size());
  packet.resize(packet.size() + room);
  if (operation(session, packet.data(), &size) != srtp_err_status_ok) return std::nullopt;
  packet.resize(static_cast<std::size_t>(size));
  return packet;
}

}  // namespace

Result<SrtpLibrary> SrtpLibrary::start() {
  if (const auto status = srtp_init(); status != srtp_err_status_ok) {
    return fail("libsrtp2 cannot be initialised: status " + std::to_string(status));
  }
  return SrtpLibrary();
}

SrtpLibrary::~SrtpLibrary() {
  if (started_) srtp_shutdown();
}

void SrtpPair::Close::operator()(srtp_ctx_t_* session) const noexcept {
  srtp_dealloc(session);
}

Result<SrtpPair::SessionPtr> SrtpPair::session(const SecretBytes& key, Direction direction) {
  if (key.size() != kMasterKeyAndSalt) return fail("an SRTP key has the wrong length");
  SecretBytes copy = key.copy();  // libsrtp2 takes it as not const
  srtp_policy_t policy{};
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtp);
  srtp_crypto_policy_set_aes_cm_128_hmac_sha1_80(&policy.rtcp);
  policy.ssrc.type = direction == Direction::send ? ssrc_any_outbound : ssrc_any_inbound;
  policy.key = copy.bytes().data();
  policy.window_size = 128;
  srtp_t raw = nullptr;
  if (const auto status = srtp_create(&raw, &policy); status != srtp_err_status_ok) {
    return fail("libsrtp2 refuses a session: status " + std::to_string(status));
  }
  return SessionPtr(raw);
}

Result<SrtpPair> SrtpPair::create(const SecretBytes& send_key, const SecretBytes& receive_key) {
  auto sender = session(send_key, Direction::send);
  if (!sender) return std::unexpected(sender.error());
  auto receiver = session(receive_key, Direction::receive);
  if (!receiver) return std::unexpected(receiver.error());
  return SrtpPair(std::move(*sender), std::move(*receiver));
}

std::optional<Octets> SrtpPair::protect_rtp(Octets packet) const {
  return apply(srtp_protect, sender_.get(), std::move(packet), SRTP_MAX_TRAILER_LEN);
}

std::optional<Octets> SrtpPair::protect_rtcp(Octets packet) const {
  // SRTCP adds its index of four octets to the tag (RFC 3711 §3.4).
  return apply(srtp_protect_rtcp, sender_.get(), std::move(packet), SRTP_MAX_TRAILER_LEN + 4);
}

std::optional<Octets> SrtpPair::unprotect_rtp(Octets packet) const {
  return apply(srtp_unprotect, receiver_.get(), std::move(packet), 0);
}

std::optional<Octets> SrtpPair::unprotect_rtcp(Octets packet) const {
  return apply(srtp_unprotect_rtcp, receiver_.get(), std::move(packet), 0);
}

}  // namespace ringfence::admin
