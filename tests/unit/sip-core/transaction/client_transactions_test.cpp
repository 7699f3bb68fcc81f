#include "sip-core/transaction/client_transactions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/transaction/table_harness.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

sip::OutgoingMessage request(sip::Method method) {
  auto message = sip::OutgoingMessage::request(method, "sip:bob@peer.example");
  message.add(sip::HeaderName::from, "<sip:a@sbc.example>;tag=f")
      .add(sip::HeaderName::to, "<sip:bob@peer.example>")
      .add(sip::HeaderName::call_id, "c1")
      .add(sip::HeaderName::cseq, "7 " + std::string(sip::to_text(method)))
      .add(sip::HeaderName::route, "<sip:edge;lr>");
  return message;
}

class ClientTransactionsTest : public ::testing::Test, public TableHarness {
 protected:
  ClientTransactionId start(sip::Method method) {
    const auto id = table.request(request(method), Flow(udp().flow));
    last_request = sender.sent.back().octets;
    via = last_request.substr(last_request.find("Via: "));
    via = via.substr(0, via.find("\r\n"));
    return id;
  }
  void respond(const std::string& status, const std::string& cseq) {
    receive("SIP/2.0 " + status + "\r\n" + via +
                "\r\nFrom: <sip:a@sbc.example>;tag=f\r\nTo: <sip:bob@peer.example>;tag=t"
                "\r\nCall-ID: c1\r\nCSeq: " +
                cseq + "\r\nContent-Length: 0\r\n\r\n",
            peer);
  }
  MessageSource peer = udp();  // who responds
  std::string last_request;
  std::string via;
};

TEST_F(ClientTransactionsTest, WritesItsOwnViaWithAFreshBranchAndRport) {
  start(sip::Method::options);
  EXPECT_THAT(via, HasSubstr("SIP/2.0/UDP sbc.example:5060;"));
  EXPECT_THAT(via, HasSubstr("branch=z9hG4bK"));
  EXPECT_THAT(via, HasSubstr(";rport"));
  const std::string first = via;
  start(sip::Method::options);
  EXPECT_NE(first, via);
}

TEST_F(ClientTransactionsTest, RepeatsOverUdpAndTimesOut) {
  const auto id = start(sip::Method::invite);
  advance(31s);
  EXPECT_EQ(sender.sent.size(), 6U);  // at 0, 0.5, 1.5, 3.5, 7.5 and 15.5 s
  advance(1s);
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(std::get<ClientTimedOut>(all[0]).transaction, id);
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(ClientTransactionsTest, AcknowledgesAFailureWithTheInvitesViaAndRoute) {
  start(sip::Method::invite);
  wire();
  respond("486 Busy Here", "7 INVITE");
  ASSERT_EQ(sender.sent.size(), 1U);
  const std::string ack = sender.sent[0].octets;
  EXPECT_THAT(ack, HasSubstr("ACK sip:bob@peer.example SIP/2.0\r\n" + via + "\r\n"));
  EXPECT_THAT(ack, HasSubstr("To: <sip:bob@peer.example>;tag=t"));
  EXPECT_THAT(ack, HasSubstr("CSeq: 7 ACK"));
  EXPECT_THAT(ack, HasSubstr("Route: <sip:edge;lr>"));
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(ClientTransactionsTest, CancelsOnlyAfterAProvisionalResponse) {  // RFC 3261 §9.1
  const auto id = start(sip::Method::invite);
  wire();
  table.cancel(id, {});
  EXPECT_THAT(wire(), IsEmpty());
  respond("100 Trying", "7 INVITE");
  ASSERT_EQ(sender.sent.size(), 1U);
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("CANCEL sip:bob@peer.example SIP/2.0\r\n" + via));
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("To: <sip:bob@peer.example>\r\n"));
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("CSeq: 7 CANCEL"));
  events();
  respond("200 OK", "7 CANCEL");
  EXPECT_THAT(events(), IsEmpty());  // the CANCEL's response is the layer's own
  respond("487 Request Terminated", "7 INVITE");
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(ClientTransactionsTest, ACancelSaysWhyInRfc3326sWords) {
  const auto id = start(sip::Method::invite);
  table.cancel(id, "SIP;cause=200;text=\"Call completed elsewhere\"");
  wire();
  respond("180 Ringing", "7 INVITE");
  ASSERT_EQ(sender.sent.size(), 1U);
  EXPECT_THAT(sender.sent[0].octets,
              HasSubstr("Reason: SIP;cause=200;text=\"Call completed elsewhere\"\r\n"));
}

TEST_F(ClientTransactionsTest, ACancelledInviteThatNeverEndsTimesOut) {
  const auto id = start(sip::Method::invite);
  respond("180 Ringing", "7 INVITE");
  table.cancel(id, {});
  events();
  advance(33s);
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<ClientTimedOut>(all[0]));
}

