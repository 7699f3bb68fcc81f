// The trust anchors by which peers' certificates are judged, from PEM texts. A certificate that
// cannot be read is left out and counted; it takes no other down with it.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "runtime/result.hpp"
#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

struct TrustAnchors {
  X509StorePtr store;
  std::size_t certificates = 0;
  std::size_t unreadable = 0;  // texts that hold none, or end in a broken one
};

Result<TrustAnchors> read_trust_anchors(std::span<const std::string> pems);

}  // namespace ringfence::tls_front
