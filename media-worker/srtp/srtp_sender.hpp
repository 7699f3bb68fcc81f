// SrtpSender: what a leg sends, protected with our key towards its peer. Owned by the leg; gives
// the relayed streams numbers that suit SRTP (SequenceMap) and sees to it that no key is ever used
// twice at the same index: the same key goes on, a new key at the same address goes on with the
// index (RFC 3711 §3.3.1), one for a new address starts at zero (RFC 4568 §7.1.4), a worn one is
// refused.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "media-worker/rtp/rtcp_relay.hpp"
#include "media-worker/rtp/sequence_map.hpp"
#include "media-worker/srtp/send_key_register.hpp"
#include "media-worker/srtp/srtp_session.hpp"
#include "runtime/secret.hpp"

namespace ringfence::media_worker {

enum class PeerAddress : std::uint8_t { unchanged, changed };

class SrtpSender final : public StreamNumbers {
 public:
  // Whether use() of this key would be refused as worn; changes nothing.
  bool is_worn(std::span<const std::uint8_t> key_salt, const SendKeyRegister& keys) const;
  // Errors leave everything as it was.
  Result<void> use(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                   PeerAddress address, SendKeyRegister& keys, const Mki& mki = {});

  // As SrtpSession's. resume() comes after use().
  void save_to(SavedStreams* saved) noexcept;
  void resume(const SavedStreams& saved) noexcept;

  SrtpSession::Sized protect_rtp(std::span<std::uint8_t> storage, std::size_t size) noexcept;
  SrtpSession::Sized protect_rtcp(std::span<std::uint8_t> storage, std::size_t size) noexcept;
  std::uint32_t to_source(Ssrc ssrc, std::uint32_t extended_highest) const noexcept override;

 private:
  bool is_own(const SendKeyRegister::Digest& digest) const;
  Result<void> start_anew(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                          const Mki& mki);
  Result<void> go_on(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                     const Mki& mki);

  std::optional<SrtpSession> session_;
  const CryptoSuite* suite_ = nullptr;
  SendKeyRegister::Digest key_{};
  // The keys that this sender had since its indexes last began at zero: these may come back.
  std::vector<SendKeyRegister::Digest> own_keys_;
  SsrcTable streams_;
  std::array<SequenceMap, kMaxSsrcs> numbers_{};
  SavedStreams* saved_ = nullptr;
};

}  // namespace ringfence::media_worker
