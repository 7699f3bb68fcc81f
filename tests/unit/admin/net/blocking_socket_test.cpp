#include "admin/net/blocking_socket.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include "runtime/fd.hpp"

namespace ringfence::admin {
namespace {

// As the page of a box whose status process is just being restarted: the supervisor holds its
// socket.
TEST(BlockingSocket, KnowsWhetherAnybodyListensThoughNobodyAnswers) {
  sockaddr_storage storage{};
  socklen_t size = SocketAddress::parse("127.0.0.1:0")->to_sockaddr(storage);
  auto* const address = reinterpret_cast<sockaddr*>(&storage);
  Fd listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  ASSERT_EQ(::bind(listener.get(), address, size), 0);
  ASSERT_EQ(::listen(listener.get(), 4), 0);
  ASSERT_EQ(::getsockname(listener.get(), address, &size), 0);
  const auto bound = SocketAddress::from_sockaddr(storage);
  ASSERT_TRUE(bound);
  EXPECT_TRUE(is_listened_at(*bound));
  EXPECT_FALSE(ask(*bound, "GET / HTTP/1.1\r\n\r\n", {std::chrono::milliseconds(1), 10}));
  listener.reset();
  EXPECT_FALSE(is_listened_at(*bound));
}

}  // namespace
}  // namespace ringfence::admin
