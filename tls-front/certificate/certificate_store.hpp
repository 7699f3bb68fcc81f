// CertificateStore: the certificates of this process by the name of their folder. A new pair takes
// the place of the old one only if it can be used; otherwise the old one stays and the reason is
// kept for health. Handshakes under way keep the context that they chose. Owned by TlsFront.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tls-front/certificate/served_certificate.hpp"
#include "tls-front/tls/client_hello.hpp"

namespace ringfence::tls_front {

class CertificateStore final : public CertificateChooser {
 public:
  struct Entry {
    std::string name;
    std::optional<ServedCertificate> served;  // the last good one
    std::string error;                        // why the newest is not in use; empty = it is
  };
  // Never a host name: the folder that answers where no name is asked for.
  static constexpr const char* kDefault = "default";

  explicit CertificateStore(std::string groups) : groups_(std::move(groups)) {}

  const Entry& load(std::string_view name, const Result<std::string>& fullchain_pem,
                    Result<SecretBytes> privkey_pem);
  void remove(std::string_view name);
  std::vector<const Entry*> entries() const;

  SSL_CTX* context_for(const std::string& name) const override;
  SSL_CTX* default_context() const override;

 private:
  SSL_CTX* find(const std::string& name) const;

  std::string groups_;
  std::map<std::string, Entry> entries_;
};

}  // namespace ringfence::tls_front
