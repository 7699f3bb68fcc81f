#include "tls-front/certificate/certificate_store.hpp"

#include "tls-front/tls/server_name.hpp"

namespace ringfence::tls_front {
namespace {

Result<ServedCertificate> make(const std::string& name, std::vector<PairFiles> pairs) {
  std::vector<PairSource> sources;
  for (PairFiles& pair : pairs) {
    if (!pair.fullchain_pem) return fail("fullchain.pem: " + pair.fullchain_pem.error().message);
    if (!pair.key) return std::unexpected(pair.key.error());
    sources.push_back({std::move(pair.name), std::move(*pair.fullchain_pem), std::move(*pair.key),
                       std::move(pair.ocsp_der)});
  }
  return make_served_certificate(name, std::move(sources));
}

}  // namespace

CertificateStore::Entry& CertificateStore::load(std::string_view name,
                                                std::vector<PairFiles> pairs) {
  const std::string key = normalised_name(name);
  Entry& entry = entries_[key];
  entry.name = key;
  auto made = make(key, std::move(pairs));
  if (!made) {
    entry.error = made.error().message;
    return entry;
  }
  entry.served = std::move(*made);
  entry.trials.clear();
  entry.error.clear();
  contexts_[key] = entry.served->context.get();
  return entry;
}

void CertificateStore::remove(std::string_view name) {
  const std::string key = normalised_name(name);
  contexts_.erase(key);
  entries_.erase(key);
}

CertificateStore::Entry* CertificateStore::find(const std::string& name) {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : &found->second;
}

std::vector<const CertificateStore::Entry*> CertificateStore::entries() const {
  std::vector<const Entry*> all;
  for (const auto& [name, entry] : entries_)
    all.push_back(&entry);
  return all;
}

SSL_CTX* CertificateStore::context_for(const std::string& name) const {
  return name == kDefault ? nullptr : context_of(name);
}

SSL_CTX* CertificateStore::default_context() const {
  return context_of(kDefault);
}

SSL_CTX* CertificateStore::context_of(const std::string& name) const {
  const auto found = contexts_.find(name);
  return found == contexts_.end() ? nullptr : found->second;
}

}  // namespace ringfence::tls_front
