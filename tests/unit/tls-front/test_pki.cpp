#include "tests/unit/tls-front/test_pki.hpp"

#include <openssl/pem.h>
#include <openssl/rsa.h>

namespace ringfence::tls_front {
namespace {

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_ctrl(bio, BIO_CTRL_INFO, 0, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem_of(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

std::string pem_of(EVP_PKEY* key) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  if (extension == nullptr) return;
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

X509Ptr make(const CertificateWish& wish, EVP_PKEY* key, X509_NAME* issuer) {
  static long serial = 1;
  X509Ptr certificate(X509_new());
  X509* c = certificate.get();
  X509_set_version(c, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(c), serial++);
  X509_gmtime_adj(X509_getm_notBefore(c), wish.valid_from_seconds);
  X509_gmtime_adj(X509_getm_notAfter(c), wish.valid_to_seconds);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(wish.common_name.data()),
                             static_cast<int>(wish.common_name.size()), -1, 0);
  X509_set_issuer_name(c, issuer != nullptr ? issuer : X509_get_subject_name(c));
  X509_set_pubkey(c, key);
  std::string names;
  for (const std::string& name : wish.alternative_names)
    names += (names.empty() ? "" : ",") + name;
  if (!names.empty()) add_extension(c, NID_subject_alt_name, names);
  if (!wish.extended_key_usage.empty()) {
    add_extension(c, NID_ext_key_usage, wish.extended_key_usage);
  }
  return certificate;
}

PkeyPtr make_key(const CertificateWish& wish) {
  return PkeyPtr(wish.rsa_bits > 0 ? EVP_RSA_gen(static_cast<unsigned>(wish.rsa_bits))
                                   : EVP_EC_gen("P-256"));
}

}  // namespace

TestAuthority::TestAuthority(const std::string& name) : key_(EVP_EC_gen("P-256")) {
  CertificateWish wish;
  wish.common_name = name;
  certificate_ = make(wish, key_.get(), nullptr);
  add_extension(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  pem_ = pem_of(certificate_.get());
}

TestPair TestAuthority::issue(const CertificateWish& wish) const {
  const PkeyPtr key = make_key(wish);
  const X509Ptr certificate = make(wish, key.get(), X509_get_subject_name(certificate_.get()));
  X509_sign(certificate.get(), key_.get(), EVP_sha256());
  return {pem_of(certificate.get()), pem_of(key.get())};
}

TestPair TestAuthority::self_signed(const CertificateWish& wish) {
  const PkeyPtr key = make_key(wish);
  const X509Ptr certificate = make(wish, key.get(), nullptr);
  X509_sign(certificate.get(), key.get(), EVP_sha256());
  return {pem_of(certificate.get()), pem_of(key.get())};
}

X509Ptr parse_certificate(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

}  // namespace ringfence::tls_front
