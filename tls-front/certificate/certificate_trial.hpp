// After a change: what does a client that asks for this name really get? One handshake with
// ourselves per pair, by a client that verifies that kind of key only.
#pragma once

#include "tls-front/certificate/certificate_store.hpp"
#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {

// Fills in the entry's trials. The entry has certificates in use.
void try_out(CertificateStore::Entry& entry, const TlsEngine& engine,
             const CertificateChooser& chooser);

}  // namespace ringfence::tls_front
