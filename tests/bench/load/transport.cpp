#include "tests/bench/load/transport.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>
#include <vector>

#include "runtime/fd.hpp"

namespace ringfence::bench {
namespace {

constexpr int kReceiveBuffer = 8 << 20;

Fd connected_socket(const SocketAddress& target, int type) {
  Fd socket(::socket(AF_INET, type | SOCK_CLOEXEC, 0));
  ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer, sizeof kReceiveBuffer);
  sockaddr_storage storage;
  const socklen_t length = target.to_sockaddr(storage);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&storage), length) != 0) {
    throw std::system_error(errno, std::system_category(), "cannot connect");
  }
  return socket;
}

std::string local_address(const Fd& socket) {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;
  ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&storage), &length);
  return SocketAddress::from_sockaddr(storage).value_or(SocketAddress{}).to_string();
}

void set_non_blocking(const Fd& socket) {
  ::fcntl(socket.get(), F_SETFL, ::fcntl(socket.get(), F_GETFL) | O_NONBLOCK);
}

class UdpTransport final : public Transport {
 public:
  UdpTransport(Loop& loop, const LoadOptions& options, OnMessage on_message)
      : on_message_(std::move(on_message)),
        socket_(connected_socket(options.target, SOCK_DGRAM)),
        local_(local_address(socket_)) {
    set_non_blocking(socket_);
    poll_ = Poll(loop, socket_.get(), [this](Readiness) { receive(); });
    poll_.watch(Interest::readable);
  }

  // What the kernel does not take is lost, as on a network; it is sent again.
  void send(std::size_t, std::string_view octets) override {
    ::send(socket_.get(), octets.data(), octets.size(), 0);
  }
  std::size_t connections() const override { return 1; }
  const std::string& local(std::size_t) const override { return local_; }

 private:
  void receive() {
    ssize_t n = 0;
    while ((n = ::recv(socket_.get(), buffer_.data(), buffer_.size(), 0)) > 0)
      on_message_(std::string(buffer_.data(), static_cast<std::size_t>(n)));
  }

  OnMessage on_message_;
  Fd socket_;
  std::string local_;
  Poll poll_;
  std::array<char, 65536> buffer_{};
};

// The whole messages at the beginning of `octets`, taken off it.
std::vector<std::string> take_messages(std::string& octets) {
  constexpr std::string_view kLength = "\r\nContent-Length:";
  std::vector<std::string> messages;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = octets.find("\r\n\r\n", begin);
    if (end == std::string::npos) break;
    std::size_t body = 0;
    std::size_t digits = octets.find(kLength, begin);
    if (digits < end) {
      digits = octets.find_first_not_of(' ', digits + kLength.size());
      std::from_chars(octets.data() + digits, octets.data() + end, body);
    }
    if (octets.size() < end + 4 + body) break;
    messages.push_back(octets.substr(begin, end + 4 + body - begin));
    begin = end + 4 + body;
  }
  octets.erase(0, begin);
  return messages;
}

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

class TlsTransport final : public Transport {
 public:
  TlsTransport(Loop& loop, const LoadOptions& options, OnMessage on_message)
      : on_message_(std::move(on_message)), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_mode(context_.get(),
                     SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    for (std::size_t i = 0; i < options.connections; ++i)
      connections_.push_back(connect(loop, options.target));
  }

  void send(std::size_t connection, std::string_view octets) override {
    Connection& to = *connections_[connection];
    to.outgoing += octets;
    write(to);
  }
  std::size_t connections() const override { return connections_.size(); }
  const std::string& local(std::size_t connection) const override {
    return connections_[connection]->local;
  }

 private:
  struct Connection {
    Fd socket;
    std::string local;
    std::unique_ptr<SSL, FreeSsl> ssl;
    std::string incoming;
    std::string outgoing;
    Poll poll;
  };

  std::unique_ptr<Connection> connect(Loop& loop, const SocketAddress& target) {
    auto connection = std::make_unique<Connection>();
    connection->socket = connected_socket(target, SOCK_STREAM);
    const int on = 1;
    ::setsockopt(connection->socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connection->local = local_address(connection->socket);
    connection->ssl.reset(SSL_new(context_.get()));
    SSL_set_fd(connection->ssl.get(), connection->socket.get());
    if (SSL_connect(connection->ssl.get()) != 1) throw std::runtime_error("no TLS with the server");
    set_non_blocking(connection->socket);
    connection->poll = Poll(loop, connection->socket.get(),
                            [this, one = connection.get()](Readiness) { ready(*one); });
    connection->poll.watch(Interest::readable);
    return connection;
  }
  void ready(Connection& connection) {
    write(connection);
    int n = 0;
    while ((n = SSL_read(connection.ssl.get(), buffer_.data(), static_cast<int>(buffer_.size()))) >
           0)
      connection.incoming.append(buffer_.data(), static_cast<std::size_t>(n));
    const bool over = SSL_get_error(connection.ssl.get(), n) != SSL_ERROR_WANT_READ;
    for (std::string& message : take_messages(connection.incoming))
      on_message_(std::move(message));
    if (over) connection.poll.watch(Interest::none);
  }
  void write(Connection& connection) {
    while (!connection.outgoing.empty()) {
      const int n = SSL_write(connection.ssl.get(), connection.outgoing.data(),
                              static_cast<int>(connection.outgoing.size()));
      if (n <= 0) break;
      connection.outgoing.erase(0, static_cast<std::size_t>(n));
    }
    connection.poll.watch(connection.outgoing.empty() ? Interest::readable : Interest::both);
  }

  OnMessage on_message_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::array<char, 65536> buffer_{};
};

}  // namespace

std::unique_ptr<Transport> Transport::make(Loop& loop, const LoadOptions& options,
                                           OnMessage on_message) {
  if (options.protocol == Protocol::tls) {
    return std::make_unique<TlsTransport>(loop, options, std::move(on_message));
  }
  return std::make_unique<UdpTransport>(loop, options, std::move(on_message));
}

}  // namespace ringfence::bench
