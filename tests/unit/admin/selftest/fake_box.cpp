#include "selftest/fake_box.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "admin/selftest/transport/stream_framer.hpp"
#include "admin/table/database.hpp"
#include "runtime/loop.hpp"
#include "sip-core/digest/challenge.hpp"
#include "sip-core/digest/credentials.hpp"
#include "sip-core/message/parser.hpp"
#include "sip-core/message/response.hpp"

namespace ringfence::admin {
namespace {

namespace sip = sip_core::sip;
namespace digest = sip_core::digest;
using sip::HeaderName;
using sip::Method;

Fd bound(int type, SocketAddress& address) {
  sockaddr_storage storage{};
  socklen_t size = SocketAddress{*IpAddress::parse("127.0.0.1"), 0}.to_sockaddr(storage);
  Fd fd(::socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  ::bind(fd.get(), reinterpret_cast<sockaddr*>(&storage), size);
  size = sizeof storage;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&storage), &size);
  address = *SocketAddress::from_sockaddr(storage);
  return fd;
}

struct Connection {
  Fd fd;
  std::unique_ptr<SSL, void (*)(SSL*)> ssl{nullptr, SSL_free};
  StreamFramer framer;
  Poll poll;
};

// One way of the media of one stream: in at `fd`, out to where the other side listens.
struct Relay {
  Fd fd;
  SocketAddress address;
  SocketAddress to;
  Relay* other = nullptr;
  Poll poll;
};

class Box {
 public:
  Box(Fd& listener, const Fd& stop, const TestCertificate& certificate,
      const std::string& database_path, const Behaviour& behaviour, BoxSeen& seen)
      : behaviour_(behaviour),
        seen_(seen),
        listener_(listener),
        database_(std::move(*Database::open(database_path))),
        context_(SSL_CTX_new(TLS_server_method()), SSL_CTX_free),
        accept_(loop_, listener.get(), [this](Readiness) { accept(); }),
        stop_(loop_, stop.get(), [this](Readiness) { loop_.stop(); }) {
    certificate.use_in(context_.get());
    accept_.watch(Interest::readable);
    stop_.watch(Interest::readable);
  }
  void run() { loop_.run(); }

