// A self-signed certificate for one name, made on the spot, for servers of tests.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace ringfence::admin {

class TestCertificate {
 public:
  explicit TestCertificate(const std::string& domain);

  void use_in(SSL_CTX* context) const;
  void write_pem(const std::string& path) const;  // for those who shall trust it

 private:
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
};

}  // namespace ringfence::admin
