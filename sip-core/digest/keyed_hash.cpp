#include "sip-core/digest/keyed_hash.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <cstdlib>
#include <string>

namespace ringfence::sip_core::digest {

namespace {

struct FreeMac {
  void operator()(EVP_MAC* mac) const { EVP_MAC_free(mac); }
};

void require(bool worked) {
  if (!worked) std::abort();
}

const unsigned char* octets(std::string_view text) {
  return static_cast<const unsigned char*>(static_cast<const void*>(text.data()));
}

}  // namespace

KeyedHash::KeyedHash(const SecretBytes& key) {
  const std::unique_ptr<EVP_MAC, FreeMac> mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  require(mac != nullptr);
  context_.reset(EVP_MAC_CTX_new(mac.get()));
  std::string name = "SHA256";
  const std::array<OSSL_PARAM, 2> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
      OSSL_PARAM_construct_end()};
  require(context_ &&
          EVP_MAC_init(context_.get(), key.bytes().data(), key.size(), parameters.data()) == 1);
}

KeyedHash::Tag KeyedHash::of(std::initializer_list<std::string_view> parts) {
  // Without a key it begins anew under the one that it has.
  require(EVP_MAC_init(context_.get(), nullptr, 0, nullptr) == 1);
  for (const std::string_view part : parts)
    require(EVP_MAC_update(context_.get(), octets(part), part.size()) == 1);
  Tag tag{};
  std::size_t size = 0;
  require(EVP_MAC_final(context_.get(), tag.data(), &size, tag.size()) == 1 && size == tag.size());
  return tag;
}

}  // namespace ringfence::sip_core::digest
