// Who may begin and hold a connection, from public addresses: F045, F047, F055, F057, F063.
#include <csignal>
#include <thread>
#include <vector>

#include "tests/faults/front_fixture.hpp"

namespace ringfence::faults {
namespace {

const std::string kOptions =
    "OPTIONS sip:a.test SIP/2.0\r\nCall-ID: one\r\nContent-Length: 0\r\n\r\n";

class FrontAdmission : public FrontFaults {
 protected:
  std::vector<TestPeer> hang(unsigned short port, int count, const std::string& source) {
    std::vector<TestPeer> hanging;
    for (int i = 0; i < count; ++i)
      hanging.push_back(TestPeer::connect_tcp(port, source));
    return hanging;
  }
  void trunk_at(const std::string& network) {
    proto::FromSipCore message;
    message.mutable_trunk_sources()->add_networks(network);
    core_->send(message);
    // Answered in order: what comes after is judged by it.
    TestPeer marker = TestPeer::connect_tcp(public_tcp_);
    marker.write(kOptions);
    ASSERT_TRUE(wait_for([&] { return !core_->messages.empty(); }));
    core_->say(core_->messages.back().connection(), "x", false);
    wait_for([first = true]() mutable { return !std::exchange(first, false); });
    ASSERT_EQ(marker.read(1), "x");
  }
};

TEST_F(FrontAdmission, F045OneSourceHangsWhatItMayAndEverybodyElseIsServed) {
  const auto hanging = hang(public_tls_, 32, "11.0.0.2");
  EXPECT_TRUE(TestPeer::connect_tcp(public_tls_, "11.0.0.2").was_reset());
  for (int i = 0; i < 20; ++i)
    EXPECT_TRUE(phone("11.0.1." + std::to_string(i)).connected());
  ASSERT_TRUE(wait_for([&] { return counter("accept_refused_source_handshakes_total") == 1; }));
  EXPECT_EQ(counter("accept_refused_over_cap_total"), 0u);
}

TEST_F(FrontAdmission, F045OverTheCapIsResetAtOnceCountedAndToldOnceASecond) {
  settings({{"handshake_cap", "8"}, {"handshakes_per_source", "0"}});
  const auto hanging = hang(public_tls_, 8, "11.0.0.2");
  for (int i = 0; i < 40; ++i)
    EXPECT_TRUE(TestPeer::connect_tcp(public_tls_, "11.0.0.3").was_reset());
  EXPECT_TRUE(TestPeer::connect_tls(trunk_tls_, {.server_name = "a.test", .source = "11.0.0.3"})
                  .connected());
  ASSERT_TRUE(wait_for([&] { return front_->logged("[sips-overcap]") > 0; }));
  EXPECT_LT(front_->logged("[sips-overcap]"), 10u);
  ASSERT_TRUE(wait_for([&] { return counter("accept_refused_over_cap_total") == 40; }));
  // Held against nobody.
  EXPECT_EQ(front_->health.blocklist_active(), 0u);
  EXPECT_EQ(front_->health.ports(1).over_cap(), 40u);
}

TEST_F(FrontAdmission, F045AScannerCannotStarveACarrier) {
  settings({{"handshake_cap", "16"}, {"handshakes_per_source", "0"}});
  trunk_at("11.9.0.0/16");
  const auto hanging = hang(trunk_tls_, 14, "11.0.0.2");
  EXPECT_TRUE(TestPeer::connect_tcp(trunk_tls_, "11.0.0.2").was_reset());
  const ClientWish carrier{.server_name = "a.test", .source = "11.9.1.1"};
  for (int i = 0; i < 5; ++i)
    EXPECT_TRUE(TestPeer::connect_tls(trunk_tls_, carrier).connected());
}

TEST_F(FrontAdmission, F045AResetClientMayRetryAtOnceAndPlacesComeBackAfterTheDeadline) {
  settings({{"handshake_cap", "4"}, {"handshake_timeout_s", "1"}});
  auto hanging = hang(public_tls_, 4, "11.0.0.2");
  EXPECT_TRUE(TestPeer::connect_tcp(public_tls_, "11.0.0.3").was_reset());
  for (TestPeer& peer : hanging)
    EXPECT_TRUE(peer.at_end());
  EXPECT_TRUE(phone("11.0.0.3").connected());
}

// Only at the cap, only who has hung for long, and one for each newcomer.
TEST_F(FrontAdmission, F045WhoHangsOnAFullPortMakesRoomLongBeforeTheDeadline) {
  settings({{"handshake_cap", "4"}, {"handshake_timeout_s", "3600"}});
  const auto hanging = hang(public_tls_, 4, "11.0.0.2");
  EXPECT_TRUE(TestPeer::connect_tcp(public_tls_, "11.0.0.3").was_reset());
  ASSERT_TRUE(wait_for([&] { return phone("11.0.0.3").connected(); }));
  // A newcomer that was served too late for its own patience has come twice.
  const auto cut = [this] { return counter("handshakes_cut_at_cap_total"); };
  ASSERT_TRUE(wait_for([&] { return cut() > 0; }));
  EXPECT_LT(cut(), 4u);
  EXPECT_TRUE(wait_for([&] { return front_->health.ports(1).in_flight() == 4 - cut(); }));
}

TEST_F(FrontAdmission, F047ATrickledHelloIsCutByOneDeadlineForTheWholeHandshake) {
  settings({{"handshake_timeout_s", "1"}});
  TestPeer slow = TestPeer::connect_tcp(public_tls_, "11.0.0.2");
  // A record of 512 octets that never ends: each octet is progress, and none of it helps.
  std::string hello("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11);
  bool cut = false;
  for (int i = 0; i < 500 && !cut; ++i) {
    const char octet =
        i < static_cast<int>(hello.size()) ? hello[static_cast<std::size_t>(i)] : 'x';
    cut = !slow.write({&octet, 1});
    wait_for([until = front_->loop.now() + std::chrono::milliseconds(20), this] {
      return front_->loop.now() >= until;
    });
  }
  EXPECT_TRUE(cut);
  ASSERT_TRUE(wait_for([&] { return counter("tls_handshakes_failed_timeout_total") == 1; }));
}

TEST_F(FrontAdmission, F047ABegunFirstMessageIsCutAtTheDeadlineOfTheFirst) {
  settings({{"first_message_timeout_s", "1"}, {"message_timeout_s", "60"}});
  TestPeer slow = phone("11.0.0.2");
  slow.write("OPTIONS sip:a.test SIP/2.0\r\n");
  EXPECT_TRUE(slow.at_end());
  ASSERT_TRUE(wait_for([&] { return counter("connections_timed_out_total") == 1; }));
}

TEST_F(FrontAdmission, F047AnIdlePeerIsClosedUnlessItIsRegistered) {
  settings({{"idle_timeout_s", "1"}});
  core_->finish_at_once = true;
  TestPeer registered = phone("11.0.0.2");
  registered.write(kOptions);
  ASSERT_TRUE(wait_for([&] { return core_->messages.size() == 1; }));
  proto::FromSipCore message;
  *message.mutable_connection_class()->mutable_connection() = core_->opened[0].connection();
  message.mutable_connection_class()->set_class_of_connection(proto::REGISTERED);
  core_->send(message);
  TestPeer idle = phone("11.0.0.3");
  idle.write(kOptions);
  ASSERT_TRUE(wait_for([&] { return core_->closed.size() == 1; }));
  EXPECT_EQ(core_->closed[0].reason(), "idle");
  EXPECT_TRUE(idle.at_end());
  registered.write("\r\n\r\n");
  EXPECT_EQ(registered.read(2), "\r\n");
}

TEST_F(FrontAdmission, F055ConnectsThatSayNothingCostNothingAndBlockNobody) {
  for (int i = 0; i < 2000; ++i)
    TestPeer::connect_tcp(public_tls_, "11.0.0.2").close();
  ASSERT_TRUE(wait_for([&] {
    return counter("accept_closed_empty_total") +
               counter("accept_refused_source_handshakes_total") ==
           2000;
  }));
  EXPECT_EQ(front_->health.ports(1).handshakes_failed(), 0u);
  EXPECT_EQ(front_->health.ports(1).in_flight(), 0u);
  EXPECT_TRUE(phone("11.0.0.2").connected());
}

TEST_F(FrontAdmission, F057OneSourceHoldsNoMoreThanItsConnections) {
  settings({{"connections_per_source", "5"}});
  std::vector<TestPeer> held;
  for (int i = 0; i < 5; ++i) {
    held.push_back(phone("11.0.0.2"));
    held.back().write(kOptions);
  }
  ASSERT_TRUE(wait_for([&] { return core_->messages.size() == 5; }));
  EXPECT_FALSE(phone("11.0.0.2").connected());
  EXPECT_TRUE(phone("11.0.0.3").connected());
  held.pop_back();
  ASSERT_TRUE(wait_for([&] { return !core_->closed.empty(); }));
  EXPECT_TRUE(phone("11.0.0.2").connected());
  ASSERT_TRUE(wait_for([&] { return counter("accept_refused_source_connections_total") == 1; }));
}

TEST_F(FrontAdmission, F063APipelinedFloodLeavesOthersTheirTurn) {
  core_->finish_at_once = true;
  TestPeer flooding = phone("11.0.0.2");
  TestPeer other = phone("11.0.0.3");
  ASSERT_TRUE(wait_for([&] { return front_->health.connections() == 2; }));
  constexpr std::size_t kFirst = 800;
  constexpr std::size_t kThen = 9200;
  std::string flood;
  for (std::size_t i = 0; i < kFirst; ++i)
    flood += kOptions;
  // Both wait in their sockets before tls-front looks at either.
  ::kill(front_->pid(), SIGSTOP);
  ASSERT_TRUE(flooding.write(flood));
  ASSERT_TRUE(other.write("MESSAGE sip:a.test SIP/2.0\r\nl: 0\r\n\r\n"));
  ASSERT_TRUE(wait_for([&] { return flooding.delivered() && other.delivered(); }));
  ::kill(front_->pid(), SIGCONT);
  std::thread writer([&] {
    for (std::size_t i = 0; i < kThen; ++i)
      flooding.write(kOptions);
  });
  EXPECT_TRUE(wait_for([&] { return core_->messages.size() == kFirst + kThen + 1; }));
  writer.join();
  const auto place = std::ranges::find_if(
      core_->messages, [](const auto& message) { return message.bytes().starts_with("MESSAGE"); });
  // Each turn takes a little of each.
  EXPECT_LT(place - core_->messages.begin(), static_cast<std::ptrdiff_t>(kFirst));
}

TEST_F(FrontAdmission, AcceptSurvivesAProcessWithoutDescriptorsAndDoesNotSpin) {
  front_->limit_descriptors(0);
  TestPeer waiting = TestPeer::connect_tcp(public_tcp_, "11.0.0.2");
  waiting.write(kOptions);
  ASSERT_TRUE(wait_for([&] { return counter("accept_out_of_descriptors_total") > 0; }));
  const std::uint64_t before = counter("accept_out_of_descriptors_total");
  ASSERT_TRUE(wait_for([&] { return counter("accept_out_of_descriptors_total") > before; }));
  // Reports come once a second; a spinning loop would have tried ten thousands of times.
  EXPECT_LT(counter("accept_out_of_descriptors_total"), before + 100);
  EXPECT_EQ(core_->messages.size(), 0u);
  front_->limit_descriptors(65536);
  EXPECT_TRUE(wait_for([&] { return core_->messages.size() == 1; }));
}

}  // namespace
}  // namespace ringfence::faults
