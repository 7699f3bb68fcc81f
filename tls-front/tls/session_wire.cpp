#include "tls-front/tls/session_wire.hpp"

#include <algorithm>
#include <cstring>

namespace ringfence::tls_front {
namespace {

SessionWire& wire_of(BIO* bio) {
  return *static_cast<SessionWire*>(BIO_get_data(bio));
}

int read_wire(BIO* bio, char* into, int size) {
  BIO_clear_retry_flags(bio);
  std::string_view& incoming = wire_of(bio).incoming;
  if (incoming.empty()) {
    BIO_set_retry_read(bio);
    return -1;
  }
  const std::size_t n = std::min(incoming.size(), static_cast<std::size_t>(std::max(size, 0)));
  std::memcpy(into, incoming.data(), n);
  incoming.remove_prefix(n);
  return static_cast<int>(n);
}

int write_wire(BIO* bio, const char* octets, int size) {
  BIO_clear_retry_flags(bio);
  if (size <= 0) return 0;
  wire_of(bio).outgoing->append(octets, static_cast<std::size_t>(size));
  return size;
}

long control_wire(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

}  // namespace

BioMethodPtr make_wire_method() {
  BioMethodPtr method(BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "session wire"));
  if (!method) return method;
  BIO_meth_set_read(method.get(), read_wire);
  BIO_meth_set_write(method.get(), write_wire);
  BIO_meth_set_ctrl(method.get(), control_wire);
  return method;
}

BIO* make_wire_bio(BIO_METHOD* method, SessionWire& wire) {
  BIO* bio = BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &wire);
  BIO_set_init(bio, 1);
  return bio;
}

}  // namespace ringfence::tls_front
