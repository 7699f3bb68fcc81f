// The real process, confined, over loopback: this test is its supervisor, its sip-core, both peers
// of a call and an attacker.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cstdio>
#include <optional>

#include "process_fixture.hpp"
#include "support/loopback.hpp"
#include "tests/faults/own_network.hpp"

namespace ringfence::media_worker::test {
namespace {

using std::chrono::milliseconds;

TEST(MediaWorkerByHand, says_who_starts_it) {
  // The shell closes descriptor 3, where a supervisor would have left its link.
  FILE* output = ::popen(RINGFENCE_MEDIA_WORKER " 3<&- 2>&1", "r");
  ASSERT_NE(output, nullptr);
  char line[200] = {};
  EXPECT_NE(std::fgets(line, sizeof line, output), nullptr);
  EXPECT_STREQ(line,
               "ringfence-media-worker: this program is started by ringfence-supervisor, not by "
               "hand\n");
  EXPECT_EQ(WEXITSTATUS(::pclose(output)), 1);
}

TEST_F(MediaWorkerProcess, is_confined_by_no_new_privs_seccomp_and_landlock_when_it_is_ready) {
#ifdef RINGFENCE_SANITIZED
  EXPECT_EQ(confinement_, "off");
#else
  EXPECT_THAT(confinement_, testing::StartsWith("no_new_privs, seccomp, landlock "));
#endif
  EXPECT_EQ(worker_.stop(), 0);
}

TEST_F(MediaWorkerProcess, leases_pairs_of_even_and_odd_ports_of_its_slice) {
  for (const auto& lease : worker_.lease(10)) {
    EXPECT_EQ(lease.rtp_port() % 2, 0u);
    EXPECT_GE(lease.rtp_port(), kLow);
    EXPECT_LT(lease.rtp_port(), kHigh);
    EXPECT_NE(lease.lease_id(), 0u);
  }
}

TEST_F(MediaWorkerProcess, says_why_it_cannot_lease_F020) {
  proto::ToMediaWorker message;
  message.mutable_lease_request()->set_address("203.0.113.1");
  message.mutable_lease_request()->set_count(1);
  worker_.send(message);
  const auto failed = worker_.wait_for(proto::FromMediaWorker::kLeaseFailed).lease_failed();
  EXPECT_EQ(failed.reason(), "the address is not one of this machine's");
  // The whole slice and one more.
  message.mutable_lease_request()->set_address(own_loopback());
  message.mutable_lease_request()->set_count(101);
  worker_.send(message);
  EXPECT_EQ(worker_.wait_for(proto::FromMediaWorker::kLeased).leased().leases_size(), 100);
  EXPECT_EQ(worker_.wait_for(proto::FromMediaWorker::kLeaseFailed).lease_failed().reason(),
            "no free port");
  const auto health = worker_.wait_health([](const auto& h) { return h.ports_in_use() == 200; });
  EXPECT_EQ(health.counters().at("media_port_exhausted_total"), 2u);
}

TEST_F(MediaWorkerProcess, decrypts_one_way_and_encrypts_the_other) {
  set_up_call();
  for (std::uint16_t i = 0; i < 20; ++i) {
    const auto sequence = static_cast<std::uint16_t>(1000 + i);
    call_.a.send(call_.port_a(), call_.from_a(sequence, "from a"));
    EXPECT_EQ(call_.b.receive(), rtp(0xaaaa, sequence, "from a"));
    const Packet plain = rtp(0xbbbb, sequence, "from b");
    call_.b.send(call_.port_b(), plain);
    const Packet encrypted = call_.a.receive();
    EXPECT_EQ(encrypted.size(), plain.size() + 10);
    EXPECT_EQ(call_.heard_by_a(encrypted), plain);
  }
  const auto summary = end_call();
  EXPECT_EQ(summary.a().packets_received(), 20u);
  EXPECT_EQ(summary.a().packets_sent(), 20u);
  EXPECT_EQ(summary.b().packets_received(), 20u);
  EXPECT_EQ(summary.b().packets_lost(), 0u);
  EXPECT_EQ(summary.a().latched_address(), call_.a.address().to_string());
  EXPECT_TRUE(summary.a().dropped().empty());
}

TEST_F(MediaWorkerProcess, says_at_the_end_how_unevenly_a_stream_came_and_how_long_the_way_was) {
  call_.clock_rate_b = 8000;
  set_up_call();
  for (const int number : {1, 2, 4}) {
    const auto sequence = static_cast<std::uint16_t>(number);
    call_.b.send(call_.port_b(), rtp(0xbbbb, sequence, "voice"));
    call_.a.receive();
  }
  Stored report(sender_report(0xaaaa, 0x12345678));
  report.size = *call_.a_sends.protect_rtcp(report.octets(), report.size);
  call_.a_rtcp.send(static_cast<Port>(call_.port_a() + 1), report.packet());
  EXPECT_EQ(call_.b_rtcp.receive(), sender_report(0xaaaa, 0x12345678));
  call_.b_rtcp.send(static_cast<Port>(call_.port_b() + 1),
                    receiver_report(0xbbbb, 0xaaaa, 1, 0x12345678, 0));
  call_.a_rtcp.receive();
  const auto summary = end_call();
  EXPECT_EQ(summary.b().packets_lost(), 1u);
  EXPECT_TRUE(summary.b().has_jitter_us());
  EXPECT_GT(summary.b().round_trip_us(), 0u);
  EXPECT_FALSE(summary.a().has_jitter_us());
  EXPECT_FALSE(summary.a().has_round_trip_us());
}

TEST_F(MediaWorkerProcess, tells_a_key_in_the_stream_of_a_leg_that_takes_events) {
  set_up_call();
  auto set = call_.session_set(77);
  set.mutable_session_set()->mutable_a()->set_telephone_event_type(101);
  set.mutable_session_set()->mutable_a()->set_telephone_event_hertz(8000);
  worker_.send(set);
  proto::ToMediaWorker key;
  key.mutable_telephone_event()->set_session_id(77);
  key.mutable_telephone_event()->set_to(proto::TelephoneEvent::A);
  key.mutable_telephone_event()->set_event(9);
  key.mutable_telephone_event()->set_duration_ms(40);
  worker_.send(key);
  key.mutable_telephone_event()->set_session_id(78);  // one that has ended
  worker_.send(key);
  worker_.lease(1);
  call_.b.send(call_.port_b(), rtp(0xbbbb, 1000, "speech"));
  EXPECT_EQ(call_.heard_by_a(call_.a.receive()), octets("80e503e8000000a00000bbbb090a00a0"));
}

TEST_F(MediaWorkerProcess, gathers_packets_of_a_thick_stream_when_told_to) {
  set_up_call();
  worker_.set("media_gather_us", "1000000");
  worker_.lease(1);
  std::uint16_t sequence = 1000;
  const auto arrives_at_once = [&] {
    // With much beside it that is no RTP, so that the worker has something to do.
    for (int i = 0; i < 50; ++i)
      call_.b.send(call_.port_b(), {});
    call_.b.send(call_.port_b(), rtp(0xbbbb, ++sequence, "voice"));
    return !call_.a.receive(milliseconds(100)).empty();
  };
  int packets = 0;
  while (arrives_at_once() && packets < 380)  // a stream may have no more at once
    ++packets;
  EXPECT_LT(packets, 380);
  EXPECT_FALSE(call_.a.receive(std::chrono::seconds(10)).empty());  // late, not lost
}

TEST_F(MediaWorkerProcess, carries_RTCP_encrypted_with_our_own_CNAME_R130_R168) {
  set_up_call();
  call_.b_rtcp.send(
      static_cast<Port>(call_.port_b() + 1),
      receiver_report(0xbbbb, 0xaaaa, 7) + source_description(0xbbbb, "inside@10.0.0.7"));
  Stored stored(call_.a_rtcp.receive());
  const auto size = call_.a_hears.unprotect_rtcp(stored.octets(), stored.size);
  ASSERT_TRUE(size);
  stored.size = *size;
  const Packet packet = stored.packet();
  const std::string text(packet.begin(), packet.end());
  EXPECT_EQ(text.find("10.0.0.7"), std::string::npos);
  EXPECT_EQ(packet.size(), 32u + 28u);
  EXPECT_EQ(end_call().a().rtcp_sent(), 1u);
}

TEST_F(MediaWorkerProcess, drops_and_counts_what_is_injected_F092_F093) {
  set_up_call();
  const UdpPeer attacker;
  attacker.send(call_.port_a(), rtp(0xaaaa, 1, "plain from elsewhere"));
  attacker.send(call_.port_b(), rtp(0xbbbb, 1, "plain from elsewhere"));
  call_.a.send(call_.port_a(), rtp(0xaaaa, 1, "plain from the right address"));
  EXPECT_TRUE(call_.b.receive(milliseconds(100)).empty());
  EXPECT_TRUE(call_.a.receive(milliseconds(10)).empty());
  EXPECT_TRUE(attacker.receive(milliseconds(10)).empty());
  const auto summary = end_call();
  EXPECT_EQ(summary.a().dropped().at("wrong_source"), 1u);
  EXPECT_EQ(summary.a().dropped().at("auth_failure"), 1u);
  EXPECT_EQ(summary.b().dropped().at("wrong_source"), 1u);
  EXPECT_EQ(summary.a().packets_received(), 0u);
}

TEST_F(MediaWorkerProcess, a_peer_whose_port_is_closed_ends_no_call_F101) {
  set_up_call();
  auto message = call_.session_set(77);
  message.mutable_session_set()->mutable_b()->set_remote_rtp_port(UdpPeer().address().port);
  worker_.send(message);
  worker_.lease(1);
  // Each brings an ICMP port unreachable.
  std::uint16_t sequence = 0;
  while (sequence < 100)
    call_.a.send(call_.port_a(), call_.from_a(++sequence, "to nobody"));
  worker_.wait_health(
      [](const auto& health) { return health.counters().at("rtp_received_total") == 100u; });
  worker_.send(call_.session_set(77));
  worker_.lease(1);
  call_.a.send(call_.port_a(), call_.from_a(++sequence, "to b"));
  EXPECT_EQ(call_.b.receive(), rtp(0xaaaa, sequence, "to b"));
  call_.b.send(call_.port_b(), rtp(0xbbbb, 1, "to a"));
  EXPECT_FALSE(call_.a.receive().empty());
  EXPECT_EQ(end_call().a().packets_lost(), 0u);
}

TEST_F(MediaWorkerProcess, a_datagram_that_the_kernel_refuses_is_counted_and_ends_no_call_F101) {
  set_up_call();
  auto message = call_.session_set(77);
  // From a loopback address there is no way out.
  message.mutable_session_set()->mutable_b()->set_remote_address("198.51.100.1");
  worker_.send(message);
  worker_.lease(1);
  for (const int sequence : {1, 2, 3})
    call_.a.send(call_.port_a(), call_.from_a(static_cast<std::uint16_t>(sequence), "refused"));
  worker_.wait_health(
      [](const auto& health) { return health.counters().at("udp_send_err_total") == 3u; });
  worker_.send(call_.session_set(77));
  worker_.lease(1);
  call_.a.send(call_.port_a(), call_.from_a(4, "to b"));
  EXPECT_EQ(call_.b.receive(), rtp(0xaaaa, 4, "to b"));
  const auto summary = end_call();
  EXPECT_EQ(summary.b().dropped().at("send_error"), 3u);
  EXPECT_EQ(summary.b().packets_sent(), 1u);
}

// A network of its own, through which no more than that goes in one piece.
class NarrowPath : public testing::Test {
 protected:
  NarrowPath() : entered_(faults::enter_own_network() && set_mtu_of_loopback(1200)) {
    if (entered_) call_.emplace();
  }
  static bool set_mtu_of_loopback(int mtu) {
    const Fd socket(::socket(AF_INET, SOCK_DGRAM, 0));
    ifreq request{};
    request.ifr_name[0] = 'l';
    request.ifr_name[1] = 'o';
    request.ifr_mtu = mtu;
    return ::ioctl(socket.get(), SIOCSIFMTU, &request) == 0;
  }

