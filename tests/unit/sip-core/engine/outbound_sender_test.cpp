#include "sip-core/engine/outbound_sender.hpp"

#include <gtest/gtest.h>

#include "tests/simulation/harness/demo_config.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using simulation::kCarrier;
using simulation::kSecure;

class OutboundSenderTest : public ::testing::Test {
 protected:
  OutboundSenderTest() {
    locations.refresh(config, now, actions);
    begin();
  }
  void begin() { sender.begin_step(config, now, actions); }
  template <typename T>
  std::vector<T> take() {
    std::vector<T> out;
    for (Action& action : actions) {
      if (auto* wanted = std::get_if<T>(&action)) out.push_back(std::move(*wanted));
    }
    std::erase_if(actions, [](const Action& a) { return std::holds_alternative<T>(a); });
    return out;
  }
  // The trunk has no service records; its host has this address.
  void resolve(const std::string& address) {
    for (const ResolveName& asked : take<ResolveName>()) {
      DnsResult result = std::unexpected(DnsFailure{DnsFault::absent, "none"});
      if (asked.type == RecordType::address) {
        result = DnsAnswer{std::vector{*IpAddress::parse(address)}, 60s};
      }
      answer(asked, std::move(result));
    }
  }
  void answer(const ResolveName& asked, DnsResult result) {
    if (locations.on_resolved({asked.query, std::move(result)}, now, actions)) {
      sender.on_located();
    }
  }
  void serve_by_srv(std::vector<SrvRecord> records) {
    for (const ResolveName& asked : take<ResolveName>()) {
      if (asked.type == RecordType::srv) answer(asked, DnsAnswer{records, 60s});
    }
  }
  SendOutcome send(TrunkId trunk, std::uint64_t transaction = 1) {
    return sender.send("octets", ToTrunk{trunk, {}, {}}, ClientTransactionId{transaction});
  }
  Connection dialled(DialId dial) {
    Connection c;
    c.id = {1, 5};
    c.dial = dial;
    c.listener = simulation::kTrunkTls;
    connections.add(c);
    return c;
  }

  Config config = simulation::demo_config();
  TimePoint now{1h};
  Actions actions;
  Identifiers ids;
  TimerService timers{now};
  Connections connections;
  SeededRandom random{1};
  TrunkLocations locations{ids, random};
  OutboundSender sender{connections, locations, timers, ids};
};

TEST_F(OutboundSenderTest, SendsToANumericUdpTrunkAtOnceFromItsListener) {
  EXPECT_TRUE(std::holds_alternative<Sent>(send(kCarrier)));
  const auto sent = take<SendDatagram>();
  ASSERT_EQ(sent.size(), 1U);
  EXPECT_EQ(sent[0].flow.listener, simulation::kTrunkUdp);
  EXPECT_EQ(sent[0].flow.remote.to_string(), "127.0.0.50:5060");
}

TEST_F(OutboundSenderTest, SendsToTheNextHopWithinADialog) {
  ToTrunk target{kCarrier, *sip::Uri::parse("sip:x@127.0.0.77:5099"), {}};
  sender.send("octets", target, ClientTransactionId{1});
  EXPECT_EQ(take<SendDatagram>().at(0).flow.remote.to_string(), "127.0.0.77:5099");
}

TEST_F(OutboundSenderTest, ResolvesDialsAndThenSendsWhatWaited) {
  sender.on_tls_front(true);
  EXPECT_TRUE(std::holds_alternative<Queued>(send(kSecure)));
  EXPECT_TRUE(take<DialConnection>().empty());
  resolve("127.0.0.52");
  const auto dials = take<DialConnection>();
  ASSERT_EQ(dials.size(), 1U);
  EXPECT_EQ(dials[0].port, 5061);
  EXPECT_EQ(dials[0].server_name, "secure.example");
  EXPECT_EQ(dials[0].check, CertificateCheck::full);
  EXPECT_TRUE(sender.on_opened(dialled(dials[0].dial)));
  EXPECT_EQ(take<SendStream>().size(), 1U);
  const auto outcome = sender.next_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(std::holds_alternative<Sent>(outcome->result));
  EXPECT_TRUE(std::holds_alternative<Sent>(send(kSecure)));  // reused from here on
}

TEST_F(OutboundSenderTest, DialsOnceForAllThatWait) {
  sender.on_tls_front(true);
  send(kSecure, 1);
  resolve("127.0.0.52");
  send(kSecure, 2);
  EXPECT_EQ(take<DialConnection>().size(), 1U);
}

TEST_F(OutboundSenderTest, FailsAllThatWaitWhenTheDialFails) {
  sender.on_tls_front(true);
  send(kSecure, 1);
  send(kSecure, 2);
  resolve("127.0.0.52");
  sender.on_dial_failed(take<DialConnection>().at(0).dial, "refused");
  EXPECT_EQ(std::get<NotSent>(sender.next_outcome()->result).reason, "refused");
  EXPECT_TRUE(sender.next_outcome());
  EXPECT_FALSE(sender.next_outcome());
}

