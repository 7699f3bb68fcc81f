#include "tls-front/certificate/certificate_trial.hpp"

#include "tls-front/certificate/certificate_chain.hpp"
#include "tls-front/tls/self_handshake.hpp"

namespace ringfence::tls_front {
namespace {

std::string signatures_of(const std::string& key_type) {
  if (key_type == "ECDSA") return "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512";
  if (key_type == "RSA") return "RSA-PSS+SHA256:RSA+SHA256";
  return {};
}

}  // namespace

void try_out(CertificateStore::Entry& entry, const TlsEngine& engine,
             const CertificateChooser& chooser) {
  entry.trials.clear();
  for (const ServedPair& pair : entry.served->pairs) {
    CertificateStore::Trial trial;
    const auto served = shake_hands_with_ourselves(
        engine, chooser, entry.name == CertificateStore::kDefault ? "" : entry.name,
        signatures_of(pair.key_type));
    if (served && served->certificate) {
      trial.confirmed = thumbprint_sha256(*served->certificate) == pair.thumbprint_sha256;
      trial.stapled = trial.confirmed && served->stapled;
    }
    entry.trials.push_back(trial);
  }
}

}  // namespace ringfence::tls_front
