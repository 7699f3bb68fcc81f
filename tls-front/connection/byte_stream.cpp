#include "tls-front/connection/byte_stream.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "tls-front/connection/socket_options.hpp"

namespace ringfence::tls_front {
namespace {

constexpr std::size_t kKeptCapacity = 1024;  // an idle connection keeps no more than this

}  // namespace

ByteStream::ByteStream(StreamShared& shared, Fd socket, Progress progress, StreamObserver& observer)
    : shared_(shared),
      socket_(std::move(socket)),
      observer_(&observer),
      state_(progress == Progress::connecting ? State::connecting : State::handshaking),
      waiting_since_(shared.loop.now()),
      alive_(std::make_shared<bool>(true)) {}

ByteStream::~ByteStream() {
  *alive_ = false;
  poll_.close();
}

void ByteStream::use_tls(std::unique_ptr<TlsSession> session) {
  session_ = std::move(session);
#ifndef RINGFENCE_SANITIZED  // sanitizers do not follow OpenSSL from stack to stack
  session_->pause_with([this] {
    shared_.loop.defer([this, alive = alive_] {
      if (*alive) resume();
    });
  });
#endif
}

void ByteStream::use_tls_when_spoken_to(std::function<std::unique_ptr<TlsSession>()> make) {
  make_session_ = std::move(make);
}

// False: the stream has ended.
bool ByteStream::make_session() {
  auto session = std::exchange(make_session_, nullptr)();
  if (!session) {
    end(StreamEnd::Kind::failed, "no memory for TLS");
    return false;
  }
  use_tls(std::move(session));
  return true;
}

void ByteStream::begin() {
  if (state_ == State::connecting) {
    watch(Interest::writable);
  } else {
    start();
  }
}

void ByteStream::connected() {
  int error = 0;
  socklen_t size = sizeof error;
  ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return end(StreamEnd::Kind::failed, std::strerror(error));
  state_ = State::handshaking;
  start();
}

void ByteStream::start() {
  // Mostly it has spoken by now, or left again, and then there is nothing to be watched.
  if (make_session_) read_socket();
  update_interest();
  if (state_ == State::ended || make_session_) return;
  if (!session_) return establish();
  if (octets_received_ == 0) take_records({});
}

void ByteStream::establish() {
  state_ = State::open;
  update_interest();
  observer_->on_established();
}

void ByteStream::ready(Readiness readiness) {
  if (state_ == State::ended) return;
  if (state_ == State::connecting) {
    if (readiness.writable) connected();
    return;
  }
  if (readiness.writable && !write_socket()) return;
  // The peer has to wait, and only then is it worth a system call to be told no more of it.
  if (readiness.readable && paused_) return update_interest();
  if (readiness.readable) read_socket();
}

void ByteStream::read_socket() {
  // While paused the interest is off; this turn's readiness may still be from before.
  if (!reading_ && state_ == State::open) return;
  const ssize_t n = ::recv(socket_.get(), shared_.received.data(), shared_.received.size(), 0);
  if (n < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return;
    return end(StreamEnd::Kind::failed, std::strerror(errno));
  }
  if (n == 0) return end(StreamEnd::Kind::peer_closed, "the peer closed");
  octets_received_ += static_cast<std::uint64_t>(n);
  const std::string_view octets(shared_.received.data(), static_cast<std::size_t>(n));
  if (make_session_ && !make_session()) return;
  if (session_) {
    take_records(octets);
  } else {
    observer_->on_octets(octets);
  }
}

void ByteStream::take_records(std::string_view records) {
  session_->feed(records);
  go_on();
}

void ByteStream::go_on() {
  if (state_ == State::handshaking && !shake_hands()) return;
  if (state_ == State::open) take_plaintext();
}

std::optional<TimePoint> ByteStream::waiting_since() const {
  char unread = 0;
  const bool unlooked_at = ::recv(socket_.get(), &unread, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
  return paused_ || unlooked_at ? std::nullopt : std::optional(waiting_since_);
}

// False: there is more to come, or nothing any more.
bool ByteStream::shake_hands() {
  const TlsStep step = session_->handshake();
  paused_ = step == TlsStep::paused;
  if (!outgoing_.empty()) {
    waiting_since_ = shared_.loop.now();
    schedule_flush();
  }
  if (step == TlsStep::done) {
    establish();
    return true;
  }
  if (step != TlsStep::need_read && step != TlsStep::paused) end_by_tls();
  return false;
}

void ByteStream::resume() {
  if (!paused_ || state_ != State::handshaking) return;
  paused_ = false;
  update_interest();
  go_on();
}

void ByteStream::take_plaintext() {
  TlsStep step = TlsStep::done;
  while (state_ == State::open) {
    std::size_t octets = 0;
    step = session_->read(shared_.decrypted, octets);
    if (step != TlsStep::done) break;
    observer_->on_octets({shared_.decrypted.data(), octets});
  }
  if (state_ != State::open) return;
  // What TLS itself answers (KeyUpdate) is bounded as well (R188).
  if (outgoing_.size() > kWriteLimit) {
    return end(StreamEnd::Kind::peer_does_not_read, "the peer does not read");
  }
  if (!outgoing_.empty()) schedule_flush();
  if (step == TlsStep::failed) return end_by_tls();
  if (step != TlsStep::closed) return;
  finish();  // RFC 8446 §6.1: our close_notify answers the peer's
  notify({StreamEnd::Kind::peer_closed, "the peer closed"});
}

void ByteStream::send(std::string_view octets) {
  if (state_ != State::open) return;
  (session_ ? plain_ : outgoing_).append(octets);
  if (plain_.size() + outgoing_.size() > kWriteLimit) {
    return end(StreamEnd::Kind::peer_does_not_read, "the peer does not read");
  }
  schedule_flush();
}

void ByteStream::schedule_flush() {
  if (flush_scheduled_) return;
  flush_scheduled_ = true;
  shared_.loop.defer([this, alive = alive_] {
    if (*alive) flush();
  });
}

void ByteStream::flush() {
  flush_scheduled_ = false;
  if (state_ != State::handshaking && state_ != State::open) return;
  if (!plain_.empty()) {
    const TlsStep step = session_->write(plain_);
    plain_.clear();
    if (plain_.capacity() > kKeptCapacity) plain_.shrink_to_fit();
    if (step != TlsStep::done) return end_by_tls();
  }
  write_socket();
}

// False: the stream has ended.
bool ByteStream::write_socket() {
  std::size_t written = 0;
  while (written < outgoing_.size()) {
    const ssize_t n =
        ::send(socket_.get(), outgoing_.data() + written, outgoing_.size() - written, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (n < 0) {
      end(StreamEnd::Kind::failed, std::strerror(errno));
      return false;
    }
    written += static_cast<std::size_t>(n);
  }
  outgoing_.erase(0, written);
  if (outgoing_.empty()) {
    if (outgoing_.capacity() > kKeptCapacity) outgoing_.shrink_to_fit();
    stall_ = Timer();
    stalled_ = false;
  } else if (written > 0 || !stalled_) {
    watch_stall();
  }
  update_interest();
  return true;
}

void ByteStream::watch_stall() {
  stalled_ = true;
  stall_ = shared_.loop.after(
      kWriteStall, [this] { end(StreamEnd::Kind::peer_does_not_read, "the peer does not read"); });
}

void ByteStream::pause_reading() {
  reading_ = false;
  update_interest();
}

void ByteStream::resume_reading() {
  reading_ = true;
  update_interest();
}

void ByteStream::update_interest() {
  if (state_ == State::ended || state_ == State::connecting) return;
  const bool reading = (reading_ || state_ == State::handshaking) && !paused_;
  const bool writing = !outgoing_.empty();
  watch(reading ? (writing ? Interest::both : Interest::readable)
                : (writing ? Interest::writable : Interest::none));
}

void ByteStream::watch(Interest interest) {
  if (!poll_) poll_ = Poll(shared_.loop, socket_.get(), [this](Readiness r) { ready(r); });
  poll_.watch(interest);
}

void ByteStream::finish() {
  if (state_ == State::ended) return;
  poll_.close();
  if (state_ == State::open && session_) {
    session_->write(plain_);
    session_->close();
  }
  if (state_ != State::connecting) {
    shared_.lingering.take(std::move(socket_), std::move(outgoing_));
  }
  close_socket();
}

void ByteStream::abort() {
  if (state_ == State::ended) return;
  reset_at_close(socket_.get());
  close_socket();
}

void ByteStream::close_socket() {
  state_ = State::ended;
  poll_.close();
  stall_ = Timer();
  socket_.reset();
}

void ByteStream::end_by_tls() {
  const TlsFailure& failure = session_->failure();
  StreamEnd told{StreamEnd::Kind::tls_failed, failure.sentence, failure.kind};
  // The alert that OpenSSL has written is the peer's only explanation.
  poll_.close();
  shared_.lingering.take(std::move(socket_), std::move(outgoing_));
  close_socket();
  notify(std::move(told));
}

void ByteStream::end(StreamEnd::Kind kind, std::string sentence) {
  if (state_ == State::ended) return;
  close_socket();
  notify({kind, std::move(sentence)});
}

void ByteStream::notify(StreamEnd end) {
  shared_.loop.defer([this, alive = alive_, told = std::move(end)] {
    if (*alive) observer_->on_ended(told);
  });
}

}  // namespace ringfence::tls_front