TEST_F(OutboundSenderTest, FailsWhatWaitsWhenTheNameIsUnknownF116) {
  send(kSecure);
  for (const ResolveName& asked : take<ResolveName>())
    answer(asked, std::unexpected(DnsFailure{DnsFault::absent, "NXDOMAIN"}));
  const auto outcome = sender.next_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_NE(std::get<NotSent>(outcome->result).reason.find("NXDOMAIN"), std::string::npos);
}

// R067, R076, R099: what the DNS calls the server is no name that its certificate must carry.
TEST_F(OutboundSenderTest, AsksForTheTrunksOwnNameWhateverTheServiceRecordsSayR067R076R099) {
  sender.on_tls_front(true);
  send(kSecure);
  serve_by_srv({{1, 1, 15061, "127.0.0.61"}});
  const auto dials = take<DialConnection>();
  ASSERT_EQ(dials.size(), 1U);
  EXPECT_EQ(dials[0].server_name, "secure.example");
  EXPECT_EQ(dials[0].addresses.front().to_string(), "127.0.0.61");
  EXPECT_EQ(dials[0].port, 15061);
}

TEST_F(OutboundSenderTest, DialsTheNextTargetWhenTheFirstFailsR097) {
  sender.on_tls_front(true);
  send(kSecure);
  serve_by_srv({{1, 1, 15061, "127.0.0.61"}, {2, 1, 15062, "127.0.0.62"}});
  const auto first = take<DialConnection>();
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].port, 15061);
  EXPECT_EQ(first[0].timeout, OutboundSender::kShortDialTimeout);
  sender.on_dial_failed(first[0].dial, "refused");
  const auto second = take<DialConnection>();
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].port, 15062);
  EXPECT_FALSE(sender.next_outcome());
  sender.on_dial_failed(second[0].dial, "refused too");
  EXPECT_EQ(std::get<NotSent>(sender.next_outcome()->result).reason, "refused too");
  EXPECT_TRUE(take<DialConnection>().empty());
}

TEST_F(OutboundSenderTest, LeavesAConnectionToAFailedTargetAloneWhileThereIsAnother) {
  sender.on_tls_front(true);
  send(kSecure);
  serve_by_srv({{1, 1, 15061, "127.0.0.61"}, {2, 1, 15062, "127.0.0.62"}});
  Connection first = dialled(take<DialConnection>().at(0).dial);
  connections.remove(first.id);
  first.remote = *SocketAddress::parse("127.0.0.61:15061");
  connections.add(first);
  sender.on_opened(first);
  EXPECT_TRUE(std::holds_alternative<Sent>(send(kSecure, 2)));
  locations.avoided().note_failed(kSecure, first.remote, 30s, now);
  EXPECT_TRUE(std::holds_alternative<Queued>(send(kSecure, 3)));
  EXPECT_EQ(take<DialConnection>().at(0).port, 15062);
  // A request within a dialog stays where it is.
  const ToTrunk inside{kSecure, *sip::Uri::parse("sip:x@127.0.0.61"), first.id};
  EXPECT_TRUE(std::holds_alternative<Sent>(sender.send("o", inside, ClientTransactionId{4})));
}

TEST_F(OutboundSenderTest, NothingWaitsLongerThanFourSecondsF112) {
  send(kSecure);
  now += 4s;
  begin();
  std::vector<std::uint64_t> due;
  timers.advance(now, due);
  ASSERT_EQ(due.size(), 1U);
  sender.on_timer();
  EXPECT_TRUE(sender.next_outcome());
}

TEST_F(OutboundSenderTest, NeverDialsForAFlowThatIsGoneR025) {
  sender.on_tls_front(true);
  const Flow flow = ConnectionId{1, 99};
  EXPECT_TRUE(std::holds_alternative<NotSent>(sender.send("o", flow, ClientTransactionId{1})));
  EXPECT_FALSE(sender.send_response(flow, "o"));
  EXPECT_TRUE(take<DialConnection>().empty());
}

TEST_F(OutboundSenderTest, DialsWhatWaitedOnceTlsFrontIsBack) {
  send(kSecure);
  resolve("127.0.0.52");
  EXPECT_TRUE(take<DialConnection>().empty());
  sender.on_tls_front(true);
  EXPECT_EQ(take<DialConnection>().size(), 1U);
}

TEST_F(OutboundSenderTest, NamesTheListenersAdvertisedAddressInVia) {
  const auto origin = sender.origin(ToTrunk{kSecure, {}, {}});
  ASSERT_TRUE(origin);
  EXPECT_EQ(origin->transport, TransportKind::tls);  // R024
  EXPECT_EQ(origin->host, "127.0.0.1");
  EXPECT_EQ(origin->port, 5061);
  EXPECT_FALSE(sender.origin(ToTrunk{TrunkId{99}, {}, {}}));
}

}  // namespace
}  // namespace ringfence::sip_core