  bool entered_;
  std::optional<Call> call_;
};

TEST_F(NarrowPath, carries_packets_longer_than_the_path_is_wide_F101) {
  if (!entered_) GTEST_SKIP() << "no network of its own can be made here";
  WorkerProcess worker(kLow, kHigh);
  worker.wait_ready();
  worker.link_sip_core(11);
  worker.wait_for(proto::FromMediaWorker::kHello);
  const auto leases = worker.lease(2);
  ASSERT_EQ(leases.size(), 2u);
  call_->lease_a = leases[0];
  call_->lease_b = leases[1];
  worker.send(call_->session_set(77));
  worker.lease(1);
  const std::string frame(1400, 'v');
  call_->a.send(call_->port_a(), call_->from_a(1, frame));
  EXPECT_EQ(call_->b.receive(), rtp(0xaaaa, 1, frame));
  call_->b.send(call_->port_b(), rtp(0xbbbb, 1, frame));
  EXPECT_EQ(call_->heard_by_a(call_->a.receive()).size(), rtp(0xbbbb, 1, frame).size());
}

TEST_F(MediaWorkerProcess, media_flows_on_while_sip_core_is_replaced_F001) {
  set_up_call();
  std::uint16_t sequence = 100;
  const auto media_flows = [&] {
    call_.a.send(call_.port_a(), call_.from_a(++sequence, "still here"));
    return call_.b.receive() == rtp(0xaaaa, sequence, "still here");
  };
  EXPECT_TRUE(media_flows());
  worker_.unlink_sip_core();
  EXPECT_TRUE(media_flows());
  worker_.link_sip_core(12);
  const auto hello = worker_.wait_for(proto::FromMediaWorker::kHello).hello();
  ASSERT_EQ(hello.sessions_size(), 1);
  EXPECT_EQ(hello.sessions(0), 77u);
  EXPECT_TRUE(media_flows());
  // The lease that no session used went back with the sip-core that held it.
  worker_.wait_health([](const auto& h) { return h.ports_in_use() == 4; });
  EXPECT_EQ(end_call().a().packets_received(), 3u);
  worker_.wait_health([](const auto& h) { return h.ports_in_use() == 0 && h.sessions() == 0; });
}

// The roll-over counter of what a sends is past zero, b is behind a NAT, and a packet of each
// direction is already on its way again when nobody is there to take it.
TEST_F(MediaWorkerProcess, media_flows_on_after_a_kill_with_no_index_sent_or_taken_twice_F005) {
  set_up_call();
  std::vector<Packet> heard;
  const auto both_ways = [&](std::uint16_t sequence) {
    const Packet from_a = call_.from_a(sequence, "from a");
    call_.a.send(call_.port_a(), from_a);
    EXPECT_EQ(call_.b.receive(), rtp(0xaaaa, sequence, "from a")) << sequence;
    call_.b.send(call_.port_b(), rtp(0xbbbb, sequence, "from b"));
    heard.push_back(call_.a.receive());
    EXPECT_EQ(call_.heard_by_a(heard.back()).size(), rtp(0, 0, "from b").size()) << sequence;
    return from_a;
  };
  both_ways(30000);
  both_ways(62000);
  const Packet last = both_ways(10);
  for (int kills = 0; kills < 3; ++kills) {
    worker_.kill_and_start_anew();
    worker_.link_sip_core(11);
    const auto hello = worker_.wait_for(proto::FromMediaWorker::kHello).hello();
    ASSERT_EQ(hello.sessions_size(), 1);
    EXPECT_EQ(hello.sessions(0), 77u);
    call_.a.send(call_.port_a(), last);  // a replay
    EXPECT_TRUE(call_.b.receive(milliseconds(20)).empty());
    both_ways(static_cast<std::uint16_t>(20 + kills));
  }
  EXPECT_EQ(end_call().a().dropped().at("replay"), 1u);
  worker_.kill_and_start_anew();
  worker_.link_sip_core(11);
  EXPECT_EQ(worker_.wait_for(proto::FromMediaWorker::kHello).hello().sessions_size(), 0);
}

TEST_F(MediaWorkerProcess, gives_up_sessions_over_which_workers_die_again_and_again_F005) {
  set_up_call();
  for (int kills = 0; kills < 4; ++kills)
    worker_.kill_and_start_anew();
  worker_.link_sip_core(11);
  EXPECT_EQ(worker_.wait_for(proto::FromMediaWorker::kHello).hello().sessions_size(), 0);
}

TEST_F(MediaWorkerProcess, refuses_a_session_that_it_cannot_carry_and_keeps_the_old_one) {
  set_up_call();
  auto message = call_.session_set(77);
  message.mutable_session_set()->mutable_b()->set_remote_address("224.0.0.1");
  worker_.send(message);
  auto refused = worker_.wait_for(proto::FromMediaWorker::kSessionRefused).session_refused();
  EXPECT_EQ(refused.session_id(), 77u);
  EXPECT_EQ(refused.reason(), "media cannot be sent to 224.0.0.1");
  message = call_.session_set(77);
  message.mutable_session_set()->mutable_b()->set_remote_address(own_loopback());
  message.mutable_session_set()->mutable_b()->set_remote_rtp_port(call_.lease_a.rtp_port());
  worker_.send(message);
  refused = worker_.wait_for(proto::FromMediaWorker::kSessionRefused).session_refused();
  EXPECT_EQ(refused.reason(), "the peer's address is a media port of ours");
  message = call_.session_set(78);
  worker_.send(message);
  refused = worker_.wait_for(proto::FromMediaWorker::kSessionRefused).session_refused();
  EXPECT_EQ(refused.reason(), "the lease is another session's");
  call_.a.send(call_.port_a(), call_.from_a(9, "goes on"));
  EXPECT_EQ(call_.b.receive(), rtp(0xaaaa, 9, "goes on"));
}

// What is older is thrown away: see PortPoolTest.
TEST_F(MediaWorkerProcess, a_packet_that_is_here_a_moment_before_its_session_opens_the_call) {
  auto leases = worker_.lease(2);
  call_.lease_a = leases[0];
  call_.lease_b = leases[1];
  call_.b.send(call_.port_b(), rtp(0xbbbb, 200, "the first"));
  call_.a.send(call_.port_a(), call_.from_a(9, "and the other"));
  worker_.send(call_.session_set(77));
  worker_.lease(1);
  EXPECT_EQ(call_.heard_by_a(call_.a.receive()), rtp(0xbbbb, 200, "the first"));
  EXPECT_EQ(call_.b.receive(), rtp(0xaaaa, 9, "and the other"));
}

TEST_F(MediaWorkerProcess, tells_sip_core_of_a_session_that_fell_silent_once_to_each_R169) {
  auto leases = worker_.lease(2);
  call_.lease_a = leases[0];
  call_.lease_b = leases[1];
  auto message = call_.session_set(77);
  message.mutable_session_set()->set_silence_timeout_s(1);
  worker_.send(message);
  auto silent = worker_.wait_for(proto::FromMediaWorker::kSessionSilent).session_silent();
  EXPECT_EQ(silent.session_id(), 77u);
  worker_.link_sip_core(12);
  silent = worker_.wait_for(proto::FromMediaWorker::kSessionSilent).session_silent();
  EXPECT_EQ(silent.session_id(), 77u);
}

TEST_F(MediaWorkerProcess, closes_a_link_that_asks_before_its_hello_F103) {
  worker_.link_silent_sip_core();
  proto::ToMediaWorker request;
  request.mutable_lease_request()->set_address(own_loopback());
  request.mutable_lease_request()->set_count(1);
  worker_.send(request);
  EXPECT_TRUE(
      worker_.wait_until([&] { return worker_.sip_core_link_closed(); }, std::chrono::seconds(5)));
}

TEST_F(MediaWorkerProcess, closes_a_link_that_says_hello_twice_F103) {
  worker_.link_sip_core(13);
  proto::ToMediaWorker second_hello;
  second_hello.mutable_hello()->set_epoch(13);
  worker_.send(second_hello);
  EXPECT_TRUE(
      worker_.wait_until([&] { return worker_.sip_core_link_closed(); }, std::chrono::seconds(5)));
  worker_.link_sip_core(14);
  worker_.wait_for(proto::FromMediaWorker::kHello);
  EXPECT_EQ(worker_.lease(1).size(), 1u);
}

}  // namespace
}  // namespace ringfence::media_worker::test
