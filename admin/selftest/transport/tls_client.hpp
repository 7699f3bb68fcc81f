// TlsClient: one TLS connection of a selftest phone, and the trust that all of them share. The
// certificate must be valid for the name that was asked for; if it is not, the connection ends and
// the error says why. Owns its socket; calls back from the loop, never from within open() or
// write(). After on_closed nothing comes any more.
#pragma once

#include <openssl/ssl.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"
#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

class TlsTrust {
 public:
  // "": the system's store.
  static Result<TlsTrust> load(const std::string& ca_file);
  SSL_CTX* context() const { return context_.get(); }

 private:
  struct Free {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };
  explicit TlsTrust(SSL_CTX* context) : context_(context) {}
  std::unique_ptr<SSL_CTX, Free> context_;
};

class TlsClient {
 public:
  struct Handlers {
    std::function<void()> on_open;
    std::function<void(std::string_view)> on_octets;
    std::function<void(std::string)> on_closed;  // the reason
  };

  // `name` is both SNI and what the certificate must be for.
  static Result<std::unique_ptr<TlsClient>> open(Loop& loop, const TlsTrust& trust,
                                                 const SocketAddress& address,
                                                 const std::string& name, Handlers handlers);
  TlsClient(const TlsClient&) = delete;
  TlsClient& operator=(const TlsClient&) = delete;
  // Says goodbye (close_notify) where there is a connection.
  ~TlsClient();

  void write(std::string_view octets);
  bool is_open() const { return state_ == State::open; }
  SocketAddress local_address() const;
  std::string version() const;  // "TLSv1.3"
  std::string cipher() const;

 private:
  enum class State : std::uint8_t { connecting, handshaking, open, closed };
  struct Free {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  TlsClient(Loop& loop, Fd fd, SSL* ssl, Handlers handlers);
  void on_ready();
  void finish_connect();
  void handshake();
  void read();
  void flush();
  void watch(int ssl_error);
  void close(std::string reason);
  std::string failure(int ssl_error) const;

  Fd fd_;  // closed after poll_
  std::unique_ptr<SSL, Free> ssl_;
  Handlers handlers_;
  State state_ = State::connecting;
  std::string unsent_;
  Poll poll_;
};

}  // namespace ringfence::admin
