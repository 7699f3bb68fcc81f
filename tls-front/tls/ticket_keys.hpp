// TicketKeys: by what session tickets are written and read (RFC 5077, RFC 8446 §4.6.1). The
// supervisor makes them, rotates them and gives them to each tls-front, so that a phone resumes
// with the next one as well; they never touch a disk. The first key writes, all of them read.
// Without a key there are no tickets. Which name a ticket belongs to is bound elsewhere (R180).
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <vector>

#include "runtime/result.hpp"
#include "runtime/secret.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

class TicketKeys {
 public:
  static constexpr std::size_t kNameSize = 16;
  static constexpr std::size_t kCipherKeySize = 32;  // AES-256-CBC
  static constexpr std::size_t kMacKeySize = 32;     // HMAC-SHA-256
  static constexpr std::size_t kSize = kNameSize + kCipherKeySize + kMacKeySize;

  // Fetches the algorithms, before confinement.
  static Result<std::unique_ptr<TicketKeys>> create();

  // Newest first. False: one has not kSize octets; the keys stay as they were.
  bool replace(std::vector<SecretBytes> keys);
  bool empty() const { return keys_.empty(); }

  enum class Use : std::uint8_t { write, read };
  // For SSL_CTX_set_tlsext_ticket_key_evp_cb: 0 no such key, 1 done, 2 done and a new ticket is
  // due, -1 failed.
  int prepare(Use use, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher,
              EVP_MAC_CTX* mac) const;

 private:
  using CipherPtr = std::unique_ptr<EVP_CIPHER, OpensslDeleter<EVP_CIPHER_free>>;

  TicketKeys() = default;
  std::optional<std::size_t> find(const unsigned char* name) const;

  CipherPtr cipher_;
  std::vector<SecretBytes> keys_;
};

}  // namespace ringfence::tls_front
