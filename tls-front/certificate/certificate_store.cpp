#include "tls-front/certificate/certificate_store.hpp"

#include "tls-front/tls/server_name.hpp"

namespace ringfence::tls_front {
namespace {

Result<ServedCertificate> make(const Result<std::string>& fullchain_pem,
                               Result<SecretBytes> privkey_pem, const std::string& groups) {
  if (!fullchain_pem) return fail("fullchain.pem: " + fullchain_pem.error().message);
  if (!privkey_pem) return fail("privkey.pem: " + privkey_pem.error().message);
  LocalSigner signer(std::move(*privkey_pem));
  return make_served_certificate(*fullchain_pem, signer, groups);
}

}  // namespace

const CertificateStore::Entry& CertificateStore::load(std::string_view name,
                                                      const Result<std::string>& fullchain_pem,
                                                      Result<SecretBytes> privkey_pem) {
  const std::string key = normalised_name(name);
  Entry& entry = entries_[key];
  entry.name = key;
  auto made = make(fullchain_pem, std::move(privkey_pem), groups_);
  if (made) {
    entry.served = std::move(*made);
    entry.error.clear();
  } else {
    entry.error = made.error().message;
  }
  return entry;
}

void CertificateStore::remove(std::string_view name) {
  entries_.erase(normalised_name(name));
}

std::vector<const CertificateStore::Entry*> CertificateStore::entries() const {
  std::vector<const Entry*> all;
  for (const auto& [name, entry] : entries_)
    all.push_back(&entry);
  return all;
}

SSL_CTX* CertificateStore::context_for(const std::string& name) const {
  return name == kDefault ? nullptr : find(name);
}

SSL_CTX* CertificateStore::default_context() const {
  return find(kDefault);
}

SSL_CTX* CertificateStore::find(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end() || !found->second.served) return nullptr;
  return found->second.served->context.get();
}

}  // namespace ringfence::tls_front
