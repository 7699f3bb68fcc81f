// AwaitedCertificates: certificates whose chains have come from the supervisor and whose keys
// key-keeper has not spoken of yet. Those of one name come out in the order in which they went in.
// Pure. Owned by TlsFront.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/result.hpp"
#include "tls-front/certificate/signer.hpp"

namespace ringfence::tls_front {

struct AwaitedPair {
  std::string name;  // "", "rsa" or "ecdsa"
  KeyNumber key = 0;
  Result<std::string> fullchain_pem;
  std::optional<std::string> ocsp_der;
};

struct AwaitedCertificate {
  std::string sni;
  std::vector<AwaitedPair> pairs;
};

class AwaitedCertificates {
 public:
  using IsKnown = std::function<bool(KeyNumber)>;

  void add(AwaitedCertificate certificate) { awaited_.push_back(std::move(certificate)); }
  // The name is gone: what came for it so far is of no use.
  void remove(std::string_view sni);
  bool empty() const { return awaited_.empty(); }
  // Those that need wait no more.
  std::vector<AwaitedCertificate> take(const IsKnown& is_known);

 private:
  std::vector<AwaitedCertificate> awaited_;
};

}  // namespace ringfence::tls_front
