// What OpenSSL's error queue of this thread says, as a value. Taking it empties the queue, so that
// one connection's error is never read as another's.
#pragma once

#include <string>

#include "runtime/result.hpp"

namespace ringfence::tls_front {

struct OpensslError {
  unsigned long code = 0;  // the deepest one: where it began; 0 = none
  int library() const;
  int reason() const;
  std::string text() const;  // "no shared cipher"; "unknown error" without one
};

OpensslError take_openssl_error();
void clear_openssl_errors();

// "what: no shared cipher".
std::unexpected<Error> openssl_failure(std::string_view what);

}  // namespace ringfence::tls_front
