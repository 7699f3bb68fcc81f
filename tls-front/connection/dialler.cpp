#include "tls-front/connection/dialler.hpp"

#include <sys/socket.h>

#include <cctype>
#include <cerrno>
#include <cstring>

#include "tls-front/connection/socket_options.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::chrono::milliseconds kDefaultTimeout{5000};

std::string sentence(std::string_view reason, const SocketAddress& address) {
  std::string text(reason);
  // strerror begins like a sentence of its own.
  if (text.size() > 1 && std::islower(static_cast<unsigned char>(text[1])) != 0) {
    text[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(text[0])));
  }
  return text + " (" + address.to_string() + ")";
}

SocketAddress name_of_socket(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
  return SocketAddress::from_sockaddr(storage).value_or(SocketAddress{});
}

Result<Fd> begin_connecting(const SocketAddress& to, const std::optional<IpAddress>& from) {
  sockaddr_storage storage{};
  socklen_t size = to.to_sockaddr(storage);
  Fd socket(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket) return fail(std::strerror(errno));
  set_stream_options(socket.get());
  // From loopback nothing but loopback can be reached.
  const bool reaches = from && (!from->is_loopback() || to.ip.is_loopback());
  if (reaches && from->family() == to.ip.family() && !from->is_unspecified()) {
    sockaddr_storage own{};
    const socklen_t own_size = SocketAddress{*from, 0}.to_sockaddr(own);
    if (::bind(socket.get(), reinterpret_cast<sockaddr*>(&own), own_size) != 0) {
      return fail(std::strerror(errno));
    }
  }
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&storage), size) != 0 &&
      errno != EINPROGRESS) {
    return fail(std::strerror(errno));
  }
  return socket;
}

}  // namespace

// One dial: it goes through the addresses until one is established or none is left.
class Dialler::Attempt final : public StreamObserver {
 public:
  Attempt(Dialler& dialler, DialRequest request)
      : dialler_(dialler),
        request_(std::move(request)),
        due_(dialler.shared_.loop.now() + (request_.timeout > std::chrono::milliseconds(0)
                                               ? request_.timeout
                                               : kDefaultTimeout)) {}

  void try_next() {
    while (next_ < request_.addresses.size()) {
      remote_ = {request_.addresses[next_++], request_.port};
      auto socket = begin_connecting(remote_, request_.from);
      if (socket) return open(std::move(*socket));
      reason_ = sentence(socket.error().message, remote_);
    }
    if (reason_.empty()) reason_ = "no address to connect to";
    dialler_.owner_.on_dial_failed(request_.id, reason_);
    dialler_.over(request_.id);
  }

  void on_established() override {
    limit_ = Timer();
    ConnectionFacts facts;
    facts.transport = request_.transport;
    facts.listener = request_.listener;
    facts.dial = request_.id;
    facts.remote = remote_;
    facts.local = name_of_socket(stream_->descriptor());
    if (stream_->tls() != nullptr) facts.tls = stream_->tls()->facts();
    dialler_.owner_.on_dialled(std::move(stream_), std::move(facts));
    dialler_.over(request_.id);
  }
  void on_octets(std::string_view) override {}
  void on_ended(const StreamEnd& end) override {
    if (end.kind == StreamEnd::Kind::tls_failed && end.tls_failure == TlsFailureKind::certificate) {
      dialler_.owner_.on_peer_refused(request_, end.sentence);
    }
    give_up(end.sentence);
  }

 private:
  void open(Fd socket) {
    stream_ = std::make_unique<ByteStream>(dialler_.shared_, std::move(socket),
                                           ByteStream::Progress::connecting, *this);
    if (request_.transport == StreamTransport::tls) {
      const std::string& shown = request_.policy.client_certificate;
      SSL_CTX* certificate = shown.empty() ? nullptr : dialler_.certificates_.context_for(shown);
      if (!shown.empty() && certificate == nullptr) {
        return give_up("there is no certificate " + shown + " to show to the peer");
      }
      auto session = dialler_.engine_.connect(request_.policy, stream_->outgoing(), certificate);
      if (!session) return give_up("no memory for TLS");
      stream_->use_tls(std::move(session));
    }
    const auto addresses_left = static_cast<int>(request_.addresses.size() - next_ + 1);
    limit_ = dialler_.shared_.loop.after((due_ - dialler_.shared_.loop.now()) / addresses_left,
                                         [this] { give_up("no answer in time"); });
    stream_->begin();
  }

  void give_up(std::string_view reason) {
    limit_ = Timer();
    reason_ = sentence(reason, remote_);
    stream_.reset();
    try_next();
  }

  Dialler& dialler_;
  DialRequest request_;
  TimePoint due_;
  std::size_t next_ = 0;
  SocketAddress remote_;
  std::string reason_;
  std::unique_ptr<ByteStream> stream_;
  Timer limit_;
};

Dialler::Dialler(StreamShared& shared, const TlsEngine& engine,
                 const CertificateChooser& certificates, DialOwner& owner)
    : shared_(shared), engine_(engine), certificates_(certificates), owner_(owner) {}

Dialler::~Dialler() = default;

void Dialler::start(DialRequest request) {
  const DialId id = request.id;
  over(id);
  auto attempt = std::make_unique<Attempt>(*this, std::move(request));
  attempts_.emplace(id, std::move(attempt));
  shared_.loop.defer([this, id] {
    const auto found = attempts_.find(id);
    if (found != attempts_.end()) found->second->try_next();
  });
}

void Dialler::abandon_all() {
  attempts_.clear();
}

void Dialler::over(DialId id) {
  const auto found = attempts_.find(id);
  if (found == attempts_.end()) return;
  over_.push_back(std::move(found->second));
  attempts_.erase(found);
  if (over_.size() == 1) shared_.loop.defer([this] { over_.clear(); });
}

}  // namespace ringfence::tls_front
