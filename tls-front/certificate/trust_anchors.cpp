#include "tls-front/certificate/trust_anchors.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pemerr.h>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {

Result<TrustAnchors> read_trust_anchors(std::span<const std::string> pems) {
  TrustAnchors anchors;
  anchors.store.reset(X509_STORE_new());
  if (!anchors.store) return openssl_failure("cannot make a trust store");
  // An operator may trust a carrier's own intermediate without its root.
  X509_STORE_set_flags(anchors.store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  for (const std::string& pem : pems) {
    clear_openssl_errors();
    const std::size_t before = anchors.certificates;
    const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    while (X509* read =
               bio ? PEM_read_bio_X509_AUX(bio.get(), nullptr, nullptr, nullptr) : nullptr) {
      const X509Ptr certificate(read);
      if (X509_STORE_add_cert(anchors.store.get(), certificate.get()) == 1) ++anchors.certificates;
    }
    const OpensslError end = take_openssl_error();
    const bool at_end = end.library() == ERR_LIB_PEM && end.reason() == PEM_R_NO_START_LINE;
    if (!at_end || anchors.certificates == before) ++anchors.unreadable;
  }
  return anchors;
}

}  // namespace ringfence::tls_front
