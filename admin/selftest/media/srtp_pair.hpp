// SrtpPair: the SRTP and SRTCP of one phone's call, on libsrtp2: what it sends under its own master
// key, what it receives under the peer's (RFC 4568 §6.1), AES_CM_128_HMAC_SHA1_80 both ways. A
// packet that fails is nullopt and counted by the caller.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>

#include "admin/selftest/media/big_endian.hpp"
#include "runtime/result.hpp"
#include "runtime/secret.hpp"

struct srtp_ctx_t_;

namespace ringfence::admin {

inline constexpr std::size_t kMasterKeyAndSalt = 30;  // octets

// libsrtp2 itself; lives as long as any pair.
class SrtpLibrary {
 public:
  static Result<SrtpLibrary> start();
  SrtpLibrary(SrtpLibrary&& other) noexcept : started_(std::exchange(other.started_, false)) {}
  SrtpLibrary& operator=(SrtpLibrary&&) = delete;
  ~SrtpLibrary();

 private:
  SrtpLibrary() = default;
  bool started_ = true;
};

class SrtpPair {
 public:
  static Result<SrtpPair> create(const SecretBytes& send_key, const SecretBytes& receive_key);

  std::optional<Octets> protect_rtp(Octets packet) const;
  std::optional<Octets> protect_rtcp(Octets packet) const;
  std::optional<Octets> unprotect_rtp(Octets packet) const;
  std::optional<Octets> unprotect_rtcp(Octets packet) const;

 private:
  struct Close {
    void operator()(srtp_ctx_t_* session) const noexcept;
  };
  using SessionPtr = std::unique_ptr<srtp_ctx_t_, Close>;
  enum class Direction : std::uint8_t { send, receive };

  static Result<SessionPtr> session(const SecretBytes& key, Direction direction);
  SrtpPair(SessionPtr sender, SessionPtr receiver)
      : sender_(std::move(sender)), receiver_(std::move(receiver)) {}

  SessionPtr sender_;
  SessionPtr receiver_;
};

}  // namespace ringfence::admin
