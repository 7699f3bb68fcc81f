#include "tls-front/certificate/served_certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pemerr.h>

#include <array>
#include <ctime>
#include <vector>

#include "tls-front/tls/context.hpp"
#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kMaxChain = 10;

// The leaf and what follows it, in the file's order.
Result<std::vector<X509Ptr>> read_chain(std::string_view pem) {
  clear_openssl_errors();
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  if (!bio) return openssl_failure("cannot read fullchain.pem");
  std::vector<X509Ptr> chain;
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    chain.emplace_back(certificate);
    if (chain.size() > kMaxChain) return fail("fullchain.pem holds too many certificates");
  }
  const OpensslError end = take_openssl_error();
  if (chain.empty()) return fail("fullchain.pem holds no certificate");
  if (end.library() != ERR_LIB_PEM || end.reason() != PEM_R_NO_START_LINE) {
    return fail("fullchain.pem is broken: " + end.text());
  }
  return chain;
}

std::string thumbprint(const X509& certificate) {
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

Result<WallTime> end_of_validity(const X509& certificate) {
  std::tm fields{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(&certificate), &fields) != 1) {
    return fail("the certificate's notAfter cannot be read");
  }
  return std::chrono::system_clock::from_time_t(::timegm(&fields));
}

}  // namespace

Result<ServedCertificate> make_served_certificate(std::string_view fullchain_pem, Signer& signer,
                                                  const std::string& groups) {
  auto chain = read_chain(fullchain_pem);
  if (!chain) return std::unexpected(chain.error());
  X509& leaf = *chain->front();
  auto not_after = end_of_validity(leaf);
  if (!not_after) return std::unexpected(not_after.error());
  auto key = signer.key_for(leaf);
  if (!key) return std::unexpected(key.error());
  auto context = make_server_context(groups);
  if (!context) return std::unexpected(context.error());
  clear_openssl_errors();
  // The security level judges here: RSA below 2048, SHA-1 and the like are refused.
  if (SSL_CTX_use_certificate(context->get(), &leaf) != 1 ||
      SSL_CTX_use_PrivateKey(context->get(), key->get()) != 1) {
    return openssl_failure("the certificate cannot be used");
  }
  for (std::size_t i = 1; i < chain->size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context->get(), (*chain)[i].get()) != 1) {
      return openssl_failure("the certificate's chain cannot be used");
    }
  }
  return ServedCertificate{std::move(*context), thumbprint(leaf), *not_after};
}

std::int64_t days_left(WallTime not_after, WallTime now) {
  return std::chrono::floor<std::chrono::days>(not_after - now).count();
}

}  // namespace ringfence::tls_front
