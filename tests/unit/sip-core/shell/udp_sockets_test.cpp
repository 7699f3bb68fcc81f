#include "sip-core/shell/udp_sockets.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

struct Bound {
  Fd fd;
  SocketAddress address;
};

Bound bound_socket() {
  Bound bound{Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)), {}};
  sockaddr_storage storage{};
  socklen_t size = SocketAddress{*IpAddress::parse("127.0.0.1"), 0}.to_sockaddr(storage);
  auto* address = static_cast<sockaddr*>(static_cast<void*>(&storage));
  EXPECT_EQ(::bind(bound.fd.get(), address, size), 0);
  size = sizeof storage;
  EXPECT_EQ(::getsockname(bound.fd.get(), address, &size), 0);
  bound.address = *SocketAddress::from_sockaddr(storage);
  return bound;
}

class UdpSocketsTest : public testing::Test {
 protected:
  void run_until(std::size_t datagrams) {
    const Timer limit = loop_.after(5s, [&] { loop_.stop(); });
    wanted_ = datagrams;
    loop_.run();
  }
  Loop loop_;
  Logger log_{"test", LogLevel::error, LogFormat::text};
  Counters counters_;
  std::vector<DatagramReceived> received_;
  std::size_t wanted_ = 0;
  UdpSockets sockets_{loop_, log_, counters_, [this](DatagramReceived datagram) {
                        received_.push_back(std::move(datagram));
                        if (received_.size() == wanted_) loop_.stop();
                      }};
};

TEST_F(UdpSocketsTest, CarriesManyDatagramsOfOneTurnInOrder) {
  Bound a = bound_socket();
  Bound b = bound_socket();
  const SocketAddress to = b.address;
  const SocketAddress from = a.address;
  sockets_.add(ListenerId(1), std::move(a.fd));
  sockets_.add(ListenerId(2), std::move(b.fd));
  for (int i = 0; i < 100; ++i)
    sockets_.send({{ListenerId(1), to}, std::to_string(i)});
  sockets_.flush();
  run_until(100);
  ASSERT_EQ(received_.size(), 100U);
  for (std::size_t i = 0; i < received_.size(); ++i) {
    EXPECT_EQ(received_[i].octets, std::to_string(i));
    EXPECT_EQ(received_[i].listener, ListenerId(2));
    EXPECT_EQ(received_[i].remote, from);
  }
  EXPECT_EQ(counters_.get("sip_udp_sent_total").value, 100U);
}

TEST_F(UdpSocketsTest, GivesUpOnlyTheDatagramThatCannotBeSent) {
  Bound a = bound_socket();
  const SocketAddress self = a.address;
  sockets_.add(ListenerId(1), std::move(a.fd));
  sockets_.send({{ListenerId(1), self}, "first"});
  sockets_.send({{ListenerId(1), self}, std::string(70'000, 'x')});
  sockets_.send({{ListenerId(1), self}, "last"});
  sockets_.send({{ListenerId(9), self}, "no such listener"});
  sockets_.flush();
  run_until(2);
  ASSERT_EQ(received_.size(), 2U);
  EXPECT_EQ(received_[1].octets, "last");
  EXPECT_EQ(counters_.get("sip_udp_send_failed_total").value, 2U);
}

TEST_F(UdpSocketsTest, ClosesAListenerFromInsideItsOwnDatagram) {
  Bound a = bound_socket();
  const SocketAddress self = a.address;
  std::size_t seen = 0;
  UdpSockets sockets(loop_, log_, counters_, [&](DatagramReceived datagram) {
    ++seen;
    sockets.remove(datagram.listener);
    loop_.stop();
  });
  sockets.add(ListenerId(1), std::move(a.fd));
  sockets.send({{ListenerId(1), self}, "one"});
  sockets.flush();
  run_until(0);
  EXPECT_EQ(seen, 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
