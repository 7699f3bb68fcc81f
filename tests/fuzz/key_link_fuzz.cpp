// The link between tls-front and key-keeper, a body at a time: questions for signatures, and what
// is said of keys. The first octet says which of the two it is.
#include <openssl/pem.h>

#include <cstdint>
#include <string>
#include <vector>

#include "key-keeper/key/private_key.hpp"
#include "tls-front/certificate/signer.hpp"

using namespace ringfence;

namespace {

struct NoSigner final : tls_front::Signer {
  std::string sign(tls_front::KeyNumber, proto::SignatureForm, std::string_view) override {
    return {};
  }
  void taken(tls_front::KeyNumber) override {}
  void released(tls_front::KeyNumber) override {}
};

key_keeper::PrivateKey held(EVP_PKEY* made) {
  const tls_front::PkeyPtr key(made);
  const tls_front::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  SecretBytes pem(BIO_ctrl_pending(bio.get()));
  BIO_read(bio.get(), pem.bytes().data(), static_cast<int>(pem.size()));
  return std::move(*key_keeper::PrivateKey::from_pem(pem));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static key_keeper::PrivateKey keys[] = {held(EVP_EC_gen("P-256")), held(EVP_RSA_gen(2048))};
  if (size == 0) return 0;
  const std::string body(data + 1, data + size);
  proto::ToKeyKeeper question;
  if (data[0] % 2 == 0 && question.ParseFromString(body)) {
    for (key_keeper::PrivateKey& key : keys)
      (void)key.sign(question.sign().form(), question.sign().data());
  }
  NoSigner signer;
  proto::FromKeyKeeper answer;
  if (data[0] % 2 == 1 && answer.ParseFromString(body)) {
    (void)tls_front::make_remote_key(signer, 1, answer.held().public_key());
  }
  return 0;
}
