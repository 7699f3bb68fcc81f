// Sockets follow the configuration. Real sockets on loopback, ports chosen by the kernel.
#include "supervisor/listener/listener_set.hpp"

#include <gmock/gmock.h>
#include <sys/socket.h>

namespace ringfence::supervisor {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ListenerPlan, TouchesOnlyWhatChanged) {
  const Endpoint a{ListenerTransport::udp, *SocketAddress::parse("127.0.0.1:5060")};
  const Endpoint b{ListenerTransport::tls, *SocketAddress::parse("127.0.0.1:5061")};
  const Endpoint moved{ListenerTransport::tls, *SocketAddress::parse("127.0.0.1:6061")};
  const auto same = plan_listeners({{1, a}, {2, b}}, {{1, a}, {2, b}});
  EXPECT_THAT(same.close, IsEmpty());
  EXPECT_THAT(same.bind, IsEmpty());
  const auto plan = plan_listeners({{1, a}, {2, b}}, {{2, moved}, {3, a}});
  EXPECT_THAT(plan.close, ElementsAre(1, 2));
  EXPECT_THAT(plan.bind, ElementsAre(2, 3));
}

class Listeners : public testing::Test {
 protected:
  // A port that was free a moment ago.
  // For TCP and UDP alike.
  static std::uint32_t free_port() {
    for (;;) {
      const auto socket =
          bind_listener({ListenerTransport::tcp, *SocketAddress::parse("127.0.0.1:0")});
      sockaddr_storage storage{};
      socklen_t length = sizeof storage;
      ::getsockname(socket->get(), reinterpret_cast<sockaddr*>(&storage), &length);
      const SocketAddress address = *SocketAddress::from_sockaddr(storage);
      if (bind_listener({ListenerTransport::udp, address})) return address.port;
    }
  }
  static Config config(const char* transport, std::uint32_t port) {
    Config config;
    auto& listener = config.listeners.emplace_back();
    listener.set_id(1);
    listener.set_name("one");
    listener.set_transport(transport);
    listener.set_address("127.0.0.1");
    listener.set_port(port);
    return config;
  }

  Logger log_{"test", LogLevel::error, LogFormat::text};
  std::vector<std::string> changes_;
  ListenerSet set_{
      log_, [this](const ListenerSet::Change& change) {
        changes_.push_back((change.bound ? "bound " : "closed ") + std::to_string(change.id));
      }};
};

TEST_F(Listeners, AreBoundKeptMovedAndClosedAsTheConfigurationSays) {
  const auto first = free_port();
  set_.apply(config("tls", first));
  EXPECT_TRUE(set_.all_bound());
  const int fd = set_.all().at(1).socket.get();
  set_.apply(config("tls", first));
  EXPECT_EQ(set_.all().at(1).socket.get(), fd) << "an unchanged listener keeps its socket";
  set_.apply(config("tls", free_port()));
  set_.apply({});
  EXPECT_THAT(changes_, ElementsAre("bound 1", "closed 1", "bound 1", "closed 1"));
  EXPECT_TRUE(set_.all().empty());
}

TEST_F(Listeners, SayWhyAPortCannotBeBoundAndTakeItWhenItIsFree) {
  const auto port = free_port();
  auto taken = bind_listener(
      {ListenerTransport::udp, {*IpAddress::parse("127.0.0.1"), static_cast<Port>(port)}});
  ASSERT_TRUE(taken);
  set_.apply(config("udp", port));
  EXPECT_FALSE(set_.all_bound());
  EXPECT_THAT(set_.all().at(1).error, HasSubstr("Address already in use"));
  EXPECT_FALSE(set_.retry());
  taken->reset();
  EXPECT_TRUE(set_.retry());
  EXPECT_TRUE(set_.all_bound());
  EXPECT_THAT(set_.all().at(1).error, IsEmpty());
  EXPECT_THAT(changes_, ElementsAre("bound 1"));
}

TEST_F(Listeners, FreeAStreamPortAtOnceAlthoughAChildStillHoldsTheSocket) {
  const auto port = free_port();
  set_.apply(config("tcp", port));
  const auto childs_copy = duplicate(set_.all().at(1).socket);
  Config moved = config("tls", port);
  set_.apply(moved);
  EXPECT_TRUE(set_.all_bound()) << set_.all().at(1).error;
}

}  // namespace
}  // namespace ringfence::supervisor
