// Certificates as the doctor speaks of them: whom they are for and until when.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/doctor/advice.hpp"
#include "admin/doctor/finding.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::admin {

CertificateFacts facts_of(X509& certificate);

// The PEM files by which carriers are judged: the system's store and `folder`/trust/*.pem.
tls_front::X509StorePtr read_trust(const std::string& folder, Findings& findings);

// How long the box's own certificates below `folder` last.
Findings check_own_certificates(const std::string& folder);

// What a carrier that asks is shown: `folder`/`name`; nullptr: cannot be read.
tls_front::SslContextPtr client_certificate(const std::string& folder, const std::string& name);

}  // namespace ringfence::admin
