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
    names.keep(config, now, actions);
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
  void resolve(const std::string& address) {
    const QueryId query = take<ResolveName>().at(0).query;
    const auto answer = names.on_resolved({query, std::vector{*IpAddress::parse(address)}}, now);
    sender.on_resolved(*answer);
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
  NameCache names{ids};
  OutboundSender sender{connections, names, timers, ids};
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
  const QueryId query = take<ResolveName>().at(0).query;
  sender.on_resolved(*names.on_resolved({query, std::unexpected("NXDOMAIN")}, now));
  const auto outcome = sender.next_outcome();
  ASSERT_TRUE(outcome);
  EXPECT_NE(std::get<NotSent>(outcome->result).reason.find("NXDOMAIN"), std::string::npos);
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
