// ByteStream: one TCP connection, with TLS or without, in or out: the only place in tls-front that
// reads and writes a peer's socket. What is sent during a loop turn leaves in one write before the
// loop sleeps. It ends by itself (on_ended, once, never from inside a call of the owner) or by its
// owner (finish, abort: no on_ended). The owner may destroy it in on_ended only, or later.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/fd.hpp"
#include "runtime/loop.hpp"
#include "tls-front/connection/lingering_close.hpp"
#include "tls-front/tls/tls_session.hpp"

namespace ringfence::tls_front {

class ByteStream;

struct StreamEnd {
  enum class Kind : std::uint8_t {
    peer_closed,
    failed,
    tls_failed,
    peer_does_not_read,
    timed_out,
    ordered,  // by sip-core
  };
  Kind kind = Kind::failed;
  std::string sentence;
  TlsFailureKind tls_failure = TlsFailureKind::other;  // of tls_failed and timed_out
};

class StreamObserver {
 public:
  virtual ~StreamObserver() = default;
  // Connected, and the handshake is done: it may be sent to. May hand the stream to a new observer.
  virtual void on_established() = 0;
  virtual void on_octets(std::string_view octets) = 0;
  virtual void on_ended(const StreamEnd& end) = 0;
};

// What all streams of the process share; the loop's one thread uses one of them at a time.
struct StreamShared {
  explicit StreamShared(Loop& l) : loop(l), lingering(l) {}
  Loop& loop;
  LingeringClose lingering;
  std::vector<char> received = std::vector<char>(kReadSize);
  std::vector<char> decrypted = std::vector<char>(kReadSize);
  static constexpr std::size_t kReadSize = 18 * 1024;  // a whole TLS record
};

class ByteStream {
 public:
  enum class Progress : std::uint8_t { connecting, connected };

  static constexpr std::size_t kWriteLimit = 1 << 20;
  static constexpr std::chrono::seconds kWriteStall{10};

  ByteStream(StreamShared& shared, Fd socket, Progress progress, StreamObserver& observer);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  // Where a TlsSession is to write; the session comes before begin().
  std::string& outgoing() { return outgoing_; }
  void use_tls(std::unique_ptr<TlsSession> session);
  // The same, but the session is made when the peer has said something: many connect and leave.
  void use_tls_when_spoken_to(std::function<std::unique_ptr<TlsSession>()> make);
  // on_established may come at once.
  void begin();
  void observe(StreamObserver& observer) { observer_ = &observer; }

  void send(std::string_view octets);
  void pause_reading();
  void resume_reading();
  // Writes what is queued, close_notify and FIN; the socket is no longer ours.
  void finish();
  // Resets the connection.
  void abort();

  bool is_open() const { return state_ == State::open; }
  std::uint64_t octets_received() const { return octets_received_; }
  // Of a handshake: since when nothing but the peer's next flight is missing. nullopt: it is our
  // turn.
  std::optional<TimePoint> waiting_since() const;
  const TlsSession* tls() const { return session_.get(); }
  int descriptor() const { return socket_.get(); }

 private:
  enum class State : std::uint8_t { connecting, handshaking, open, ended };

  void ready(Readiness readiness);
  void connected();
  void start();
  void establish();
  void read_socket();
  bool make_session();
  void take_records(std::string_view records);
  void go_on();
  bool shake_hands();
  void resume();
  void take_plaintext();
  void schedule_flush();
  void flush();
  bool write_socket();
  void watch_stall();
  void update_interest();
  void watch(Interest interest);
  void end(StreamEnd::Kind kind, std::string sentence);
  void end_by_tls();
  void notify(StreamEnd end);
  void close_socket();

  StreamShared& shared_;
  Fd socket_;
  Poll poll_;
  StreamObserver* observer_;
  State state_;
  std::function<std::unique_ptr<TlsSession>()> make_session_;
  std::unique_ptr<TlsSession> session_;
  std::string plain_;     // to be encrypted at the flush: one record for many messages
  std::string outgoing_;  // as the socket takes it
  bool reading_ = true;
  bool paused_ = false;  // until the handshake's signature is there
  bool stalled_ = false;
  bool flush_scheduled_ = false;
  std::uint64_t octets_received_ = 0;
  TimePoint waiting_since_;
  Timer stall_;
  std::shared_ptr<bool> alive_;  // told to deferred calls that outlive us
};

}  // namespace ringfence::tls_front
