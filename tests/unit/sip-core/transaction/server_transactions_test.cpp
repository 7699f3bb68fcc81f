#include "sip-core/transaction/server_transactions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/transaction/table_harness.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string request(const std::string& method, const std::string& branch,
                    const std::string& to_tag = "", const std::string& rport = ";rport") {
  return method + " sip:bob@sbc.example SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5070;branch=z9hG4bK" +
         branch + rport + "\r\nFrom: <sip:a@h>;tag=f\r\nTo: <sip:bob@sbc.example>" +
         (to_tag.empty() ? "" : ";tag=" + to_tag) + "\r\nCall-ID: c1\r\nCSeq: 1 " + method +
         "\r\nContent-Length: 0\r\n\r\n";
}

class ServerTransactionsTest : public ::testing::Test, public TableHarness {
 protected:
  RequestReceived arrive(const std::string& octets, const MessageSource& source) {
    receive(octets, source);
    auto all = events();
    return std::get<RequestReceived>(all.at(0));
  }
  void respond(const RequestReceived& to, int status) {
    table.respond(to.transaction, answer(to, status, {}, "t"));
  }
};

TEST_F(ServerTransactionsTest, GivesARequestUpOnceAndRepeatsItsResponse) {
  const auto got = arrive(request("OPTIONS", "1"), udp());
  respond(got, 200);
  receive(request("OPTIONS", "1"), udp());
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK"));
}

TEST_F(ServerTransactionsTest, AnswersToTheSourcesPortWhenRportAsksForIt) {  // RFC 3581 §4
  const auto got = arrive(request("OPTIONS", "1"), udp());
  respond(got, 200);
  EXPECT_EQ(std::get<UdpFlow>(sender.sent[0].flow).remote.to_string(), "192.0.2.1:5060");
  EXPECT_THAT(sender.sent[0].octets, HasSubstr("received=192.0.2.1;rport=5060"));  // R027
}

TEST_F(ServerTransactionsTest, AnswersToThePortOfSentByWithoutRport) {  // RFC 3261 §18.2.2
  const auto got = arrive(request("OPTIONS", "1", "", ""), udp());
  respond(got, 200);
  EXPECT_EQ(std::get<UdpFlow>(sender.sent[0].flow).remote.to_string(), "192.0.2.1:5070");
}

TEST_F(ServerTransactionsTest, RefusesAMergedRequestR047) {
  arrive(request("INVITE", "1"), udp());
  receive(request("INVITE", "2"), udp());
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 482 Loop Detected"));
}

TEST_F(ServerTransactionsTest, AnswersACancelItselfAndTellsTheUserR053) {
  const auto invite = arrive(request("INVITE", "1"), udp());
  receive(request("CANCEL", "1"), udp());
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 200 OK"));
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(std::get<CancelReceived>(all[0]).invite, invite.transaction);
  receive(request("CANCEL", "1"), udp());  // repeated: the same answer, nothing for the user
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(ServerTransactionsTest, ACancelOfAnAnsweredInviteChangesNothing) {
  const auto invite = arrive(request("INVITE", "1"), udp());
  respond(invite, 200);
  receive(request("CANCEL", "1"), udp());
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK"));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(ServerTransactionsTest, ACancelOfNothingGets481R053) {
  receive(request("CANCEL", "9"), udp());
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 481 Call/Transaction Does Not Exist"));
  EXPECT_THAT(events(), IsEmpty());
}

TEST_F(ServerTransactionsTest, ACancelFromAnotherAddressIsOfNothing) {
  arrive(request("INVITE", "1"), udp());
  MessageSource other = udp();
  other.remote.ip = *IpAddress::parse("198.51.100.1");
  receive(request("CANCEL", "1"), other);
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 481 Call/Transaction Does Not Exist"));
}

TEST_F(ServerTransactionsTest, RepeatsASuccessOverTlsUntilItsAckR051) {
  const auto invite = arrive(request("INVITE", "1"), tls(1));
  respond(invite, 200);
  advance(2s);
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 200 OK", "SIP/2.0 200 OK", "SIP/2.0 200 OK"));
  receive(request("ACK", "2", "t"), tls(2));  // a branch of its own
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(std::get<AckReceived>(all[0]).invite, invite.transaction);
  advance(40s);
  EXPECT_THAT(wire(), IsEmpty());
  EXPECT_THAT(events(), IsEmpty());
  EXPECT_EQ(table.size(), 0U);
}

TEST_F(ServerTransactionsTest, TellsWhenNoAckCameInTimeR051) {
  const auto invite = arrive(request("INVITE", "1"), tls(1));
  respond(invite, 200);
  advance(33s);
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(std::get<ServerEnded>(all[0]).reason, ServerEnd::no_ack);
}

TEST_F(ServerTransactionsTest, AbsorbsTheAckOfAFailure) {
  const auto invite = arrive(request("INVITE", "1"), udp());
  respond(invite, 486);
  receive(request("ACK", "1", "t"), udp());
  EXPECT_THAT(events(), IsEmpty());
  wire();
  advance(3s);
  EXPECT_THAT(wire(), IsEmpty());
}

TEST_F(ServerTransactionsTest, SendsATryingOfItsOwnAfter200MsR050) {
  arrive(request("INVITE", "1"), udp());
  advance(190ms);
  EXPECT_THAT(wire(), IsEmpty());
  advance(20ms);
  EXPECT_THAT(wire(), ElementsAre("SIP/2.0 100 Trying"));
}

TEST_F(ServerTransactionsTest, AStatelessAnswerLeavesNothingBehind) {
  const auto invite = arrive(request("INVITE", "1"), udp());
  table.respond_statelessly(invite.transaction, answer(invite, 407, {}, "t"));
  EXPECT_EQ(table.size(), 0U);
  wire();
  advance(10s);
  EXPECT_THAT(wire(), IsEmpty());
  arrive(request("INVITE", "1"), udp());  // new again
}

TEST_F(ServerTransactionsTest, TellsTlsFrontOnceARequestIsAnswered) {
  const auto invite = arrive(request("INVITE", "1"), tls(5));
  respond(invite, 180);
  EXPECT_THAT(sender.done, IsEmpty());
  respond(invite, 200);
  EXPECT_THAT(sender.done, ElementsAre(5U));
  receive(request("ACK", "2", "t"), tls(6));
  EXPECT_THAT(sender.done, ElementsAre(5U, 6U));
}

TEST_F(ServerTransactionsTest, TellsThatTheCallerIsGoneWithItsConnection) {
  const auto invite = arrive(request("INVITE", "1"), tls(5));
  table.on_connection_closed(ConnectionId{7, 1}, "closed");
  const auto all = events();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(std::get<ServerEnded>(all[0]).reason, ServerEnd::transport_failed);
  respond(invite, 200);
  EXPECT_THAT(wire(), IsEmpty());
}

TEST_F(ServerTransactionsTest, CountsAResponseWhoseFlowIsGoneR025) {
  const auto got = arrive(request("OPTIONS", "1"), tls(5));
  sender.flows_gone = true;
  respond(got, 200);
  EXPECT_EQ(counters.get("sip_responses_without_flow_total").value, 1U);
}

}  // namespace
}  // namespace ringfence::sip_core
