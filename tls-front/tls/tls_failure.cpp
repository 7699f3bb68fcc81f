#include "tls-front/tls/tls_failure.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/sslerr.h>

namespace ringfence::tls_front {
namespace {

TlsFailureKind kind_of(int reason) {
  switch (reason) {
    case SSL_R_UNSUPPORTED_PROTOCOL:
    case SSL_R_VERSION_TOO_LOW:
    case SSL_R_UNSUPPORTED_SSL_VERSION:
    case SSL_R_WRONG_SSL_VERSION:
      return TlsFailureKind::old_protocol;
    case SSL_R_NO_SHARED_CIPHER:
    case SSL_R_NO_SUITABLE_KEY_SHARE:
    case SSL_R_NO_SUITABLE_GROUPS:
    case SSL_R_NO_SUITABLE_SIGNATURE_ALGORITHM:
      return TlsFailureKind::no_shared_cipher;
    case SSL_R_HTTP_REQUEST:
    case SSL_R_HTTPS_PROXY_REQUEST:
    case SSL_R_WRONG_VERSION_NUMBER:
    case SSL_R_UNEXPECTED_MESSAGE:
    case SSL_R_BAD_RECORD_TYPE:
    case SSL_R_PACKET_LENGTH_TOO_LONG:
      return TlsFailureKind::not_tls;
    case SSL_R_CERTIFICATE_VERIFY_FAILED:
      return TlsFailureKind::certificate;
    default:
      return TlsFailureKind::other;
  }
}

}  // namespace

std::string_view name_of(TlsFailureKind kind) {
  switch (kind) {
    case TlsFailureKind::unknown_name:
      return "unknown_name";
    case TlsFailureKind::no_name:
      return "no_name";
    case TlsFailureKind::malformed_hello:
      return "malformed_hello";
    case TlsFailureKind::old_protocol:
      return "old_protocol";
    case TlsFailureKind::no_shared_cipher:
      return "no_shared_cipher";
    case TlsFailureKind::not_tls:
      return "not_tls";
    case TlsFailureKind::peer_alert:
      return "peer_alert";
    case TlsFailureKind::certificate:
      return "certificate";
    case TlsFailureKind::own_certificate:
      return "own_certificate";
    case TlsFailureKind::internal:
      return "internal";
    case TlsFailureKind::other:
      return "other";
  }
  return "other";
}

bool is_our_fault(TlsFailureKind kind) {
  return kind == TlsFailureKind::own_certificate || kind == TlsFailureKind::internal;
}

TlsFailure classify(const OpensslError& error) {
  if (error.reason() == ERR_R_MALLOC_FAILURE || error.reason() == ERR_R_INTERNAL_ERROR) {
    return {TlsFailureKind::internal, error.text()};
  }
  if (error.library() != ERR_LIB_SSL) return {TlsFailureKind::other, error.text()};
  // OpenSSL files a received alert under this offset plus the alert's number.
  if (error.reason() >= SSL_AD_REASON_OFFSET) {
    return {TlsFailureKind::peer_alert, "the peer refused: " + error.text()};
  }
  return {kind_of(error.reason()), error.text()};
}

}  // namespace ringfence::tls_front