TEST_F(ClientTransactionsTest, DeliversARepeatedSuccessAgain) {  // R052
  start(sip::Method::invite);
  respond("200 OK", "7 INVITE");
  respond("200 OK", "7 INVITE");
  EXPECT_EQ(events().size(), 2U);
}

TEST_F(ClientTransactionsTest, DropsAResponseWhoseSentByIsNotOursR026) {
  start(sip::Method::options);
  via.replace(via.find("sbc.example"), 11, "bad.example");
  respond("200 OK", "7 OPTIONS");
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(counters.get("stray_responses_total").value, 1U);
}

TEST_F(ClientTransactionsTest, ReportsThatNothingCouldBeSent) {
  sender.next = NotSent{"no route"};
  const auto id = table.request(request(sip::Method::invite), ToTrunk{TrunkId{1}, {}, {}});
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(std::get<ClientTransportFailed>(all[0]).transaction, id);
  EXPECT_EQ(std::get<ClientTransportFailed>(all[0]).reason, "no route");
}

TEST_F(ClientTransactionsTest, DoesNotRepeatWhatIsStillQueued) {
  sender.next = Queued{};
  const auto id = table.request(request(sip::Method::options), ToTrunk{TrunkId{1}, {}, {}});
  advance(2s);
  EXPECT_THAT(wire(), IsEmpty());
  table.on_sent(id, udp().flow);
  advance(4s);
  EXPECT_THAT(wire(), ElementsAre("OPTIONS sip:bob@peer.example SIP/2.0"));
}

TEST_F(ClientTransactionsTest, CancelTakesBackWhatIsStillQueued) {
  sender.next = Queued{};
  const auto id = table.request(request(sip::Method::invite), ToTrunk{TrunkId{1}, {}, {}});
  table.cancel(id, {});
  EXPECT_GE(sender.forgotten, 1);
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<ClientTransportFailed>(all[0]));
}

TEST_F(ClientTransactionsTest, FailsWhatWaitsOnAConnectionThatCloses) {  // R082, R091
  sender.transport = TransportKind::tls;
  const auto id = table.request(request(sip::Method::invite), Flow(tls(0).flow));
  table.on_connection_closed(ConnectionId{7, 2}, "other");
  EXPECT_THAT(events(), IsEmpty());
  table.on_connection_closed(ConnectionId{7, 1}, "closed");
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(std::get<ClientTransportFailed>(all[0]).transaction, id);
}

// To a trunk over a stream: the sender says which connection it took.
class TrunkTransactionsTest : public ClientTransactionsTest {
 protected:
  TrunkTransactionsTest() {
    sender.transport = TransportKind::tls;
    sender.next = Sent{ConnectionId{7, 1}};
    peer = tls(0);
  }
  ClientTransactionId start_on_trunk(sip::Method method) {
    const auto id = table.request(request(method), ToTrunk{TrunkId{9}, {}, {}});
    last_request = sender.sent.back().octets;
    via = last_request.substr(last_request.find("Via: "));
    via = via.substr(0, via.find("\r\n"));
    wire();
    return id;
  }
};

TEST_F(TrunkTransactionsTest, ReportsASilentTargetWhereThereIsAnotherR097) {
  sender.alternative = true;
  const auto id = start_on_trunk(sip::Method::invite);
  advance(1890ms);
  EXPECT_THAT(events(), IsEmpty());
  advance(20ms);
  const auto reported = events();
  ASSERT_EQ(reported.size(), 1U);
  EXPECT_EQ(std::get<ClientSilent>(reported[0]).transaction, id);
  EXPECT_EQ(std::get<ClientSilent>(reported[0]).sent_to, Flow(ConnectionId{7, 1}));
}

