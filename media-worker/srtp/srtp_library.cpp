#include "media-worker/srtp/srtp_library.hpp"

#include <srtp2/srtp.h>

#include <string>

#include "media-worker/srtp/crypto_suite.hpp"
#include "media-worker/srtp/srtp_session.hpp"
#include "runtime/secret.hpp"

namespace ringfence::media_worker {

Result<SrtpLibrary> SrtpLibrary::start() {
  if (const auto status = srtp_init(); status != srtp_err_status_ok) {
    return fail("libsrtp2 cannot be initialised: status " + std::to_string(status));
  }
  SrtpLibrary library;
  const CryptoSuite* gcm = find_crypto_suite("AEAD_AES_128_GCM");
  const SecretBytes probe(gcm->key_salt_size);
  if (!SrtpSession::create(*gcm, probe.bytes(), SrtpDirection::receive)) {
    return fail("libsrtp2 has no AES-GCM: this program needs the build on OpenSSL");
  }
  return library;
}

SrtpLibrary::~SrtpLibrary() {
  if (started_) srtp_shutdown();
}

}  // namespace ringfence::media_worker
