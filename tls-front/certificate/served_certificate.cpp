#include "tls-front/certificate/served_certificate.hpp"

#include <algorithm>
#include <array>

#include "tls-front/certificate/certificate_chain.hpp"
#include "tls-front/certificate/ocsp_staple.hpp"
#include "tls-front/tls/context.hpp"
#include "tls-front/tls/openssl_error.hpp"

namespace ringfence::tls_front {
namespace {

Result<void> add_to(SSL_CTX* context, const CertificateChain& chain, EVP_PKEY* key) {
  clear_openssl_errors();
  // The security level judges here: RSA below 2048, SHA-1 and the like are refused.
  if (SSL_CTX_use_certificate(context, &chain.leaf()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key) != 1) {
    return openssl_failure("the certificate cannot be used");
  }
  for (std::size_t i = 1; i < chain.certificates.size(); ++i) {
    if (SSL_CTX_add1_chain_cert(context, chain.certificates[i].get()) != 1) {
      return openssl_failure("the certificate's chain cannot be used");
    }
  }
  return {};
}

Result<ServedPair> add_pair(SSL_CTX* context, const std::string& name, PairSource& source,
                            std::vector<OcspStaple>& staples) {
  auto chain = read_chain(source.fullchain_pem);
  if (!chain) return std::unexpected(chain.error());
  const auto not_after = end_of_validity(chain->leaf());
  if (!not_after) return std::unexpected(not_after.error());
  clear_openssl_errors();
  if (X509_check_private_key(&chain->leaf(), source.key.get()) != 1) {
    clear_openssl_errors();
    return fail("privkey.pem is not the key of fullchain.pem");
  }
  if (auto added = add_to(context, *chain, source.key.get()); !added) {
    return std::unexpected(added.error());
  }
  ServedPair pair{key_type(chain->leaf()), thumbprint_sha256(chain->leaf()), *not_after,
                  doubts_about(*chain, name), false};
  if (source.ocsp_der) {
    auto staple = read_ocsp_response(*source.ocsp_der, *chain);
    pair.has_ocsp = staple.has_value();
    if (staple) staples.push_back(std::move(*staple));
    if (!pair.has_ocsp) {
      pair.warnings.push_back("the OCSP response is not used: " + staple.error().message);
    }
  }
  return pair;
}

// R180: a ticket holds for one name and its present certificates.
Result<void> bind_sessions(const std::string& name, const ServedCertificate& served) {
  std::string text = name;
  for (const ServedPair& pair : served.pairs)
    text += "/" + pair.thumbprint_sha256;
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha256(), nullptr) != 1 ||
      SSL_CTX_set_session_id_context(served.context.get(), digest.data(), size) != 1) {
    return openssl_failure("cannot bind sessions to the certificate");
  }
  return {};
}

std::string in_pair(const std::string& name, const std::string& message) {
  return name.empty() ? message : "the pair '" + name + "': " + message;
}

}  // namespace

Result<ServedCertificate> make_served_certificate(const std::string& name,
                                                  std::vector<PairSource> sources) {
  auto context = make_server_context({});
  if (!context) return std::unexpected(context.error());
  ServedCertificate served{std::move(*context), {}};
  std::vector<OcspStaple> staples;
  for (PairSource& source : sources) {
    auto pair = add_pair(served.context.get(), name, source, staples);
    if (!pair) return fail(in_pair(source.name, pair.error().message));
    const bool twice = std::ranges::any_of(
        served.pairs, [&](const ServedPair& other) { return other.key_type == pair->key_type; });
    if (twice) return fail("two pairs hold " + pair->key_type + " keys");
    served.pairs.push_back(std::move(*pair));
  }
  if (served.pairs.empty()) return fail("there is no pair");
  if (auto kept = set_staples(served.context.get(), std::move(staples)); !kept) {
    return std::unexpected(kept.error());
  }
  if (auto bound = bind_sessions(name, served); !bound) return std::unexpected(bound.error());
  return served;
}

std::int64_t days_left(WallTime not_after, WallTime now) {
  return std::chrono::floor<std::chrono::days>(not_after - now).count();
}

}  // namespace ringfence::tls_front
