#include "sip-core/engine/flow.hpp"

namespace ringfence::sip_core {

std::string_view via_token(TransportKind kind) {
  switch (kind) {
    case TransportKind::udp:
      return "UDP";
    case TransportKind::tcp:
      return "TCP";
    case TransportKind::tls:
      return "TLS";
  }
  return "UDP";
}

std::string_view leg_token(TransportKind kind) {
  switch (kind) {
    case TransportKind::udp:
      return "udp";
    case TransportKind::tcp:
      return "tcp";
    case TransportKind::tls:
      return "tls";
  }
  return "udp";
}

}  // namespace ringfence::sip_core
