#include "media-worker/srtp/aes.hpp"

#include <openssl/evp.h>

#include <memory>

namespace ringfence::media_worker {
namespace {

class Cipher {
 public:
  explicit Cipher(const char* name)
      : cipher_(EVP_CIPHER_fetch(nullptr, name, nullptr), EVP_CIPHER_free),
        context_(EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_free) {
    ready_ = cipher_ && context_ &&
             EVP_CipherInit_ex2(context_.get(), cipher_.get(), nullptr, nullptr, 1, nullptr) == 1;
  }
  bool ready() const noexcept { return ready_; }
  // nullptr: not ready, or the key is refused.
  EVP_CIPHER_CTX* keyed(Octets key, const std::uint8_t* iv, bool encrypt) noexcept {
    const bool set = ready_ && EVP_CipherInit_ex2(context_.get(), nullptr, key.data(), iv,
                                                  encrypt ? 1 : 0, nullptr) == 1;
    return set ? context_.get() : nullptr;
  }

 private:
  std::unique_ptr<EVP_CIPHER, decltype(&EVP_CIPHER_free)> cipher_;
  std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)> context_;
  bool ready_ = false;
};

struct Ciphers {
  Cipher counter_128{"AES-128-CTR"};
  Cipher counter_256{"AES-256-CTR"};
  Cipher gcm_128{"AES-128-GCM"};
  Cipher gcm_256{"AES-256-GCM"};
};

Ciphers& ciphers() {
  static thread_local Ciphers all;
  return all;
}

bool is_128(Octets key) noexcept {
  return key.size() == 16;
}

bool update(EVP_CIPHER_CTX* context, std::uint8_t* out, Octets in) noexcept {
  int written = 0;
  return EVP_CipherUpdate(context, out, &written, in.data(), static_cast<int>(in.size())) == 1;
}

// A GCM context that has taken the associated data; nullptr: it could not.
EVP_CIPHER_CTX* begin_gcm(Octets key, const GcmNonce& nonce, std::span<const Octets> associated,
                          bool encrypt) noexcept {
  Cipher& cipher = is_128(key) ? ciphers().gcm_128 : ciphers().gcm_256;
  EVP_CIPHER_CTX* context = cipher.keyed(key, nonce.data(), encrypt);
  for (const Octets& part : associated) {
    if (context == nullptr || !update(context, nullptr, part)) return nullptr;
  }
  return context;
}

}  // namespace

Result<void> load_aes() {
  const Ciphers& all = ciphers();
  if (all.counter_128.ready() && all.counter_256.ready() && all.gcm_128.ready() &&
      all.gcm_256.ready()) {
    return {};
  }
  return fail("OpenSSL lacks AES in counter mode or GCM");
}

bool aes_counter_mode(Octets key, const CounterBlock& counter,
                      std::span<std::uint8_t> data) noexcept {
  Cipher& cipher = is_128(key) ? ciphers().counter_128 : ciphers().counter_256;
  EVP_CIPHER_CTX* context = cipher.keyed(key, counter.data(), true);
  return context != nullptr && update(context, data.data(), data);
}

bool aes_gcm_seal(Octets key, const GcmNonce& nonce, std::span<const Octets> associated,
                  std::span<std::uint8_t> data, std::uint8_t* tag) noexcept {
  EVP_CIPHER_CTX* context = begin_gcm(key, nonce, associated, true);
  int written = 0;
  return context != nullptr && update(context, data.data(), data) &&
         EVP_CipherFinal_ex(context, data.data(), &written) == 1 &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, kGcmTag, tag) == 1;
}

bool aes_gcm_open(Octets key, const GcmNonce& nonce, std::span<const Octets> associated,
                  std::span<std::uint8_t> data, const std::uint8_t* tag) noexcept {
  EVP_CIPHER_CTX* context = begin_gcm(key, nonce, associated, false);
  int written = 0;
  // OpenSSL copies the tag; its interface predates const.
  return context != nullptr && update(context, data.data(), data) &&
         EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, kGcmTag,
                             const_cast<std::uint8_t*>(tag)) == 1 &&
         EVP_CipherFinal_ex(context, data.data(), &written) == 1;
}

}  // namespace ringfence::media_worker
