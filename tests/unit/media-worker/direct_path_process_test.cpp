// A stream that lasts, in the real process: what its direct path changes is what it costs, and no
// more than that.
#include <fstream>
#include <sstream>

#include "media-worker/port/direct_path.hpp"
#include "process_fixture.hpp"

namespace ringfence::media_worker::test {
namespace {

class MediaWorkerDirectPath : public MediaWorkerProcess {
 protected:
  // Both peers speak and hear each other, so many packets each.
  void talk(const UdpPeer& a, int packets) {
    for (int i = 0; i < packets; ++i) {
      ++sequence_;
      a.send(call_.port_a(), call_.from_a(sequence_, "from a"));
      ASSERT_EQ(call_.b.receive(), rtp(0xaaaa, sequence_, "from a"));
      call_.b.send(call_.port_b(), rtp(0xbbbb, sequence_, "from b"));
      ASSERT_EQ(call_.heard_by_a(a.receive()), rtp(0xbbbb, sequence_, "from b"));
    }
  }
  void talk_long(const UdpPeer& a) { talk(a, DirectPath::kLasting + 2); }
  // Whether a socket on that port of ours is connected to the peer.
  static bool is_direct(Port ours, const SocketAddress& peer) {
    std::ifstream sockets("/proc/net/udp");
    std::string line;
    while (std::getline(sockets, line)) {
      std::istringstream fields(line);
      std::string number, local, remote;
      fields >> number >> local >> remote;
      if (local.ends_with(hex(ours)) && remote.ends_with(hex(peer.port))) return true;
    }
    return false;
  }
  static std::string hex(Port port) {
    char text[6];
    std::snprintf(text, sizeof text, ":%04X", static_cast<unsigned>(port));
    return text;
  }

  std::uint16_t sequence_ = 1000;
};

TEST_F(MediaWorkerDirectPath, is_taken_by_a_stream_that_lasts_and_strangers_are_counted_F092) {
  set_up_call();
  talk(call_.a, DirectPath::kLasting - 2);
  EXPECT_FALSE(is_direct(call_.port_a(), call_.a.address()));
  talk_long(call_.a);
  EXPECT_TRUE(is_direct(call_.port_a(), call_.a.address()));
  EXPECT_TRUE(is_direct(call_.port_b(), call_.b.address()));
  UdpPeer().send(call_.port_b(), rtp(0xbbbb, sequence_, "from elsewhere"));
  talk_long(call_.a);
  const auto summary = end_call();
  EXPECT_EQ(summary.b().dropped().at("wrong_source"), 1u);
  EXPECT_EQ(summary.a().packets_received(), sequence_ - 1000u);
  EXPECT_EQ(summary.b().packets_received(), sequence_ - 1000u);
  EXPECT_FALSE(is_direct(call_.port_a(), call_.a.address()));
}

TEST_F(MediaWorkerDirectPath, follows_a_stream_that_moves_R172) {
  set_up_call();
  auto message = call_.session_set(77);
  message.mutable_session_set()->mutable_a()->set_latch_address(true);
  worker_.send(message);
  worker_.lease(1);
  talk_long(call_.a);
  const UdpPeer moved;
  talk_long(moved);
  EXPECT_FALSE(is_direct(call_.port_a(), call_.a.address()));
  EXPECT_TRUE(is_direct(call_.port_a(), moved.address()));
}

TEST_F(MediaWorkerDirectPath, ends_when_the_peer_s_port_closes_and_the_call_goes_on_F101) {
  set_up_call();
  talk_long(call_.a);
  const SocketAddress gone = call_.b.address();
  call_.b = UdpPeer();
  const auto before = static_cast<std::uint64_t>(sequence_ - 1000);
  for (int i = 0; i < 3; ++i)  // each brings an ICMP port unreachable
    call_.a.send(call_.port_a(), call_.from_a(++sequence_, "to nobody"));
  worker_.wait_health([&](const auto& health) {
    return health.counters().at("rtp_received_total") == 2 * before + 3;
  });
  EXPECT_FALSE(is_direct(call_.port_b(), gone));
  worker_.send(call_.session_set(77));
  worker_.lease(1);
  talk_long(call_.a);
}

}  // namespace
}  // namespace ringfence::media_worker::test
