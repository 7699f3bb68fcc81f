#include "tls-front/certificate/ocsp_staple.hpp"

#include <openssl/ocsp.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

using ResponsePtr = std::unique_ptr<OCSP_RESPONSE, OpensslDeleter<OCSP_RESPONSE_free>>;
using BasicPtr = std::unique_ptr<OCSP_BASICRESP, OpensslDeleter<OCSP_BASICRESP_free>>;
using IdPtr = std::unique_ptr<OCSP_CERTID, OpensslDeleter<OCSP_CERTID_free>>;
using Staples = std::vector<OcspStaple>;

// What a responder's clock and ours may differ by.
constexpr long kSkewSeconds = 300;

struct Status {
  int status = V_OCSP_CERTSTATUS_UNKNOWN;
  ASN1_GENERALIZEDTIME* this_update = nullptr;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
};

ResponsePtr parse(std::string_view der) {
  const auto* octets = reinterpret_cast<const unsigned char*>(der.data());
  return ResponsePtr(d2i_OCSP_RESPONSE(nullptr, &octets, static_cast<long>(der.size())));
}

Result<Status> status_of(OCSP_BASICRESP* basic, const X509* leaf, const X509* issuer) {
  const IdPtr id(OCSP_cert_to_id(nullptr, leaf, issuer));
  Status found;
  if (!id || OCSP_resp_find_status(basic, id.get(), &found.status, nullptr, nullptr,
                                   &found.this_update, &found.next_update) != 1) {
    return fail("it is about another certificate");
  }
  return found;
}

// RFC 6960 §4.2.2.2: by the issuer, or by one whom it delegated.
bool is_signed_by(OCSP_BASICRESP* basic, X509* issuer) {
  const X509StorePtr store(X509_STORE_new());
  if (!store || X509_STORE_add_cert(store.get(), issuer) != 1) return false;
  X509_STORE_set_flags(store.get(), X509_V_FLAG_PARTIAL_CHAIN);
  STACK_OF(X509)* known = X509_STORE_get1_all_certs(store.get());
  const bool good = OCSP_basic_verify(basic, known, store.get(), 0) == 1;
  sk_X509_pop_free(known, X509_free);
  return good;
}

bool is_over(const OcspStaple& staple) {
  const ResponsePtr response = parse(staple.der);
  const BasicPtr basic(response ? OCSP_response_get1_basic(response.get()) : nullptr);
  if (!basic || OCSP_resp_count(basic.get()) < 1) return true;
  ASN1_GENERALIZEDTIME* next_update = nullptr;
  OCSP_single_get0_status(OCSP_resp_get0(basic.get(), 0), nullptr, nullptr, nullptr, &next_update);
  return next_update == nullptr || X509_cmp_current_time(next_update) < 0;
}

void free_staples(void*, void* staples, CRYPTO_EX_DATA*, int, long, void*) {
  delete static_cast<Staples*>(staples);
}

int staples_index() {
  static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, free_staples);
  return index;
}

int send_staple(SSL* ssl, void*) {
  const auto* staples =
      static_cast<const Staples*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), staples_index()));
  const X509* chosen = SSL_get_certificate(ssl);
  if (staples == nullptr || chosen == nullptr) return SSL_TLSEXT_ERR_NOACK;
  const auto found = std::ranges::find_if(
      *staples, [&](const OcspStaple& s) { return X509_cmp(s.subject(), chosen) == 0; });
  if (found == staples->end() || is_over(*found)) return SSL_TLSEXT_ERR_NOACK;
  void* copy = OPENSSL_memdup(found->der.data(), found->der.size());
  if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, static_cast<long>(found->der.size()),
           copy);
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Result<OcspStaple> read_ocsp_response(std::string_view der, const CertificateChain& chain) {
  clear_openssl_errors();
  const ResponsePtr response = parse(der);
  if (!response) return openssl_failure("it is no OCSP response");
  if (OCSP_response_status(response.get()) != OCSP_RESPONSE_STATUS_SUCCESSFUL) {
    return fail("the responder did not answer the question");
  }
  const BasicPtr basic(OCSP_response_get1_basic(response.get()));
  X509* issuer = chain.issuer();
  if (!basic) return openssl_failure("it is no OCSP response");
  if (issuer == nullptr) return fail("the issuer's certificate is not in fullchain.pem");
  const auto status = status_of(basic.get(), &chain.leaf(), issuer);
  if (!status) return std::unexpected(status.error());
  if (!is_signed_by(basic.get(), issuer)) {
    return openssl_failure("it is not signed by the certificate's issuer");
  }
  if (status->status != V_OCSP_CERTSTATUS_GOOD) return fail("the certificate is revoked");
  if (status->next_update == nullptr ||
      OCSP_check_validity(status->this_update, status->next_update, kSkewSeconds, -1) != 1) {
    clear_openssl_errors();
    return fail("it is out of date");
  }
  X509_up_ref(&chain.leaf());
  return OcspStaple{X509Ptr(&chain.leaf()), std::string(der)};
}

Result<void> set_staples(SSL_CTX* context, std::vector<OcspStaple> staples) {
  auto owned = std::make_unique<Staples>(std::move(staples));
  if (SSL_CTX_set_ex_data(context, staples_index(), owned.get()) != 1) {
    return openssl_failure("cannot keep an OCSP response");
  }
  (void)owned.release();  // free_staples ends it with the context
  // The macro for this holds a C cast.
  SSL_CTX_callback_ctrl(context, SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB,
                        reinterpret_cast<void (*)()>(send_staple));
  return {};
}

}  // namespace ringfence::tls_front