TEST_F(TrunkTransactionsTest, ReportsNoSilenceAfterAnyResponseOrWithoutAnAlternative) {
  start_on_trunk(sip::Method::register_);
  advance(5s);
  EXPECT_THAT(events(), IsEmpty());
  sender.alternative = true;
  start_on_trunk(sip::Method::invite);
  respond("100 Trying", "7 INVITE");
  events();
  advance(5s);
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(TrunkTransactionsTest, ReportsNoSilenceWhileTheRequestStillWaitsToBeSent) {
  sender.alternative = true;
  sender.next = Queued{};
  const auto id = table.request(request(sip::Method::invite), ToTrunk{TrunkId{9}, {}, {}});
  advance(3s);
  EXPECT_THAT(events(), IsEmpty());
  table.on_sent(id, ConnectionId{7, 1});
  advance(1910ms);
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(TrunkTransactionsTest, StopsTheRingingOverANewConnectionWhenTheOldOneBreaksR082) {
  start_on_trunk(sip::Method::invite);
  respond("180 Ringing", "7 INVITE");
  events();
  sender.next = Queued{};  // a new connection is dialled
  EXPECT_EQ(table.on_connection_closed(ConnectionId{7, 1}, "reset"), 1U);
  const auto reported = events();
  ASSERT_EQ(reported.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<ClientTransportFailed>(reported[0]));
  ASSERT_EQ(sender.queued.size(), 1U);
  EXPECT_THAT(sender.queued[0], ::testing::StartsWith("CANCEL sip:bob@peer.example"));
  EXPECT_THAT(sender.queued[0], HasSubstr(via));
}

TEST_F(TrunkTransactionsTest, DropsAResponseFromAnotherConnectionF073) {
  start_on_trunk(sip::Method::invite);
  peer.flow = ConnectionId{7, 2};
  respond("302 Moved Temporarily", "7 INVITE");
  respond("200 OK", "7 INVITE");
  peer = udp();
  respond("407 Proxy Authentication Required", "7 INVITE");
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(counters.get("stray_responses_total").value, 3U);
  peer = tls(0);
  respond("200 OK", "7 INVITE");
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(TrunkTransactionsTest, DropsAResponseToWhatIsStillQueuedF073) {
  start_on_trunk(sip::Method::options);
  sender.next = Queued{};
  table.request(request(sip::Method::options), ToTrunk{TrunkId{9}, {}, {}});
  via = sender.queued.back().substr(sender.queued.back().find("Via: "));
  via = via.substr(0, via.find("\r\n"));
  respond("200 OK", "7 OPTIONS");
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(TrunkTransactionsTest, HearsThePeerOverANewConnectionWhenTheOldOneBrokeF073) {
  const auto id = start_on_trunk(sip::Method::invite);
  respond("180 Ringing", "7 INVITE");
  table.cancel(id, {});
  table.on_connection_closed(ConnectionId{7, 1}, "reset");
  events();
  peer.flow = ConnectionId{7, 2};
  peer.remote = *SocketAddress::parse("192.0.2.99:40000");
  respond("200 OK", "7 INVITE");
  EXPECT_THAT(events(), IsEmpty());  // somebody else
  peer.remote = *SocketAddress::parse("192.0.2.1:40001");
  respond("200 OK", "7 INVITE");
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(TrunkTransactionsTest, CancelsOverANewConnectionWhenTheOldOneBrokeR082) {
  const auto id = start_on_trunk(sip::Method::invite);
  respond("180 Ringing", "7 INVITE");
  table.cancel(id, {});
  EXPECT_EQ(std::get<ToTrunk>(*sender.last_target).connection, (ConnectionId{7, 1}));
}

// F001, F073
TEST_F(TrunkTransactionsTest, HearsTheCalleeOfTheProcessBeforeWhoseConnectionIsGone) {
  auto invite = request(sip::Method::invite);
  via = "Via: SIP/2.0/TLS sbc.example:5060;branch=z9hG4bKbefore";
  invite.add_first(sip::HeaderName::via, via.substr(5));
  sender.flows_gone = true;
  table.take_over(std::move(invite), ConnectionId{6, 1});
  respond("200 OK", "7 INVITE");
  EXPECT_EQ(events().size(), 1U);
}

TEST_F(ClientTransactionsTest, TwoOfOneBranchEndOneAfterTheOther) {
  for (int i = 0; i < 2; ++i) {
    auto invite = request(sip::Method::invite);
    invite.add_first(sip::HeaderName::via, "SIP/2.0/UDP sbc.example:5060;branch=z9hG4bKone");
    table.cancel(table.take_over(std::move(invite), udp().flow), {});
  }
  advance(70s);
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(ClientTransactionsTest, CancelsAnInviteOfTheProcessBeforeF001) {
  auto invite = request(sip::Method::invite);
  via = "Via: SIP/2.0/UDP sbc.example:5060;branch=z9hG4bKbefore";
  invite.add_first(sip::HeaderName::via, via.substr(5));
  const auto id = table.take_over(std::move(invite), udp().flow);
  EXPECT_THAT(wire(), IsEmpty());
  table.cancel(id, {});
  ASSERT_EQ(sender.sent.size(), 1U);
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("CANCEL sip:bob@peer.example"));
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("branch=z9hG4bKbefore"));
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("CSeq: 7 CANCEL"));
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("Route: <sip:edge;lr>"));
  respond("200 OK", "7 CANCEL");
  respond("487 Request Terminated", "7 INVITE");
  EXPECT_EQ(events().size(), 1U);
  EXPECT_THAT(sender.sent.back().octets, HasSubstr("ACK sip:bob@peer.example"));
}

}  // namespace
}  // namespace ringfence::sip_core
