#include "tests/unit/tls-front/test_pki.hpp"

#include <openssl/ocsp.h>
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

std::string TestAuthority::ocsp(const std::string& leaf, OcspStatus status,
                                long next_update_seconds) const {
  const X509Ptr certificate = parse_certificate(leaf);
  OCSP_BASICRESP* basic = OCSP_BASICRESP_new();
  OCSP_CERTID* id = OCSP_cert_to_id(nullptr, certificate.get(), certificate_.get());
  ASN1_TIME* before = X509_gmtime_adj(nullptr, -3600);
  ASN1_TIME* next = X509_gmtime_adj(nullptr, next_update_seconds);
  const bool good = status == OcspStatus::good;
  OCSP_basic_add1_status(basic, id, good ? V_OCSP_CERTSTATUS_GOOD : V_OCSP_CERTSTATUS_REVOKED, 0,
                         good ? nullptr : before, before, next);
  OCSP_basic_sign(basic, certificate_.get(), key_.get(), EVP_sha256(), nullptr, 0);
  OCSP_RESPONSE* response = OCSP_response_create(OCSP_RESPONSE_STATUS_SUCCESSFUL, basic);
  unsigned char* octets = nullptr;
  const int size = i2d_OCSP_RESPONSE(response, &octets);
  std::string der(reinterpret_cast<char*>(octets), static_cast<std::size_t>(size));
  OPENSSL_free(octets);
  OCSP_RESPONSE_free(response);
  OCSP_BASICRESP_free(basic);
  OCSP_CERTID_free(id);
  ASN1_TIME_free(before);
  ASN1_TIME_free(next);
  return der;
}

X509Ptr parse_certificate(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return X509Ptr(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

Result<PkeyPtr> key_of(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  PkeyPtr key(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  if (!key) return fail("privkey.pem holds no usable key");
  return key;
}

std::vector<PairFiles> pairs_of(const std::vector<std::pair<std::string, TestPair>>& pairs) {
  std::vector<PairFiles> files;
  for (const auto& [name, pair] : pairs)
    files.push_back({name, pair.certificate, key_of(pair.key), {}});
  return files;
}

}  // namespace ringfence::tls_front
