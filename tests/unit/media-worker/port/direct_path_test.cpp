#include "media-worker/port/direct_path.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "support/loopback.hpp"

namespace ringfence::media_worker::test {
namespace {

using namespace std::chrono_literals;

class DirectPathTest : public testing::Test {
 protected:
  Fd open(const SocketAddress& address) { return std::move(*open_media_socket(address)); }
  static void send(const Fd& from, const SocketAddress& to) {
    sockaddr_storage storage;
    const socklen_t length = to.to_sockaddr(storage);
    ASSERT_EQ(::sendto(from.get(), "x", 1, 0, reinterpret_cast<const sockaddr*>(&storage), length),
              1);
  }
  static bool arrived(int socket) {
    char octet = 0;
    return ::recv(socket, &octet, 1, MSG_DONTWAIT) == 1;
  }
  void hear(const SocketAddress& source, int times = DirectPath::kLasting) {
    for (int i = 0; i < times; ++i)
      path_.heard(source);
  }
  bool open_path() {
    return path_.open(loop_, own_.get(), ours_, [this] {
      ++told_;
      loop_.stop();
    });
  }

  IpAddress ip_ = *IpAddress::parse(own_loopback());
  SocketAddress ours_{ip_, 12520};
  SocketAddress peers_{ip_, 12522};
  SocketAddress strangers_{ip_, 12524};
  Loop loop_;
  Fd own_ = open(ours_);
  Fd peer_ = open(peers_);
  Fd stranger_ = open(strangers_);
  DirectPath path_;
  int told_ = 0;
};

TEST_F(DirectPathTest, is_due_to_the_peer_that_a_lasting_stream_comes_from_and_goes_to) {
  hear(peers_, DirectPath::kLasting - 1);
  EXPECT_FALSE(path_.is_due(peers_));
  hear(peers_, 1);
  EXPECT_TRUE(path_.is_due(peers_));
  EXPECT_FALSE(path_.is_due(strangers_));
  hear(strangers_, 1);
  EXPECT_FALSE(path_.is_due(strangers_));
  hear(peers_, 1);
  EXPECT_FALSE(path_.is_due(peers_));
}

TEST_F(DirectPathTest, hears_the_peer_and_leaves_everybody_else_to_the_port_s_own_socket_F092) {
  hear(peers_);
  ASSERT_TRUE(open_path());
  send(stranger_, ours_);
  send(peer_, ours_);
  const Timer end = loop_.after(5s, [this] { loop_.stop(); });
  loop_.run();
  EXPECT_EQ(told_, 1);
  EXPECT_TRUE(arrived(path_.socket()));
  EXPECT_FALSE(arrived(path_.socket()));
  EXPECT_TRUE(arrived(own_.get()));
  EXPECT_FALSE(arrived(own_.get()));
}

TEST_F(DirectPathTest, sends_from_the_port_that_the_peer_knows) {
  hear(peers_);
  ASSERT_TRUE(open_path());
  ASSERT_EQ(::send(path_.socket(), "x", 1, 0), 1);
  sockaddr_storage source;
  socklen_t length = sizeof source;
  char octet = 0;
  ASSERT_EQ(::recvfrom(peer_.get(), &octet, 1, 0, reinterpret_cast<sockaddr*>(&source), &length),
            1);
  EXPECT_EQ(SocketAddress::from_sockaddr(source), ours_);
}

TEST_F(DirectPathTest, shares_the_port_with_nobody_else) {
  hear(peers_);
  ASSERT_TRUE(open_path());
  const Fd other(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  ::setsockopt(other.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_storage storage;
  const socklen_t bytes = ours_.to_sockaddr(storage);
  EXPECT_NE(::bind(other.get(), reinterpret_cast<const sockaddr*>(&storage), bytes), 0);
}

TEST_F(DirectPathTest, closed_it_may_be_due_again_and_its_peer_is_heard_by_the_port_s_own_socket) {
  hear(peers_);
  ASSERT_TRUE(open_path());
  EXPECT_FALSE(path_.is_due(peers_));
  path_.close();
  send(peer_, ours_);
  EXPECT_TRUE(arrived(own_.get()));
  EXPECT_FALSE(path_.is_due(peers_));
  hear(peers_);
  EXPECT_TRUE(path_.is_due(peers_));
}

TEST_F(DirectPathTest, an_error_that_is_not_a_shortage_of_the_moment_ends_it_for_good) {
  hear(peers_);
  ASSERT_TRUE(open_path());
  path_.failed(EAGAIN);
  EXPECT_TRUE(path_.is_open());
  path_.failed(ECONNREFUSED);
  EXPECT_FALSE(path_.is_open());
  hear(peers_);
  EXPECT_FALSE(path_.is_due(peers_));
}

TEST_F(DirectPathTest, a_peer_that_cannot_be_connected_to_is_served_without) {
  const SocketAddress nowhere{*IpAddress::parse("255.255.255.255"), 9};
  hear(nowhere);
  EXPECT_FALSE(open_path());
  EXPECT_FALSE(path_.is_due(nowhere));
  send(peer_, ours_);
  EXPECT_TRUE(arrived(own_.get()));
}

}  // namespace
}  // namespace ringfence::media_worker::test
