#include "tls-front/tls/ticket_keys.hpp"

#include <openssl/core_names.h>
#include <openssl/rand.h>

#include <algorithm>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

constexpr int kFailed = -1;
constexpr int kNoSuchKey = 0;
constexpr int kDone = 1;
constexpr int kDoneAndRenew = 2;

bool set_mac_key(EVP_MAC_CTX* mac, std::span<const std::uint8_t> key) {
  // OpenSSL takes what it only reads as if it wrote it.
  std::vector<std::uint8_t> octets(key.begin(), key.end());
  char digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, octets.data(), octets.size()),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  const bool set = EVP_MAC_CTX_set_params(mac, parameters) == 1;
  wipe(octets.data(), octets.size());
  return set;
}

}  // namespace

Result<std::unique_ptr<TicketKeys>> TicketKeys::create() {
  std::unique_ptr<TicketKeys> keys(new TicketKeys);
  keys->cipher_.reset(EVP_CIPHER_fetch(nullptr, "AES-256-CBC", nullptr));
  if (!keys->cipher_) return openssl_failure("cannot encrypt session tickets");
  return keys;
}

bool TicketKeys::replace(std::vector<SecretBytes> keys) {
  const bool good =
      std::ranges::all_of(keys, [](const SecretBytes& key) { return key.size() == kSize; });
  if (good) keys_ = std::move(keys);
  return good;
}

std::optional<std::size_t> TicketKeys::find(const unsigned char* name) const {
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (std::equal(name, name + kNameSize, keys_[i].bytes().begin())) return i;
  }
  return std::nullopt;
}

int TicketKeys::prepare(Use use, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
                        EVP_MAC_CTX* mac) const {
  if (keys_.empty()) return kNoSuchKey;
  const auto found = use == Use::write ? std::optional<std::size_t>(0) : find(name);
  if (!found) return kNoSuchKey;
  const auto key = keys_[*found].bytes();
  const auto cipher_key = key.subspan(kNameSize, kCipherKeySize);
  if (use == Use::write) {
    std::ranges::copy(key.first(kNameSize), name);
    if (RAND_bytes(iv, EVP_CIPHER_get_iv_length(cipher_.get())) != 1) return kFailed;
  }
  const int ready =
      use == Use::write
          ? EVP_EncryptInit_ex2(cipher, cipher_.get(), cipher_key.data(), iv, nullptr)
          : EVP_DecryptInit_ex2(cipher, cipher_.get(), cipher_key.data(), iv, nullptr);
  if (ready != 1 || !set_mac_key(mac, key.last(kMacKeySize))) return kFailed;
  return *found == 0 ? kDone : kDoneAndRenew;
}

}  // namespace ringfence::tls_front
