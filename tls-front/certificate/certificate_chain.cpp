#include "tls-front/certificate/certificate_chain.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pemerr.h>

#include <array>
#include <ctime>

#include "tls-front/certificate/certificate_store.hpp"
#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kMaxChain = 10;

void doubt_issuers(const CertificateChain& chain, std::vector<std::string>& doubts) {
  for (std::size_t i = 1; i < chain.certificates.size(); ++i) {
    X509* issuer = chain.certificates[i].get();
    if (X509_check_issued(issuer, chain.certificates[i - 1].get()) != X509_V_OK) {
      doubts.push_back("certificate " + std::to_string(i + 1) +
                       " of fullchain.pem did not issue the one before it");
    } else if (X509_cmp_current_time(X509_get0_notAfter(issuer)) < 0) {
      doubts.push_back("certificate " + std::to_string(i + 1) + " of fullchain.pem has expired");
    }
  }
}

}  // namespace

Result<CertificateChain> read_chain(std::string_view pem) {
  clear_openssl_errors();
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return openssl_failure("cannot read fullchain.pem");
  CertificateChain chain;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    chain.certificates.emplace_back(certificate);
    if (chain.certificates.size() > kMaxChain) {
      return fail("fullchain.pem holds too many certificates");
    }
  }
  const OpensslError end = take_openssl_error();
  if (chain.certificates.empty()) return fail("fullchain.pem holds no certificate");
  if (end.library() != ERR_LIB_PEM || end.reason() != PEM_R_NO_START_LINE) {
    return fail("fullchain.pem is broken: " + end.text());
  }
  return chain;
}

std::string thumbprint_sha256(const X509& certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest.data(), &size) != 1) return {};
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kHex[digest[i] >> 4];
    text += kHex[digest[i] & 15];
  }
  return text;
}

std::string key_type(const X509& certificate) {
  const EVP_PKEY* key = X509_get0_pubkey(&certificate);
  if (key == nullptr) return "unknown";
  if (EVP_PKEY_is_a(key, "EC") == 1) return "ECDSA";
  const char* name = EVP_PKEY_get0_type_name(key);
  return name == nullptr ? "unknown" : name;
}

Result<WallTime> end_of_validity(const X509& certificate) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &fields) != 1) {
    return fail("the certificate's notAfter cannot be read");
  }
  return std::chrono::system_clock::from_time_t(::timegm(&fields));
}

std::vector<std::string> doubts_about(const CertificateChain& chain, const std::string& name) {
  X509* leaf = &chain.leaf();
  std::vector<std::string> doubts;
  if (X509_cmp_current_time(X509_get0_notBefore(leaf)) > 0) {
    doubts.emplace_back("the certificate is not valid yet");
  }
  if (name != CertificateStore::kDefault &&
      X509_check_host(leaf, name.data(), name.size(), 0, nullptr) != 1) {
    doubts.push_back("the certificate does not name " + name);
  }
  if (X509_check_purpose(leaf, X509_PURPOSE_SSL_SERVER, 0) != 1) {
    doubts.emplace_back("the certificate is not for TLS servers");
  }
  doubt_issuers(chain, doubts);
  clear_openssl_errors();
  return doubts;
}

}  // namespace ringfence::tls_front