 private:
  void accept() {
    const int fd = ::accept4(listener_.get(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) return;
    auto& connection = *connections_.emplace_back(std::make_unique<Connection>());
    connection.fd = Fd(fd);
    connection.ssl.reset(SSL_new(context_.get()));
    SSL_set_fd(connection.ssl.get(), fd);
    SSL_set_accept_state(connection.ssl.get());
    connection.poll = Poll(loop_, fd, [this, &connection](Readiness) { read(connection); });
    connection.poll.watch(Interest::readable);
  }

  void read(Connection& connection) {
    std::array<char, 8192> octets{};
    while (true) {
      const int count = SSL_read(connection.ssl.get(), octets.data(), octets.size());
      if (count <= 0) {
        const int error = SSL_get_error(connection.ssl.get(), count);
        if (error != SSL_ERROR_WANT_READ) connection.poll.watch(Interest::none);
        break;
      }
      connection.framer.append({octets.data(), static_cast<std::size_t>(count)});
    }
    for (auto framed = connection.framer.next(); framed && *framed;
         framed = connection.framer.next()) {
      const auto message = sip::parse(**framed, sip::Framing::stream);
      if (message) on_message(connection, *message);
    }
  }

  static void send(Connection& connection, const sip::OutgoingMessage& message) {
    const std::string octets = message.serialize();
    SSL_write(connection.ssl.get(), octets.data(), static_cast<int>(octets.size()));
  }

  void on_message(Connection& from, const sip::Message& message) {
    if (message.is_response()) return forward_response(message);
    if (message.method() == Method::bye) ++seen_.byes;
    if (message.method() == Method::register_) return on_register(from, message);
    if (message.method() == Method::invite && behaviour_.close_on_invite) {
      ::shutdown(from.fd.get(), SHUT_RDWR);
      return;
    }
    if (message.method() == Method::invite && behaviour_.invite_status != 0) {
      return send(from, sip::make_response(message, behaviour_.invite_status, "", "box"));
    }
    if (message.method() == Method::bye && behaviour_.keep_bye) {
      return send(from, sip::make_response(message, 200, "", ""));
    }
    forward_request(from, message);
  }

  digest::Secrets secrets_of(const std::string& username) const {
    const auto rows = database_.query(
        "SELECT ha1_md5, ha1_sha256 FROM extensions WHERE username = ?1", {Value(username)});
    if (!rows || rows->empty()) return {};
    return {to_text(rows->front()[0]), to_text(rows->front()[1])};
  }

  void on_register(Connection& from, const sip::Message& message) {
    const auto value = message.header(HeaderName::authorization);
    const auto credentials =
        value ? digest::Credentials::parse(*value) : std::unexpected(digest::DigestError::missing);
    const std::string user(message.to()->uri.user);
    const bool right = credentials && verify(*credentials, secrets_of(user), {"REGISTER"}) ==
                                          digest::Verdict::right;
    if (!right || tries_[user]++ < behaviour_.unknown_for_tries) {
      sip::OutgoingMessage challenge = sip::make_response(message, 401, "", "box");
      for (const std::string& one :
           digest::write_challenges(message.to()->uri.host, "nonce", digest::Stale::no)) {
        challenge.add(HeaderName::www_authenticate, one);
      }
      return send(from, challenge);
    }
    sip::OutgoingMessage ok = sip::make_response(message, 200, "", "box");
    if (message.expires() != 0U) {
      ok.copy(message, HeaderName::contact);
      bindings_[user] = &from;
    } else {
      bindings_.erase(user);
    }
    seen_.bindings = static_cast<int>(bindings_.size());
    send(from, ok);
  }

  // The message with its body's media led through us.
  std::string relayed(const sip::Message& message, std::size_t side) {
    std::string body(message.body());
    if (body.empty()) return body;
    const std::size_t line = body.find("m=audio ") + 8;
    const std::size_t end = body.find(' ', line);
    const auto port = static_cast<Port>(std::stoi(body.substr(line, end - line)));
    // What `side` says is where the packets that arrive at the other relay go.
    for (std::size_t i = 0; i < 2; ++i) {
      relay(1 - side, i).to = {*IpAddress::parse("127.0.0.1"), static_cast<Port>(port + i)};
    }
    body.replace(line, end - line, std::to_string(relay(1 - side, 0).address.port));
    body += "a=rtcp:" + std::to_string(relay(1 - side, 1).address.port) + "\r\n";
    if (behaviour_.plain_offer) body.replace(body.find("RTP/SAVP"), 8, "RTP/AVP");
    return body;
  }

  // The relay that `side` sends its packets of RTP (0) or RTCP (1) to is that of the other side.
  Relay& relay(std::size_t side, std::size_t kind) {
    auto& one = relays_[side * 2 + kind];
    if (!one) {
      one = std::make_unique<Relay>();
      one->fd = bound(SOCK_DGRAM, one->address);
      one->poll =
          Poll(loop_, one->fd.get(), [this, &relay = *one, kind](Readiness) { pass(relay, kind); });
      one->poll.watch(Interest::readable);
      relay(1 - side, kind).other = one.get();
      one->other = relays_[(1 - side) * 2 + kind].get();
    }
    return *one;
  }

  void pass(Relay& in, std::size_t kind) {
    std::array<std::uint8_t, 2048> packet{};
    const ssize_t size = ::recv(in.fd.get(), packet.data(), packet.size(), 0);
    if (size < 0 || (kind == 1 && behaviour_.drop_rtcp)) return;
    if (behaviour_.interrupt_at_media && !std::exchange(interrupted_, true)) {
      ::kill(::getpid(), SIGINT);
    }
    if (behaviour_.drop_one_packet_in != 0 && ++packets_ % behaviour_.drop_one_packet_in == 0) {
      return;
    }
    const std::string octets(packet.begin(), packet.begin() + size);
    if (behaviour_.media_delay == behaviour_.media_delay.zero()) return send_on(in, octets);
    delayed_.push_back(
        loop_.after(behaviour_.media_delay, [this, &in, octets] { send_on(in, octets); }));
  }

  void send_on(const Relay& in, const std::string& octets) const {
    const Relay& out = behaviour_.media_back_to_sender ? in : *in.other;
    sockaddr_storage storage{};
    const socklen_t length = out.other->to.to_sockaddr(storage);
    ::sendto(in.fd.get(), octets.data(), octets.size(), 0, reinterpret_cast<sockaddr*>(&storage),
             length);
  }

  static sip::OutgoingMessage copy_of(const sip::Message& message, sip::OutgoingMessage copy) {
    for (std::size_t i = 0; i < message.field_count(); ++i) {
      const sip::Field field = message.field(i);
      copy.add(field.name, field.value);
    }
    return copy;
  }

  void forward_request(Connection& from, const sip::Message& message) {
    const auto found = bindings_.find(std::string(message.request_uri()->user));
    if (found == bindings_.end()) {
      if (message.method() != Method::ack) send(from, sip::make_response(message, 404, "", "box"));
      return;
    }
    sip::OutgoingMessage copy = copy_of(
        message, sip::OutgoingMessage::request(message.method(), message.request_uri_text()));
    copy.add_first(HeaderName::via,
                   "SIP/2.0/TLS box;branch=" + std::string(message.via()->branch) + "x");
    caller_ = &from;
    if (!message.body().empty()) copy.body("application/sdp", relayed(message, 0));
    send(*found->second, copy);
  }

  void forward_response(const sip::Message& message) {
    sip::OutgoingMessage copy =
        copy_of(message, sip::OutgoingMessage::response(message.status_code()));
    copy.remove(HeaderName::via);
    bool own = true;
    for (const std::string_view via : message.values(HeaderName::via)) {
      if (!own) copy.add(HeaderName::via, via);
      own = false;
    }
    if (!message.body().empty()) copy.body("application/sdp", relayed(message, 1));
    if (caller_ != nullptr) send(*caller_, copy);
  }

  const Behaviour& behaviour_;
  bool interrupted_ = false;
  BoxSeen& seen_;
  Fd& listener_;
  Loop loop_;
  Database database_;
  std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::map<std::string, Connection*> bindings_;
  std::map<std::string, int> tries_;
  std::array<std::unique_ptr<Relay>, 4> relays_;
  Connection* caller_ = nullptr;
  int packets_ = 0;
  std::vector<Timer> delayed_;
  Poll accept_;
  Poll stop_;
};

}  // namespace

FakeBox::FakeBox(const TestCertificate& certificate, std::string database_path,
                 const Behaviour& behaviour) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) std::abort();
  stop_watch_ = Fd(ends[0]);
  stop_ = Fd(ends[1]);
  SocketAddress address;
  listener_ = bound(SOCK_STREAM, address);
  ::listen(listener_.get(), 8);
  port_ = address.port;
  thread_ = std::thread([this, &certificate, path = std::move(database_path), behaviour] {
    Box(listener_, stop_watch_, certificate, path, behaviour, seen_).run();
  });
}

FakeBox::~FakeBox() {
  stop_.reset();
  thread_.join();
}

}  // namespace ringfence::admin
