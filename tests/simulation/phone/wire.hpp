// Wire: how a simulated user agent reaches the box and is reached: a UDP address, a connection that
// it dials, or one that the box dials. Cuts a stream into messages by itself, in its own few lines,
// so that a fault of the box's framer is not also ours.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "sip-core/message/message.hpp"
#include "tests/simulation/network/network.hpp"

namespace ringfence::simulation {

class WireOwner {
 public:
  virtual ~WireOwner() = default;
  virtual void on_message(sip_core::sip::Message message) = 0;
  virtual void on_wire_up() = 0;
  virtual void on_wire_down() = 0;  // never of UDP
};

class Wire {
 public:
  explicit Wire(SocketAddress local) : local_(local) {}
  virtual ~Wire() = default;
  virtual bool is_reliable() const = 0;
  virtual bool is_up() const = 0;
  virtual std::string_view via_transport() const = 0;
  virtual void dial() {}
  virtual void send(std::string_view octets) = 0;
  virtual void cut() {}  // by the path's fault
  const SocketAddress& local() const { return local_; }

 protected:
  SocketAddress local_;
};

std::unique_ptr<Wire> make_udp_wire(Network& network, SocketAddress local, SocketAddress box,
                                    WireOwner& owner);
enum class StreamKind : std::uint8_t { tcp, tls };
std::unique_ptr<Wire> make_dialling_wire(Network& network, SocketAddress local, SocketAddress box,
                                         StreamKind kind, WireOwner& owner);
// The newest connection that came is the one it speaks on.
std::unique_ptr<Wire> make_listening_wire(Network& network, SocketAddress local, StreamKind kind,
                                          WireOwner& owner);

}  // namespace ringfence::simulation
