#include "admin/doctor/carrier_link.hpp"

#include <openssl/x509_vfy.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace ringfence::admin {
namespace {

using tls_front::TlsStep;
using Kind = LinkFailure::Kind;

std::unexpected<LinkFailure> failed(Kind kind, std::string reason) {
  return std::unexpected(LinkFailure{kind, std::move(reason)});
}

std::unexpected<LinkFailure> failed_by_system(int error) {
  const Kind kind = error == ECONNREFUSED                      ? Kind::refused
                    : error == ECONNRESET || error == EPIPE    ? Kind::closed
                    : error == ETIMEDOUT || error == EHOSTDOWN ? Kind::no_answer
                                                               : Kind::unreachable;
  return failed(kind, system_error("connection", error).error().message);
}

// False: not in time.
bool wait(const Fd& socket, short events, TimePoint until) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd watched{socket.get(), events, 0};
    const int ready = ::poll(&watched, 1, static_cast<int>(std::max<long>(left.count(), 0)));
    if (ready > 0) return true;
    if (ready == 0 || errno != EINTR) return false;
  }
}

Kind kind_of(const tls_front::TlsSession& session) {
  switch (session.failure().kind) {
    case tls_front::TlsFailureKind::not_tls:
      return Kind::not_tls;
    case tls_front::TlsFailureKind::certificate:
      break;
    default:
      return Kind::tls;
  }
  switch (session.verify_result()) {
    case X509_V_OK:
      return Kind::certificate_name;
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return Kind::certificate_expired;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return Kind::certificate_not_yet;
    default:
      return Kind::certificate_untrusted;
  }
}

}  // namespace

LinkResult<CarrierLink> CarrierLink::connect(sip_core::TransportKind transport,
                                             const SocketAddress& target, Duration limit) {
  const bool datagrams = transport == sip_core::TransportKind::udp;
  sockaddr_storage storage{};
  const socklen_t size = target.to_sockaddr(storage);
  const int kind = datagrams ? SOCK_DGRAM : SOCK_STREAM;
  Fd socket(::socket(storage.ss_family, kind | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return failed_by_system(errno);
  if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    if (errno != EINPROGRESS) return failed_by_system(errno);
    if (!wait(socket, POLLOUT, std::chrono::steady_clock::now() + limit)) {
      return failed(Kind::no_answer, "no answer");
    }
    int error = 0;
    socklen_t length = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &length);
    if (error != 0) return failed_by_system(error);
  }
  return CarrierLink(std::move(socket), transport);
}

LinkResult<void> CarrierLink::secure(const tls_front::TlsEngine& engine,
                                     tls_front::PeerPolicy policy, SSL_CTX* shown, Duration limit) {
  const TimePoint until = std::chrono::steady_clock::now() + limit;
  session_ = engine.connect(std::move(policy), *outgoing_, shown);
  if (!session_) return failed(Kind::tls, "OpenSSL has no memory left");
  for (;;) {
    session_->feed(received_);
    const TlsStep step = session_->handshake();
    received_.clear();
    const auto flushed = flush();
    if (step == TlsStep::done) return flushed;
    if (step == TlsStep::closed) return failed(Kind::closed, "the connection was closed");
    if (step == TlsStep::failed) return failed(kind_of(*session_), session_->failure().sentence);
    if (!flushed) return flushed;
    const auto more = read_some(until);
    if (!more) return std::unexpected(more.error());
    if (!*more) return failed(Kind::no_answer, "the TLS handshake came to no end");
  }
}

LinkResult<void> CarrierLink::flush() {
  std::string_view left = *outgoing_;
  const TimePoint until = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (!left.empty()) {
    const ssize_t count = ::send(socket_.get(), left.data(), left.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      left.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EAGAIN && errno != EINTR) {
      return failed_by_system(errno);
    } else if (!wait(socket_, POLLOUT, until)) {
      return failed(Kind::no_answer, "what is sent is not taken");
    }
  }
  outgoing_->clear();
  return {};
}

LinkResult<void> CarrierLink::send(std::string_view message) {
  if (!session_) {
    *outgoing_ += message;
  } else if (session_->write(message) != TlsStep::done) {
    return failed(Kind::tls, session_->failure().sentence);
  }
  return flush();
}

LinkResult<bool> CarrierLink::read_some(TimePoint until) {
  std::array<char, 65536> octets{};
  for (;;) {
    const ssize_t count = ::recv(socket_.get(), octets.data(), octets.size(), 0);
    if (count > 0) {
      received_.append(octets.data(), static_cast<std::size_t>(count));
      return true;
    }
    if (count == 0) return failed(Kind::closed, "the connection was closed");
    if (errno != EAGAIN && errno != EINTR) return failed_by_system(errno);
    if (!wait(socket_, POLLIN, until)) return false;
  }
}

LinkResult<void> CarrierLink::decrypt() {
  if (!session_) {
    framer_.append(received_);
    received_.clear();
    return {};
  }
  std::array<char, 16384> plain{};
  session_->feed(received_);
  for (;;) {
    std::size_t count = 0;
    const TlsStep step = session_->read(plain, count);
    if (step == TlsStep::done) {
      framer_.append({plain.data(), count});
      continue;
    }
    received_.clear();
    if (step == TlsStep::need_read) return flush();
    if (step == TlsStep::closed) return failed(Kind::closed, "the connection was closed");
    return failed(Kind::tls, session_->failure().sentence);
  }
}

LinkResult<std::optional<std::string>> CarrierLink::receive(Duration limit) {
  const TimePoint until = std::chrono::steady_clock::now() + limit;
  for (;;) {
    auto message = framer_.next();
    if (!message) return failed(Kind::not_sip, message.error().message);
    if (*message) return std::move(*message);
    const auto more = read_some(until);
    if (!more) return std::unexpected(more.error());
    if (!*more) return std::optional<std::string>();
    if (transport_ == sip_core::TransportKind::udp) {
      return std::optional(std::exchange(received_, {}));
    }
    if (const auto decrypted = decrypt(); !decrypted) return std::unexpected(decrypted.error());
  }
}

SocketAddress CarrierLink::local() const {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  return SocketAddress::from_sockaddr(storage).value_or(SocketAddress{});
}

}  // namespace ringfence::admin
