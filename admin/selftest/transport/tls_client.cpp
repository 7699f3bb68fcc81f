#include "admin/selftest/transport/tls_client.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace ringfence::admin {
namespace {

std::string openssl_reason() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  return reason == nullptr ? "unknown error" : reason;
}

}  // namespace

Result<TlsTrust> TlsTrust::load(const std::string& ca_file) {
  ERR_clear_error();
  TlsTrust trust(SSL_CTX_new(TLS_client_method()));
  SSL_CTX* context = trust.context();
  if (context == nullptr) return fail("OpenSSL gives no context: " + openssl_reason());
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  const int loaded = ca_file.empty()
                         ? SSL_CTX_set_default_verify_paths(context)
                         : SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr);
  if (loaded != 1) {
    return fail("cannot read the certificates to trust in " + ca_file + ": " + openssl_reason());
  }
  return trust;
}

TlsClient::TlsClient(Loop& loop, Fd fd, SSL* ssl, Handlers handlers)
    : fd_(std::move(fd)),
      ssl_(ssl),
      handlers_(std::move(handlers)),
      poll_(loop, fd_.get(), [this](Readiness) { on_ready(); }) {
  poll_.watch(Interest::writable);
}

TlsClient::~TlsClient() {
  if (state_ == State::open) SSL_shutdown(ssl_.get());
}

Result<std::unique_ptr<TlsClient>> TlsClient::open(Loop& loop, const TlsTrust& trust,
                                                   const SocketAddress& address,
                                                   const std::string& name, Handlers handlers) {
  sockaddr_storage storage{};
  const socklen_t size = address.to_sockaddr(storage);
  Fd fd(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return system_error("cannot make a socket");
  if (::connect(fd.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0 &&
      errno != EINPROGRESS) {
    return system_error("cannot connect to " + address.to_string());
  }
  SSL* ssl = SSL_new(trust.context());
  if (ssl == nullptr) return fail("OpenSSL gives no connection: " + openssl_reason());
  SSL_set_fd(ssl, fd.get());
  SSL_set_connect_state(ssl);
  // What SSL_set_tlsext_host_name() stands for; OpenSSL copies the name.
  SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
           const_cast<char*>(name.c_str()));
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  SSL_set1_host(ssl, name.c_str());
  return std::unique_ptr<TlsClient>(new TlsClient(loop, std::move(fd), ssl, std::move(handlers)));
}

void TlsClient::on_ready() {
  // OpenSSL's queue of errors must hold none of somebody else's when it is asked.
  ERR_clear_error();
  if (state_ == State::connecting) finish_connect();
  if (state_ == State::handshaking) handshake();
  if (state_ == State::open) flush();
  if (state_ == State::open) read();
}

void TlsClient::finish_connect() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) {
    close(system_error("cannot connect", error).error().message);
    return;
  }
  state_ = State::handshaking;
}

void TlsClient::handshake() {
  const int done = SSL_do_handshake(ssl_.get());
  if (done != 1) {
    watch(SSL_get_error(ssl_.get(), done));
    return;
  }
  state_ = State::open;
  poll_.watch(Interest::readable);
  if (handlers_.on_open) handlers_.on_open();
}

void TlsClient::read() {
  std::array<char, 16384> octets{};
  while (state_ == State::open) {
    std::size_t count = 0;
    if (SSL_read_ex(ssl_.get(), octets.data(), octets.size(), &count) != 1) {
      watch(SSL_get_error(ssl_.get(), 0));
      return;
    }
    if (handlers_.on_octets) handlers_.on_octets({octets.data(), count});
  }
}

void TlsClient::write(std::string_view octets) {
  if (state_ == State::closed) return;
  unsent_ += octets;
  if (state_ == State::open) poll_.watch(Interest::both);
}

void TlsClient::flush() {
  while (!unsent_.empty()) {
    std::size_t count = 0;
    if (SSL_write_ex(ssl_.get(), unsent_.data(), unsent_.size(), &count) != 1) {
      watch(SSL_get_error(ssl_.get(), 0));
      return;
    }
    unsent_.erase(0, count);
  }
  poll_.watch(Interest::readable);
}

void TlsClient::watch(int ssl_error) {
  if (ssl_error == SSL_ERROR_WANT_READ) {
    poll_.watch(unsent_.empty() || state_ != State::open ? Interest::readable : Interest::both);
  } else if (ssl_error == SSL_ERROR_WANT_WRITE) {
    poll_.watch(Interest::both);
  } else {
    close(failure(ssl_error));
  }
}

std::string TlsClient::failure(int ssl_error) const {
  if (const long verified = SSL_get_verify_result(ssl_.get()); verified != X509_V_OK) {
    return std::string("the certificate is refused: ") + X509_verify_cert_error_string(verified);
  }
  if (ssl_error == SSL_ERROR_ZERO_RETURN) return "the box closed the connection";
  if (ssl_error == SSL_ERROR_SYSCALL) {
    return errno == 0 ? "the box closed the connection"
                      : system_error("the connection broke").error().message;
  }
  // OpenSSL 3 reports an end without close_notify as an error of its own.
  if (ERR_GET_REASON(ERR_peek_last_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
    return "the box closed the connection";
  }
  return "TLS: " + openssl_reason();
}

void TlsClient::close(std::string reason) {
  state_ = State::closed;
  poll_.watch(Interest::none);
  if (handlers_.on_closed) handlers_.on_closed(std::move(reason));
}

SocketAddress TlsClient::local_address() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return SocketAddress::from_sockaddr(storage).value_or(SocketAddress{});
}

std::string TlsClient::version() const {
  return SSL_get_version(ssl_.get());
}

std::string TlsClient::cipher() const {
  return SSL_get_cipher_name(ssl_.get());
}

}  // namespace ringfence::admin
