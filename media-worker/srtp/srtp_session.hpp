// SrtpSession: one master key in one direction (RFC 3711 §3.2). Protects or unprotects RTP and RTCP
// in place; owned by a leg's sender or receiver; opens no socket and writes no log. A packet that
// fails authentication or the replay check changes nothing (RFC 3711 §3.3): not the roll-over
// counter, not the replay window, not the list of SSRCs. Sizes in octets; errors by name.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <span>

#include "media-worker/page/saved_session.hpp"
#include "media-worker/rtp/rtp_packet.hpp"
#include "media-worker/srtp/crypto_suite.hpp"
#include "media-worker/srtp/mki.hpp"
#include "media-worker/srtp/replay_window.hpp"
#include "media-worker/srtp/session_keys.hpp"
#include "media-worker/srtp/ssrc_table.hpp"
#include "runtime/result.hpp"

namespace ringfence::media_worker {

enum class SrtpError : std::uint8_t {
  malformed,     // no RTP or RTCP packet of this suite could look like that
  auth_failure,  // RFC 3711 §3.3 step 5; an unencrypted SRTCP packet too (RFC 3711 §3.4, E)
  replay,
  ssrc_limit,
  key_expired,  // RFC 3711 §9.2
  failed,       // OpenSSL could not
};

// What a packet may grow by when it is protected; the caller's storage has that much room left.
inline constexpr std::size_t kSrtpTrailerRoom = 160;

class SrtpSession {
 public:
  static Result<SrtpSession> create(const CryptoSuite& suite,
                                    std::span<const std::uint8_t> key_salt, const Mki& mki = {});
  // Receive only: under another key (or the same one made anew) the streams of `earlier` go on with
  // their roll-over counters (RFC 3711 §3.3.1: a re-keying does not reset them).
  static Result<SrtpSession> create_continuing(const CryptoSuite& suite,
                                               std::span<const std::uint8_t> key_salt,
                                               const Mki& mki, const SrtpSession& earlier);
  // Send only: from here on this key, every stream going on with the index that it has reached,
  // RTCP's too. So no index is ever used twice, not even when an earlier key comes back.
  Result<void> rekey(const CryptoSuite& suite, std::span<const std::uint8_t> key_salt,
                     const Mki& mki = {});
  // The same key under another identifier.
  void rename(const Mki& mki) noexcept { mki_ = mki; }

  // `storage` begins with the packet of `size` octets; returns the new size.
  using Sized = std::expected<std::size_t, SrtpError>;
  Sized protect_rtp(std::span<std::uint8_t> storage, std::size_t size) noexcept;
  Sized protect_rtcp(std::span<std::uint8_t> storage, std::size_t size) noexcept;
  Sized unprotect_rtp(std::span<std::uint8_t> storage, std::size_t size) noexcept;
  Sized unprotect_rtcp(std::span<std::uint8_t> storage, std::size_t size) noexcept;

  // Whether some stream's roll-over counter has left zero.
  bool has_rolled_over() const noexcept;

  // From here on each index is noted there: before its packet leaves, or when it was accepted. The
  // memory outlives this session, or is taken away with nullptr.
  void save_to(SavedStreams* saved) noexcept { saved_ = saved; }
  // The streams go on from where another process was: nothing up to there is sent or taken again.
  void resume(const SavedStreams& saved) noexcept;

 private:
  struct Stream {
    ReplayWindow rtp;
    ReplayWindow rtcp;
    std::uint32_t rtcp_sent = 0;  // the last index
  };

  SrtpSession(const CryptoSuite& suite, SessionKeys keys, const Mki& mki)
      : suite_(&suite), keys_(std::move(keys)), mki_(mki) {}
  // The stream's place, or where it would be; before any work is done for the packet.
  std::expected<std::size_t, SrtpError> admit(Ssrc ssrc) const noexcept;
  void count(Ssrc ssrc) noexcept;

  const CryptoSuite* suite_;
  SessionKeys keys_;
  Mki mki_;
  SsrcTable ssrcs_;
  // By the place in ssrcs_; one that is not taken yet is as new.
  std::array<Stream, kMaxSsrcs> streams_{};
  std::uint64_t packets_ = 0;
  SavedStreams* saved_ = nullptr;
};

}  // namespace ringfence::media_worker
