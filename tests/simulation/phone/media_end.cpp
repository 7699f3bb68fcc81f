#include "tests/simulation/phone/media_end.hpp"

#include <cstring>

#include "media-worker/rtp/packet_storage.hpp"
#include "media-worker/srtp/crypto_suite.hpp"
#include "sip-core/sdp/base64.hpp"

namespace ringfence::simulation {

namespace {

using media_worker::SrtpSession;

constexpr std::string_view kWords = "these words are for the other end only";

std::optional<SrtpSession> session_of(const std::string& key) {
  const auto octets = sip_core::sdp::base64_decode(key);
  const auto* suite = media_worker::find_crypto_suite("AES_CM_128_HMAC_SHA1_80");
  if (!octets || octets->size() != suite->key_salt_size()) return std::nullopt;
  auto session = SrtpSession::create(*suite, octets->bytes());
  if (!session) return std::nullopt;
  return std::move(*session);
}

}  // namespace

MediaEnd::MediaEnd(Network& network, Findings& findings, SocketAddress local, std::string call_id)
    : network_(network), findings_(findings), local_(local), call_id_(std::move(call_id)) {
  network_.attach(local_,
                  [this](const SocketAddress&, const std::string& octets) { on_packet(octets); });
}

MediaEnd::~MediaEnd() {
  network_.detach(local_);
}

void MediaEnd::agree(SocketAddress remote, const std::string& send_key,
                     const std::string& receive_key, std::uint32_t ssrc) {
  remote_ = remote;
  ssrc_ = ssrc;
  if (send_key != send_key_ || send_key.empty()) {
    send_ = send_key.empty() ? std::nullopt : session_of(send_key);
    send_key_ = send_key;
  }
  if (receive_key != receive_key_ || receive_key.empty()) {
    receive_ = receive_key.empty() ? std::nullopt : session_of(receive_key);
    receive_key_ = receive_key;
  }
}

void MediaEnd::speak() {
  if (remote_.port == 0) return;
  media_worker::PacketStorage storage{};
  auto& octets = storage.octets;
  octets[0] = 0x80;
  octets[1] = 8;  // PCMA
  ++sequence_;
  octets[2] = static_cast<std::uint8_t>(sequence_ >> 8);
  octets[3] = static_cast<std::uint8_t>(sequence_);
  for (std::size_t i = 0; i < 4; ++i)
    octets[8 + i] = static_cast<std::uint8_t>(ssrc_ >> (24 - 8 * i));
  std::memcpy(octets.data() + media_worker::kRtpFixedHeader, kWords.data(), kWords.size());
  std::size_t size = media_worker::kRtpFixedHeader + kWords.size();
  if (!send_key_.empty()) {
    if (!send_) return;
    const auto sized = send_->protect_rtp(octets, size);
    if (!sized) return;
    size = *sized;
  }
  std::string packet(size, '\0');
  std::memcpy(packet.data(), octets.data(), size);
  network_.send(local_, remote_, std::move(packet));
}

void MediaEnd::on_packet(const std::string& octets) {
  const bool plain = octets.find(kWords) != std::string::npos;
  if (receive_key_.empty()) {
    if (plain) ++heard_;
    return;
  }
  if (plain) return findings_.add("plain words came where SRTP was agreed", call_id_);
  media_worker::PacketStorage storage{};
  if (!receive_ || octets.size() > media_worker::kMaxPacket) return;
  std::memcpy(storage.octets.data(), octets.data(), octets.size());
  const auto sized = receive_->unprotect_rtp(storage.octets, octets.size());
  if (!sized || *sized < media_worker::kRtpFixedHeader + kWords.size()) return;
  const std::string heard(storage.octets.begin() + media_worker::kRtpFixedHeader,
                          storage.octets.begin() + static_cast<std::ptrdiff_t>(*sized));
  if (heard != kWords) return findings_.add("other words came than were said", call_id_);
  ++heard_;
}

}  // namespace ringfence::simulation
