#include "media-worker/srtp/send_key_register.hpp"

#include <openssl/evp.h>

#include <cstdlib>

namespace ringfence::media_worker {

SendKeyRegister::Digest SendKeyRegister::digest_of(std::span<const std::uint8_t> key_salt) {
  Digest digest{};
  unsigned int size = 0;
  // Nothing may be sent when keys cannot be told apart.
  if (EVP_Digest(key_salt.data(), key_salt.size(), digest.data(), &size, EVP_sha256(), nullptr) !=
      1) {
    std::abort();
  }
  return digest;
}

KeyClaim SendKeyRegister::claim(std::span<const std::uint8_t> key_salt) {
  const auto [place, is_new] = known_.insert(digest_of(key_salt));
  if (!is_new) return KeyClaim::used_before;
  by_age_.push_back(place);
  if (by_age_.size() > kRemembered) {
    known_.erase(by_age_.front());
    by_age_.pop_front();
  }
  return KeyClaim::fresh;
}

}  // namespace ringfence::media_worker
