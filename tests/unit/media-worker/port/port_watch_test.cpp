#include "media-worker/port/port_watch.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <optional>

#include "media-worker/port/media_socket.hpp"
#include "support/loopback.hpp"
#include "support/timed_arrivals.hpp"

namespace ringfence::media_worker::test {
namespace {

using namespace std::chrono_literals;

class PortWatchTest : public testing::Test {
 protected:
  Fd open(Port port) { return std::move(*open_media_socket({ip_, port})); }
  void send_to(Port port, std::string_view octets) {
    sockaddr_storage storage;
    const socklen_t length = SocketAddress{ip_, port}.to_sockaddr(storage);
    ASSERT_GT(::sendto(sender_.get(), octets.data(), octets.size(), 0,
                       reinterpret_cast<const sockaddr*>(&storage), length),
              0);
  }
  void run() {
    const Timer end = loop_.after(5s, [this] { loop_.stop(); });
    loop_.run();
  }
  static bool take_packet(const Fd& socket) {
    char octet = 0;
    return ::recv(socket.get(), &octet, 1, MSG_DONTWAIT) > 0;
  }

  TimedArrivals timed_arrivals_;
  IpAddress ip_ = *IpAddress::parse(own_loopback());
  Loop loop_;
  Fd rtp_ = open(12480);
  Fd rtcp_ = open(12481);
  Fd sender_ = open(12490);
};

TEST_F(PortWatchTest, tells_of_packets_of_its_call_and_throws_earlier_ones_away) {
  PortWatch watch(loop_, rtp_.get(), rtcp_.get());
  send_to(12480, "early");
  std::optional<Component> told;
  watch.attach(std::chrono::system_clock::now(), [&](Component component) {
    told = component;
    take_packet(rtcp_);
    loop_.stop();
  });
  EXPECT_FALSE(take_packet(rtp_));
  send_to(12481, "late");
  run();
  EXPECT_EQ(told, Component::rtcp);
}

TEST_F(PortWatchTest, an_idle_port_wakes_the_loop_once_and_keeps_what_comes_for_its_next_call) {
  PortWatch watch(loop_, rtp_.get(), rtcp_.get());
  const WallTime before = std::chrono::system_clock::now() - 1s;
  int told = 0;
  const auto count = [&](Component) {
    ++told;
    take_packet(rtp_);
    loop_.stop();
  };
  watch.attach(before, count);
  watch.detach();
  // What comes to the control port later is told of no earlier.
  const Fd control_rtp = open(12482);
  const Fd control_rtcp = open(12483);
  PortWatch control(loop_, control_rtp.get(), control_rtcp.get());
  control.attach(before, [&](Component) {
    take_packet(control_rtp);
    loop_.defer([this] { loop_.stop(); });
  });
  send_to(12480, "first of the next call");
  send_to(12482, "control");
  run();
  EXPECT_EQ(told, 0);
  watch.attach(before, count);
  run();
  EXPECT_EQ(told, 1);
}

}  // namespace
}  // namespace ringfence::media_worker::test
