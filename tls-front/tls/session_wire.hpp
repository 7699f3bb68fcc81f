// SessionWire: the two ends of one TLS session that carry records: what came from the socket and
// is not decrypted yet, and what is to go there. A BIO over them saves OpenSSL's memory BIOs and
// their copies. The wire must outlive the SSL that its BIO belongs to.
#pragma once

#include <string>
#include <string_view>

#include "tls-front/tls/openssl_ptr.hpp"

namespace ringfence::tls_front {

struct SessionWire {
  std::string_view incoming;  // consumed by reads; the owner of the octets is the caller
  std::string* outgoing = nullptr;
};

// One per process: the method is a table of functions and must outlive every BIO made of it.
BioMethodPtr make_wire_method();
// A BIO for both directions; owned by the SSL that it is set on.
BIO* make_wire_bio(BIO_METHOD* method, SessionWire& wire);

}  // namespace ringfence::tls_front
