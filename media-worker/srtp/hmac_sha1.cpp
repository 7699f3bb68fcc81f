// OpenSSL's interface of states: EVP would copy its own on the heap for every packet.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "media-worker/srtp/hmac_sha1.hpp"

#include <openssl/sha.h>

#include <algorithm>

#include "runtime/secret.hpp"

namespace ringfence::media_worker {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::uint8_t kInnerPad = 0x36;
constexpr std::uint8_t kOuterPad = 0x5c;

std::array<std::uint32_t, 5> state_after(Octets key, std::uint8_t pad) noexcept {
  std::array<std::uint8_t, kBlock> block{};
  std::ranges::copy(key, block.begin());
  for (std::uint8_t& octet : block)
    octet ^= pad;
  SHA_CTX sha;
  SHA1_Init(&sha);
  SHA1_Update(&sha, block.data(), block.size());
  const std::array<std::uint32_t, 5> state{sha.h0, sha.h1, sha.h2, sha.h3, sha.h4};
  wipe(block.data(), block.size());
  wipe(&sha, sizeof sha);
  return state;
}

// As it was when one block had gone in.
SHA_CTX resume(const std::array<std::uint32_t, 5>& state) noexcept {
  SHA_CTX sha{};
  sha.h0 = state[0];
  sha.h1 = state[1];
  sha.h2 = state[2];
  sha.h3 = state[3];
  sha.h4 = state[4];
  sha.Nl = kBlock * 8;
  return sha;
}

}  // namespace

HmacSha1::HmacSha1(Octets key) noexcept
    : inner_(state_after(key, kInnerPad)), outer_(state_after(key, kOuterPad)) {}

HmacSha1::Digest HmacSha1::of(Octets message, Octets end) const noexcept {
  Digest digest;
  SHA_CTX sha = resume(inner_);
  SHA1_Update(&sha, message.data(), message.size());
  SHA1_Update(&sha, end.data(), end.size());
  SHA1_Final(digest.data(), &sha);
  sha = resume(outer_);
  SHA1_Update(&sha, digest.data(), digest.size());
  SHA1_Final(digest.data(), &sha);
  return digest;
}

}  // namespace ringfence::media_worker
