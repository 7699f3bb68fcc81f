#include "tests/simulation/phone/wire.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <unordered_map>

#include "sip-core/message/parser.hpp"
#include "tests/simulation/invariant/ladder.hpp"

namespace ringfence::simulation {

namespace {

class UdpWire final : public Wire {
 public:
  UdpWire(Network& network, SocketAddress local, SocketAddress box, WireOwner& owner)
      : Wire(local), network_(network), box_(box) {
    network_.attach(local, [&owner](const SocketAddress&, std::string octets) {
      auto message = sip_core::sip::parse(std::move(octets));
      if (message) owner.on_message(std::move(*message));
    });
  }
  bool is_reliable() const override { return false; }
  bool is_up() const override { return true; }
  std::string_view via_transport() const override { return "UDP"; }
  void send(std::string_view octets) override { network_.send(local_, box_, std::string(octets)); }

 private:
  Network& network_;
  SocketAddress box_;
};

// Cuts what arrives into messages.
class StreamBuffer {
 public:
  void add(std::string_view octets) { octets_ += octets; }
  void clear() { octets_.clear(); }
  std::optional<sip_core::sip::Message> take() {
    while (octets_.starts_with("\r\n"))
      octets_.erase(0, 2);
    const auto header = octets_.find("\r\n\r\n");
    if (header == std::string::npos) return std::nullopt;
    const std::string_view length =
        field_of(std::string_view(octets_).substr(0, header + 2), "Content-Length");
    std::size_t body = 0;
    std::from_chars(length.data(), length.data() + length.size(), body);
    const std::size_t size = header + 4 + body;
    if (octets_.size() < size) return std::nullopt;
    auto message = sip_core::sip::parse(octets_.substr(0, size), sip_core::sip::Framing::stream);
    octets_.erase(0, size);
    if (!message) return take();
    return std::move(*message);
  }

 private:
  std::string octets_;
};

class StreamWire : public Wire, public StreamOwner {
 public:
  StreamWire(Network& network, SocketAddress local, StreamKind kind, WireOwner& owner)
      : Wire(local), network_(network), kind_(kind), owner_(owner) {}
  bool is_reliable() const override { return true; }
  bool is_up() const override { return up_; }
  std::string_view via_transport() const override {
    return kind_ == StreamKind::tls ? "TLS" : "TCP";
  }
  void send(std::string_view octets) override {
    if (up_) network_.write(stream_, octets);
  }
  void cut() override {
    if (up_) network_.cut(stream_);
  }
  void on_connected(StreamId stream) override {
    if (stream != stream_) return;
    up_ = true;
    owner_.on_wire_up();
  }
  void on_closed(StreamId stream) override {
    if (stream != stream_) return;
    up_ = false;
    owner_.on_wire_down();
  }
  void on_octets(StreamId stream, std::string_view octets) override {
    if (stream != stream_) return;
    buffer_.add(octets);
    while (auto message = buffer_.take())
      owner_.on_message(std::move(*message));
  }

 protected:
  void begin(StreamId stream) {
    stream_ = stream;
    buffer_.clear();
  }
  Network& network_;
  StreamKind kind_;
  WireOwner& owner_;
  StreamId stream_;
  bool up_ = false;
  StreamBuffer buffer_;
};

class DiallingWire final : public StreamWire {
 public:
  DiallingWire(Network& network, SocketAddress local, SocketAddress box, StreamKind kind,
               WireOwner& owner)
      : StreamWire(network, local, kind, owner), box_(box) {}
  void dial() override {
    // Each connection from a port of its own, as a kernel would choose it.
    local_.port = static_cast<Port>(local_.port < 60000 ? local_.port + 1 : 20000);
    begin(network_.connect(local_, box_, *this));
  }

 private:
  SocketAddress box_;
};

// Several connections may stand at once: requests go over the newest, a response over the one that
// its request came by (RFC 3261 §18.2.2).
class ListeningWire final : public Wire, StreamOwner, StreamListener {
 public:
  ListeningWire(Network& network, SocketAddress local, StreamKind kind, WireOwner& owner)
      : Wire(local), network_(network), kind_(kind), owner_(owner) {
    network_.listen(local, *this);
  }
  bool is_reliable() const override { return true; }
  bool is_up() const override { return !streams_.empty(); }
  std::string_view via_transport() const override {
    return kind_ == StreamKind::tls ? "TLS" : "TCP";
  }
  void send(std::string_view octets) override {
    if (streams_.empty()) return;
    StreamId way = streams_.rbegin()->first;
    if (octets.starts_with("SIP/2.0 ")) {
      const auto came = ways_.find(std::string(field_of(octets, "Via")));
      if (came != ways_.end()) way = came->second;
    }
    network_.write(way, octets);
  }
  void cut() override {
    if (!streams_.empty()) network_.cut(streams_.rbegin()->first);
  }

 private:
  StreamOwner* accept(StreamId stream, const SocketAddress&) override {
    streams_[stream];
    return this;
  }
  void on_connected(StreamId) override { owner_.on_wire_up(); }
  void on_closed(StreamId stream) override {
    // Which request went over which is not kept: all are given up, and what must be said is said
    // again over what is left.
    streams_.erase(stream);
    owner_.on_wire_down();
    if (!streams_.empty()) owner_.on_wire_up();
  }
  void on_octets(StreamId stream, std::string_view octets) override {
    StreamBuffer& buffer = streams_.at(stream);
    buffer.add(octets);
    while (auto message = buffer.take()) {
      if (message->is_request()) {
        ways_[std::string(field_of(message->bytes(), "Via"))] = stream;
      }
      owner_.on_message(std::move(*message));
    }
  }

  Network& network_;
  StreamKind kind_;
  WireOwner& owner_;
  std::map<StreamId, StreamBuffer> streams_;  // the newest last
  std::unordered_map<std::string, StreamId> ways_;
};

}  // namespace

std::unique_ptr<Wire> make_udp_wire(Network& network, SocketAddress local, SocketAddress box,
                                    WireOwner& owner) {
  return std::make_unique<UdpWire>(network, local, box, owner);
}

std::unique_ptr<Wire> make_dialling_wire(Network& network, SocketAddress local, SocketAddress box,
                                         StreamKind kind, WireOwner& owner) {
  return std::make_unique<DiallingWire>(network, local, box, kind, owner);
}

std::unique_ptr<Wire> make_listening_wire(Network& network, SocketAddress local, StreamKind kind,
                                          WireOwner& owner) {
  return std::make_unique<ListeningWire>(network, local, kind, owner);
}

}  // namespace ringfence::simulation
