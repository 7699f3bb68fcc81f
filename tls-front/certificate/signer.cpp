#include "tls-front/certificate/signer.hpp"

#include <openssl/pem.h>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

int no_passphrase(char*, int, int, void*) {
  return -1;
}

}  // namespace

Result<PkeyPtr> LocalSigner::key_for(X509& certificate) {
  clear_openssl_errors();
  const auto pem = pem_.bytes();
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return openssl_failure("cannot read the private key");
  PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return openssl_failure("privkey.pem holds no usable key");
  if (X509_check_private_key(&certificate, key.get()) != 1) {
    clear_openssl_errors();
    return fail("privkey.pem is not the key of fullchain.pem");
  }
  return key;
}

}  // namespace ringfence::tls_front
