#include "tls-front/accept/listener.hpp"

#include <sys/socket.h>

#include <cerrno>

namespace ringfence::tls_front {
namespace {

constexpr int kAcceptsPerTurn = 64;
constexpr std::chrono::milliseconds kPause{100};

}  // namespace

Listener::Listener(Loop& loop, Fd socket, Counter& out_of_descriptors, OnAccepted on_accepted)
    : loop_(loop),
      socket_(std::move(socket)),
      out_of_descriptors_(out_of_descriptors),
      on_accepted_(std::move(on_accepted)),
      poll_(loop, socket_.get(), [this](Readiness) { accept_waiting(); }) {}

void Listener::accept_waiting() {
  for (int i = 0; i < kAcceptsPerTurn; ++i) {
    sockaddr_storage storage{};
    socklen_t size = sizeof storage;
    Fd socket(::accept4(socket_.get(), reinterpret_cast<sockaddr*>(&storage), &size,
                        SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) pause();
      return;
    }
    const auto remote = SocketAddress::from_sockaddr(storage);
    if (remote) on_accepted_(std::move(socket), *remote);
  }
}

void Listener::pause() {
  out_of_descriptors_.add();
  poll_.watch(Interest::none);
  pause_ = loop_.after(kPause, [this] { start(); });
}

}  // namespace ringfence::tls_front
