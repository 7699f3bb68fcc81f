// CertificateStore: the certificates of this process by the name of their folder. New pairs take
// the place of the old ones only if they can be used; otherwise those stay and the reason is kept
// for health. Handshakes under way keep the context that they chose. Owned by TlsFront.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "tls-front/certificate/served_certificate.hpp"
#include "tls-front/tls/client_hello.hpp"

namespace ringfence::tls_front {

// One pair as its chain could be read and its key is held.
struct PairFiles {
  std::string name;  // "", "rsa" or "ecdsa"
  Result<std::string> fullchain_pem;
  Result<PkeyPtr> key;
  std::optional<std::string> ocsp_der;
};

class CertificateStore final : public CertificateChooser {
 public:
  // What a handshake with ourselves was given, by pair.
  struct Trial {
    bool confirmed = false;
    bool stapled = false;
  };
  struct Entry {
    std::string name;
    std::optional<ServedCertificate> served;  // the last good ones
    std::vector<Trial> trials;                // one per pair, once they were tried
    std::string error;                        // why the newest are not in use; empty = they are
    std::uint64_t newest_key = 0;             // the highest number of a key of the newest
  };
  // Never a host name: the folder that answers where no name is asked for.
  static constexpr const char* kDefault = "default";

  Entry& load(std::string_view name, std::vector<PairFiles> pairs);
  void remove(std::string_view name);
  Entry* find(const std::string& name);  // nullptr: there is none
  std::vector<const Entry*> entries() const;

  SSL_CTX* context_for(const std::string& name) const override;
  SSL_CTX* default_context() const override;

 private:
  SSL_CTX* context_of(const std::string& name) const;

  std::map<std::string, Entry> entries_;                // in the order of health
  std::unordered_map<std::string, SSL_CTX*> contexts_;  // of the same, for handshakes
};

}  // namespace ringfence::tls_front
