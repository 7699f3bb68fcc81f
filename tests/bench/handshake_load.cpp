// handshake_load: full TLS handshakes against a server, so many at a time, each connection closed
// once its handshake is over; one line of JSON. With --hold the connections stay open and silent
// until standard input ends. handshake_load --help
#include <openssl/ssl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <vector>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::bench {
namespace {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

enum class Afterwards : std::uint8_t { close, hold };

struct HandshakeOptions {
  SocketAddress target;
  std::size_t count = 1000;
  std::size_t at_once = 16;
  bool tls12 = false;
  Afterwards afterwards = Afterwards::close;
};

class HandshakeLoad {
 public:
  HandshakeLoad(Loop& loop, const HandshakeOptions& options)
      : loop_(loop), options_(options), context_(SSL_CTX_new(TLS_client_method())) {
    SSL_CTX_set_mode(context_.get(), SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(context_.get(), SSL_SESS_CACHE_OFF);
    if (options.tls12) SSL_CTX_set_max_proto_version(context_.get(), TLS1_2_VERSION);
    slots_.resize(options.afterwards == Afterwards::hold ? options.count : options.at_once);
    for (std::size_t i = 0; i < std::min(options.at_once, options.count); ++i)
      begin(slots_[next_++ % slots_.size()]);
  }
  std::size_t done() const { return done_; }
  std::size_t failed() const { return failed_; }

 private:
  struct Slot {
    Fd socket;
    std::unique_ptr<SSL, FreeSsl> ssl;
    Poll poll;
  };

  void begin(Slot& slot) {
    slot.socket = Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    sockaddr_storage storage;
    const socklen_t length = options_.target.to_sockaddr(storage);
    ::connect(slot.socket.get(), reinterpret_cast<const sockaddr*>(&storage), length);
    slot.ssl.reset(SSL_new(context_.get()));
    SSL_set_fd(slot.ssl.get(), slot.socket.get());
    slot.poll = Poll(loop_, slot.socket.get(), [this, &slot](Readiness) { go_on(slot); });
    slot.poll.watch(Interest::writable);
  }

  void go_on(Slot& slot) {
    const int result = SSL_connect(slot.ssl.get());
    const int reason = SSL_get_error(slot.ssl.get(), result);
    if (reason == SSL_ERROR_WANT_READ) return slot.poll.watch(Interest::readable);
    if (reason == SSL_ERROR_WANT_WRITE) return;
    ++(result == 1 ? done_ : failed_);
    if (result == 1 && options_.afterwards == Afterwards::hold) {
      slot.poll.close();
    } else {
      SSL_shutdown(slot.ssl.get());
      slot = Slot();
    }
    if (next_ < options_.count) {
      begin(slots_[options_.afterwards == Afterwards::hold ? next_ : index_of(slot)]);
      ++next_;
    }
    if (done_ + failed_ == options_.count) loop_.stop();
  }
  std::size_t index_of(const Slot& slot) const {
    return static_cast<std::size_t>(&slot - slots_.data());
  }

  Loop& loop_;
  HandshakeOptions options_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  std::vector<Slot> slots_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  std::size_t failed_ = 0;
};

void allow_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace
}  // namespace ringfence::bench

int main(int argc, char** argv) {
  using namespace ringfence;
  using namespace ringfence::bench;
  HandshakeOptions options;
  std::string target;
  bool hold = false;
  CLI::App app("Full TLS handshakes against a server on loopback.");
  app.add_option("--target", target, "ADDRESS:PORT")->required();
  app.add_option("--count", options.count, "handshakes in all");
  app.add_option("--at-once", options.at_once, "handshakes under way at any time");
  app.add_flag("--tls12", options.tls12, "no TLS 1.3");
  app.add_flag("--hold", hold, "keep the connections until standard input ends");
  CLI11_PARSE(app, argc, argv);
  const auto address = SocketAddress::parse(target);
  if (!address || options.at_once == 0 || options.count == 0) {
    std::fprintf(stderr, "handshake_load: --target wants ADDRESS:PORT, numbers are above 0\n");
    return 64;
  }
  options.target = *address;
  options.afterwards = hold ? Afterwards::hold : Afterwards::close;
  allow_descriptors();
  Loop loop;
  HandshakeLoad load(loop, options);
  loop.run();
  std::printf("{\"done\":%zu,\"failed\":%zu}\n", load.done(), load.failed());
  std::fflush(stdout);
  while (hold && std::getchar() != EOF) {
  }
  return 0;
}
