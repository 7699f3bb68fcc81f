#include "sip-core/engine/front_claims.hpp"

namespace ringfence::sip_core {
namespace {

bool shows_tls(const Connection& claimed) {
  return !claimed.sni.empty() || !claimed.tls_version.empty() || !claimed.cipher.empty() ||
         !claimed.verified_names.empty();
}

}  // namespace

std::optional<std::string_view> lie_in(const Connection& claimed, std::uint64_t epoch,
                                       const Connections& known, const Config& config) {
  if (claimed.id.epoch != epoch) return "it is of another life of tls-front";
  if (known.find(claimed.id) != nullptr) return "it was opened before";
  if (claimed.transport == TransportKind::tcp && shows_tls(claimed)) {
    return "a TCP connection proves nothing by TLS";
  }
  // One that is not known may have been removed meanwhile; what is known cannot be mistaken.
  const Listener* listener = config.listener(claimed.listener);
  if (claimed.dial.value == 0 && listener != nullptr && listener->transport != claimed.transport) {
    return "its listener speaks another transport";
  }
  return std::nullopt;
}

}  // namespace ringfence::sip_core
