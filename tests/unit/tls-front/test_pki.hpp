// A small certificate authority for tests: keys and certificates as PEM texts, made in memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tls-front/certificate/certificate_store.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

struct CertificateWish {
  std::string common_name = "test";
  std::vector<std::string> alternative_names;  // "DNS:a.test", "URI:sip:a.test", "IP:127.0.0.1"
  std::string extended_key_usage;              // "serverAuth"; empty: no extension
  long valid_from_seconds = -3600;             // from now
  long valid_to_seconds = 90L * 24 * 3600;
  int rsa_bits = 0;  // 0: P-256
};

struct TestPair {
  std::string certificate;  // PEM
  std::string key;          // PEM
};

class TestAuthority {
 public:
  explicit TestAuthority(const std::string& name = "Test CA");
  TestPair issue(const CertificateWish& wish) const;
  // Signed by itself, by nobody we know.
  static TestPair self_signed(const CertificateWish& wish);
  // An OCSP responder's answer about `leaf` (PEM), in DER.
  enum class OcspStatus { good, revoked };
  std::string ocsp(const std::string& leaf, OcspStatus status, long next_update_seconds) const;
  const std::string& certificate() const { return pem_; }

 private:
  PkeyPtr key_;
  X509Ptr certificate_;
  std::string pem_;
};

X509Ptr parse_certificate(const std::string& pem);

Result<PkeyPtr> key_of(const std::string& pem);

// As a CertificateStore takes them.
std::vector<PairFiles> pairs_of(const std::vector<std::pair<std::string, TestPair>>& pairs);
inline std::vector<PairFiles> one_pair(const TestPair& pair) {
  return pairs_of({{"", pair}});
}

}  // namespace ringfence::tls_front
