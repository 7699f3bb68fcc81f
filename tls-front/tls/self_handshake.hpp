// A handshake with ourselves, in memory: what a client that asks for `name` is really given by the
// code that serves the ports. After a certificate changes it is asked once per kind of key.
#pragma once

#include <string>

#include "tls-front/tls/tls_engine.hpp"

namespace ringfence::tls_front {

struct ServedToUs {
  X509Ptr certificate;
  bool stapled = false;  // with its OCSP response
};

// `signatures`: what the client can verify, as OpenSSL lists it, such as "ECDSA+SHA256"; empty: as
// OpenSSL does by itself. `name` empty: without SNI.
Result<ServedToUs> shake_hands_with_ourselves(const TlsEngine& engine,
                                              const CertificateChooser& chooser,
                                              const std::string& name,
                                              const std::string& signatures);

}  // namespace ringfence::tls_front
