#include "tls-front/tls/openssl_error.hpp"

#include <openssl/err.h>

namespace ringfence::tls_front {

int OpensslError::library() const {
  return ERR_GET_LIB(code);
}

int OpensslError::reason() const {
  return ERR_GET_REASON(code);
}

std::string OpensslError::text() const {
  const char* reason_text = code != 0 ? ERR_reason_error_string(code) : nullptr;
  return reason_text != nullptr ? reason_text : "unknown error";
}

OpensslError take_openssl_error() {
  const OpensslError error{ERR_get_error()};
  ERR_clear_error();
  return error;
}

void clear_openssl_errors() {
  ERR_clear_error();
}

std::unexpected<Error> openssl_failure(std::string_view what) {
  return fail(std::string(what) + ": " + take_openssl_error().text());
}

}  // namespace ringfence::tls_front
