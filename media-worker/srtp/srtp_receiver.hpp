// SrtpReceiver: what a leg receives, unprotected with the peer's key. Owned by the leg. While a
// re-keying settles, a packet is tried under each key and roll-over counter that the peer may be
// at: the new key from zero or going on (peers differ), the old key for two seconds more (RFC 4568
// §7.1.4), and a peer that moved with its old key from zero. The first packet that authenticates
// under the new state ends that. Without a key nothing is accepted.
#pragma once

#include <optional>
#include <vector>

#include "media-worker/srtp/srtp_sender.hpp"
#include "media-worker/srtp/srtp_session.hpp"
#include "runtime/clock.hpp"

namespace ringfence::media_worker {

class SrtpReceiver {
 public:
  static constexpr std::chrono::seconds kGrace{2};  // R119

  // An empty key: nothing is accepted until one comes. Errors leave everything as it was.
  Result<void> use(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                   PeerAddress address, TimePoint now, const Mki& mki = {});
  bool has_key() const noexcept { return accepting_; }
  // Whether there ever was one.
  bool had_key() const noexcept { return !candidates_.empty(); }

  // As SrtpSession's. resume() comes after use().
  void save_to(SavedStreams* saved) noexcept;
  void resume(const SavedStreams& saved) noexcept;

  SrtpSession::Sized unprotect_rtp(std::span<std::uint8_t> storage, std::size_t size,
                                   TimePoint now) noexcept;
  SrtpSession::Sized unprotect_rtcp(std::span<std::uint8_t> storage, std::size_t size,
                                    TimePoint now) noexcept;

 private:
  using Operation = SrtpSession::Sized (SrtpSession::*)(std::span<std::uint8_t>,
                                                        std::size_t) noexcept;
  struct Candidate {
    SrtpSession session;
    std::optional<TimePoint> until;  // none: for good
    bool settles = true;             // a packet under it makes the others obsolete
  };
  SrtpSession::Sized unprotect(Operation operation, std::span<std::uint8_t> storage,
                               std::size_t size, TimePoint now) noexcept;
  SrtpSession::Sized try_candidates(Operation operation, std::span<std::uint8_t> storage,
                                    std::size_t size, TimePoint now) noexcept;
  Result<void> change_key(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                          const Mki& mki, PeerAddress address, TimePoint now);
  Result<void> follow_moved_peer(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                                 const Mki& mki, TimePoint now);

  std::vector<Candidate> candidates_;  // tried in this order; the first is the likeliest
  SavedStreams* saved_ = nullptr;
  bool accepting_ = false;
  const CryptoSuite* suite_ = nullptr;
  SendKeyRegister::Digest key_{};
};

}  // namespace ringfence::media_worker
