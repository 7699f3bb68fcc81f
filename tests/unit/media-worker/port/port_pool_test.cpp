#include "media-worker/port/port_pool.hpp"

#include <gtest/gtest.h>
#include <netinet/ip.h>

#include <set>

#include "support/loopback.hpp"
#include "support/timed_arrivals.hpp"

namespace ringfence::media_worker::test {
namespace {

using std::chrono::seconds;

const IpAddress kLoopback = *IpAddress::parse(own_loopback());

TEST(FreePorts, are_the_even_ports_whose_odd_one_is_in_the_slice_too) {
  const auto all = [](PortSlice slice) {
    FreePorts free(slice);
    SeededRandom random(1);
    std::set<Port> ports;
    while (const auto port = free.take(random, {}))
      ports.insert(*port);
    return ports;
  };
  EXPECT_EQ(all({1000, 1005}), (std::set<Port>{1000, 1002, 1004}));
  EXPECT_EQ(all({1001, 1004}), (std::set<Port>{1002}));
  EXPECT_EQ(all({65530, 65535}), (std::set<Port>{65530, 65532, 65534}));
  EXPECT_TRUE(all({1000, 1000}).empty());
}

TEST(FreePorts, come_in_no_order_that_can_be_guessed) {
  FreePorts free({10000, 12000});
  SeededRandom random(1);
  int steps = 0;
  Port before = *free.take(random, {});
  for (int i = 0; i < 100; ++i) {
    const Port next = *free.take(random, {});
    if (next == before + 2 || next + 2 == before) ++steps;
    before = next;
  }
  EXPECT_LT(steps, 5);
}

TEST(FreePorts, rest_before_they_are_used_again_unless_there_is_no_other) {
  FreePorts free({1000, 1003});
  SeededRandom random(1);
  TimePoint now{std::chrono::hours(1)};
  const Port first = *free.take(random, now);
  free.give_back(first, now, FreePorts::Sockets::closed);
  const Port second = *free.take(random, now);
  EXPECT_NE(first, second);
  EXPECT_EQ(free.take(random, now), first);
  EXPECT_FALSE(free.take(random, now));
  free.give_back(first, now, FreePorts::Sockets::closed);
  free.give_back(second, now, FreePorts::Sockets::closed);
  now += FreePorts::kRest;
  EXPECT_EQ(free.size(), 2u);
}

TEST(FreePorts, with_open_sockets_go_first_where_there_are_enough_to_choose_from) {
  FreePorts free({10000, 12000});
  SeededRandom random(1);
  TimePoint now{std::chrono::hours(1)};
  std::set<Port> open;
  while (open.size() < FreePorts::kEnoughToChooseFrom)
    open.insert(*free.take(random, now));
  for (const Port port : open)
    free.give_back(port, now, FreePorts::Sockets::open);
  EXPECT_FALSE(open.contains(*free.take(random, now)));
  now += FreePorts::kRest;
  EXPECT_TRUE(open.contains(*free.take(random, now)));
  // One fewer than enough: the next one is not to be guessed.
  EXPECT_FALSE(open.contains(*free.take(random, now)));
}

class PortPoolTest : public testing::Test {
 protected:
  SystemRandom random_;
  TimePoint now_{std::chrono::hours(1)};
  PortPool pool_{{12400, 12439}, random_};
};

TEST_F(PortPoolTest, binds_both_sockets_and_marks_them_for_expedited_forwarding) {
  const auto leased = pool_.lease(kLoopback, 1, now_);
  ASSERT_EQ(leased.leases.size(), 1u);
  const PortLease& lease = *leased.leases[0];
  for (const Fd* socket : {&lease.sockets.rtp, &lease.sockets.rtcp}) {
    sockaddr_storage storage{};
    socklen_t length = sizeof storage;
    ASSERT_EQ(::getsockname(socket->get(), reinterpret_cast<sockaddr*>(&storage), &length), 0);
    const auto bound = SocketAddress::from_sockaddr(storage);
    EXPECT_EQ(bound->port, lease.rtp_address.port + (socket == &lease.sockets.rtp ? 0 : 1));
    int tos = 0;
    length = sizeof tos;
    ::getsockopt(socket->get(), IPPROTO_IP, IP_TOS, &tos, &length);
    EXPECT_EQ(tos, 0xb8);
    int reuse = 1;
    length = sizeof reuse;
    ::getsockopt(socket->get(), SOL_SOCKET, SO_REUSEADDR, &reuse, &length);
    EXPECT_EQ(reuse, 0);
  }
  EXPECT_TRUE(pool_.is_own({kLoopback, lease.rtp_address.port}));
  EXPECT_TRUE(pool_.is_own({kLoopback, static_cast<Port>(lease.rtp_address.port + 1)}));
  EXPECT_FALSE(pool_.is_own({*IpAddress::parse("127.0.0.2"), lease.rtp_address.port}));
}

TEST_F(PortPoolTest, steps_over_ports_that_others_hold) {
  std::vector<Fd> others;
  for (Port port = 12400; port < 12440; port = static_cast<Port>(port + 2)) {
    // Half of the pairs, the odd port of some and the even one of others.
    if (port % 8 == 0) others.push_back(std::move(*open_media_socket({kLoopback, port})));
    if (port % 8 == 4) {
      others.push_back(std::move(*open_media_socket({kLoopback, static_cast<Port>(port + 1)})));
    }
  }
  const auto leased = pool_.lease(kLoopback, 20, now_);
  EXPECT_EQ(leased.leases.size(), 10u);
  EXPECT_EQ(leased.shortage, "no free port");
}

TEST_F(PortPoolTest, discards_what_came_before_a_call_and_keeps_the_first_packet_of_it) {
  const TimedArrivals timed_arrivals;
  const auto leased = pool_.lease(kLoopback, 1, now_);
  const int socket = leased.leases[0]->sockets.rtp.get();
  sockaddr_storage storage;
  const socklen_t length = leased.leases[0]->rtp_address.to_sockaddr(storage);
  const auto send = [&](char octet) {
    return ::sendto(socket, &octet, 1, 0, reinterpret_cast<const sockaddr*>(&storage), length);
  };
  ASSERT_EQ(send('x'), 1);
  ASSERT_EQ(send('y'), 1);
  const WallTime call_began = std::chrono::system_clock::now();
  ASSERT_EQ(send('1'), 1);
  ASSERT_EQ(send('2'), 1);
  discard_received_before(socket, call_began);
  std::string kept;
  char octet = 0;
  while (::recv(socket, &octet, 1, MSG_DONTWAIT) == 1)
    kept += octet;
  EXPECT_EQ(kept, "12");
}

TEST_F(PortPoolTest, gives_a_pair_out_again_once_it_came_back_R175) {
  const auto all = pool_.lease(kLoopback, 20, now_);
  ASSERT_EQ(all.leases.size(), 20u);
  EXPECT_EQ(pool_.lease(kLoopback, 1, now_).shortage, "no free port");
  const LeaseId id = all.leases[3]->id;
  const Port port = all.leases[3]->rtp_address.port;
  pool_.give_back(id, now_);
  EXPECT_EQ(pool_.find(id), nullptr);
  const auto again = pool_.lease(kLoopback, 1, now_);
  ASSERT_EQ(again.leases.size(), 1u);
  EXPECT_EQ(again.leases[0]->rtp_address.port, port);
  EXPECT_NE(again.leases[0]->id, id);
}

TEST_F(PortPoolTest, keeps_the_sockets_of_a_resting_pair_and_calls_it_its_own) {
  const auto all = pool_.lease(kLoopback, 20, now_);
  const PortLease& lease = *all.leases[3];
  const int socket = lease.sockets.rtp.get();
  const SocketAddress address = lease.rtp_address;
  pool_.give_back(lease.id, now_);
  EXPECT_TRUE(pool_.is_own(address));
  const auto again = pool_.lease(kLoopback, 1, now_);
  EXPECT_EQ(again.leases[0]->sockets.rtp.get(), socket);
}

TEST_F(PortPoolTest, keeps_a_lease_in_use_until_its_session_ends) {
  const LeaseId id = pool_.lease(kLoopback, 1, now_).leases[0]->id;
  PortLease& lease = *pool_.find(id);
  pool_.acquire(lease);
  pool_.give_back(id, now_);
  ASSERT_NE(pool_.find(id), nullptr);
  pool_.release(lease, now_);
  EXPECT_EQ(pool_.find(id), nullptr);
  EXPECT_EQ(pool_.size(), 0u);
}

TEST_F(PortPoolTest, returns_what_an_earlier_sip_core_leased_and_no_session_uses) {
  const auto leased = pool_.lease(kLoopback, 5, now_);
  const LeaseId used = leased.leases[2]->id;
  pool_.acquire(*pool_.find(used));
  pool_.give_back_unused(now_);
  EXPECT_EQ(pool_.size(), 1u);
  EXPECT_NE(pool_.find(used), nullptr);
}

TEST_F(PortPoolTest, says_that_an_address_is_not_ours_and_does_not_keep_it) {
  for (int i = 0; i < 200; ++i) {
    const auto leased =
        pool_.lease(*IpAddress::parse("203.0.113." + std::to_string(i + 1)), 1, now_);
    EXPECT_EQ(leased.shortage, "the address is not one of this machine's");
  }
  EXPECT_EQ(pool_.lease(kLoopback, 1, now_).leases.size(), 1u);
}

TEST_F(PortPoolTest, leases_IPv6_ports_of_their_own) {
  const auto leased = pool_.lease(*IpAddress::parse("::1"), 1, now_);
  if (leased.leases.empty()) GTEST_SKIP() << "no IPv6 loopback here";
  EXPECT_TRUE(leased.leases[0]->rtp_address.ip.is_v6());
}

}  // namespace
}  // namespace ringfence::media_worker::test
