// Connection: an established stream that carries SIP: its framer, the messages that sip-core has
// not finished, its class and its deadlines. It answers CRLF pings itself and knows nothing else of
// what passes. Owned by the ConnectionTable, which is told of everything and destroys it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/loop.hpp"
#include "runtime/socket_address.hpp"
#include "runtime/strong_type.hpp"
#include "tls-front/accept/listener_id.hpp"
#include "tls-front/accept/source.hpp"
#include "tls-front/connection/byte_stream.hpp"
#include "tls-front/connection/keep_alive.hpp"
#include "tls-front/connection/kept_messages.hpp"
#include "tls-front/connection/stage.hpp"
#include "tls-front/framer/sip_framer.hpp"

namespace ringfence::tls_front {

using ConnectionNumber = Strong<std::uint64_t, struct ConnectionNumberTag>;
using DialId = Strong<std::uint64_t, struct DialIdTag>;

enum class StreamTransport : std::uint8_t { tcp, tls };

// What does not change while the connection lives.
struct ConnectionFacts {
  StreamTransport transport = StreamTransport::tcp;
  ListenerId listener;
  DialId dial;  // 0: inbound
  SocketAddress remote;
  SocketAddress local;
  std::optional<Source> counted_as;  // the source whose limits it takes from
  TlsFacts tls;

  bool is_inbound() const { return dial == DialId(); }
};

class Connection;

class ConnectionOwner {
 public:
  virtual ~ConnectionOwner() = default;
  virtual void on_messages(Connection& connection) = 0;
  // The last word: the connection may be destroyed.
  virtual void on_connection_over(Connection& connection, const StreamEnd& end) = 0;
};

class Connection final : public StreamObserver {
 public:
  // What may wait for sip-core before we stop reading: a trunk has many calls ringing at once.
  static constexpr std::size_t kMaxKept = 1 << 20;
  static constexpr std::size_t kMaxKeptOfTrunk = 16 << 20;

  Connection(ConnectionNumber number, ConnectionFacts facts, std::unique_ptr<ByteStream> stream,
             Loop& loop, const FrontSettings& settings, Random& random, ConnectionOwner& owner);

  ConnectionNumber number() const { return number_; }
  const ConnectionFacts& facts() const { return facts_; }
  PeerClass peer_class() const { return peer_class_; }
  // Whether a single octet of plaintext ever came.
  bool has_spoken() const { return spoke_; }
  // Whether sip-core is told of it at all: before its first message only those that it may send to
  // unasked, because we dialled them or because they have proved a name.
  bool is_announced() const { return announced_; }
  void announce() { announced_ = true; }

  void set_class(PeerClass peer_class);
  void send(std::string_view octets) { stream_->send(octets); }
  void finish();
  KeptMessages& kept() { return kept_; }
  // Whether sip-core takes messages now: if not, what the peer sends stays in its socket.
  void let_read(bool sip_core_takes);

  void on_established() override {}
  void on_octets(std::string_view octets) override;
  void on_ended(const StreamEnd& end) override;

 private:
  void take(const Frame& frame);
  void update_reading();
  void enter(Stage stage);
  std::optional<TimePoint> due() const;
  void watch(Duration limit);
  void deadline();
  void keep_alive();
  void arm_ping();
  void end(StreamEnd::Kind kind, std::string sentence);

  ConnectionNumber number_;
  ConnectionFacts facts_;
  std::unique_ptr<ByteStream> stream_;
  Loop& loop_;
  const FrontSettings& settings_;
  ConnectionOwner& owner_;
  SipFramer framer_;
  KeptMessages kept_;
  PeerClass peer_class_ = PeerClass::unknown;
  bool sip_core_takes_ = true;
  bool framing_failed_ = false;
  bool reading_ = true;
  bool spoke_ = false;
  bool announced_ = false;
  Stage stage_ = Stage::first_message;
  TimePoint stage_since_;
  bool had_message_ = false;             // a whole one
  TimePoint waiting_since_{};            // for the first whole message
  std::optional<KeepAlive> keep_alive_;  // of those that we dialled
  Timer ping_;
  Timer deadline_;
  bool watching_ = false;
};

}  // namespace ringfence::tls_front
