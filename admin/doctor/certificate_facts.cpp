#include "admin/doctor/certificate_facts.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "tls-front/certificate/peer_identity.hpp"
#include "tls-front/certificate/trust_anchors.hpp"

namespace ringfence::admin {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSystemStore = "/etc/ssl/certs/ca-certificates.crt";
constexpr long kExpirySoonDays = 14;

std::string date_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return "?";
  std::array<char, 16> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%F", &parts)};
}

std::string contents(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Folders whose name is no domain: trust.
std::vector<fs::path> certificate_files(const std::string& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().filename() == "trust") continue;
    for (const char* name : {"fullchain.pem", "fullchain.rsa.pem", "fullchain.ecdsa.pem"}) {
      if (fs::exists(entry.path() / name, error)) files.push_back(entry.path() / name);
    }
  }
  std::ranges::sort(files);
  return files;
}

Finding own_certificate(const fs::path& path) {
  const std::string about = "certificate " + path.parent_path().filename().string();
  const std::string pem = contents(path);
  const tls_front::BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const tls_front::X509Ptr certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!certificate) return {Severity::bad, about, path.string() + " holds no certificate"};
  const CertificateFacts facts = facts_of(*certificate);
  if (facts.days_left < 0) {
    return {Severity::bad, about, "expired on " + facts.not_after + ": renew it"};
  }
  const Severity severity = facts.days_left < kExpirySoonDays ? Severity::warning : Severity::good;
  return {severity, about,
          fmt::format("valid until {}, {} days", facts.not_after, facts.days_left)};
}

}  // namespace

CertificateFacts facts_of(X509& certificate) {
  CertificateFacts facts;
  const auto identities = tls_front::identities_of(certificate);
  for (const std::string& name : identities.names)
    facts.names += (facts.names.empty() ? "" : ", ") + name;
  for (const IpAddress& address : identities.addresses)
    facts.names += (facts.names.empty() ? "" : ", ") + address.to_string();
  facts.not_before = date_of(X509_get0_notBefore(&certificate));
  facts.not_after = date_of(X509_get0_notAfter(&certificate));
  int days = 0;
  int seconds = 0;
  ASN1_TIME_diff(&days, &seconds, nullptr, X509_get0_notAfter(&certificate));
  facts.days_left = seconds < 0 ? days - 1 : days;
  return facts;
}

tls_front::X509StorePtr read_trust(const std::string& folder, Findings& findings) {
  std::vector<std::string> pems;
  std::error_code error;
  if (fs::exists(kSystemStore, error)) pems.push_back(contents(kSystemStore));
  for (const auto& entry : fs::directory_iterator(fs::path(folder) / "trust", error)) {
    if (entry.path().extension() == ".pem") pems.push_back(contents(entry.path()));
  }
  auto anchors = tls_front::read_trust_anchors(pems);
  if (!anchors) {
    findings.push_back({Severity::bad, "trust", anchors.error().message});
    return nullptr;
  }
  if (anchors->unreadable > 0) {
    findings.push_back({Severity::warning, "trust",
                        fmt::format("{} of the files below {}/trust hold no certificate",
                                    anchors->unreadable, folder)});
  }
  return std::move(anchors->store);
}

Findings check_own_certificates(const std::string& folder) {
  Findings findings;
  for (const fs::path& path : certificate_files(folder))
    findings.push_back(own_certificate(path));
  if (findings.empty()) {
    findings.push_back({Severity::warning, "certificates",
                        "there is none below " + folder + ": no phone can register over TLS"});
  }
  return findings;
}

tls_front::SslContextPtr client_certificate(const std::string& folder, const std::string& name) {
  const fs::path place = fs::path(folder) / name;
  tls_front::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  const bool read =
      context &&
      SSL_CTX_use_certificate_chain_file(context.get(), (place / "fullchain.pem").c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(context.get(), (place / "privkey.pem").c_str(),
                                  SSL_FILETYPE_PEM) == 1;
  ERR_clear_error();
  return read ? std::move(context) : nullptr;
}

}  // namespace ringfence::admin
