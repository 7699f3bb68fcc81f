#include "sip-core/registrar/registrar.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/registrar/part_harness.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;

class RegistrarTest : public testing::Test {
 protected:
  RegistrarTest() {
    harness_.config.tenants = {{TenantId(1), "a", "a.test"}};
    Extension alice;
    alice.id = ExtensionId(1);
    alice.tenant = TenantId(1);
    alice.username = "alice";
    harness_.config.extensions = {alice};
    harness_.config.finish();
  }

  struct Sent {
    std::string contact;
    std::string call_id = "call-1";
    std::uint32_t cseq = 1;
    std::string fields = {};
    std::string uri = "sip:a.test";
    Flow flow = UdpFlow{ListenerId(1), *SocketAddress::parse("192.0.2.9:5062")};
  };
  void send(const Sent& sent) {
    const std::string contact = sent.contact.empty() ? "" : "Contact: " + sent.contact + "\r\n";
    RequestReceived request;
    request.transaction = ServerTransactionId(++last_transaction_);
    request.message =
        PartHarness::parse("REGISTER " + sent.uri +
                           " SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
                           "From: <sip:alice@a.test>;tag=1\r\nTo: <sip:alice@a.test>\r\nCall-ID: " +
                           sent.call_id + "\r\nCSeq: " + std::to_string(sent.cseq) +
                           " REGISTER\r\n" + contact + sent.fields + "\r\n");
    request.source.flow = sent.flow;
    request.source.remote = *SocketAddress::parse("192.0.2.9:5062");
    Context context = harness_.context();
    registrar_.on_register(context, request, harness_.config.tenants[0],
                           harness_.config.extensions[0]);
  }
  CommitId last_commit() const {
    const auto* persist = harness_.last<Persist>();
    return persist == nullptr ? CommitId() : persist->commit;
  }
  void commit() {
    Context context = harness_.context();
    EXPECT_TRUE(registrar_.on_committed(context, last_commit()));
  }
  void send_and_commit(const Sent& sent) {
    send(sent);
    commit();
  }
  int status() const {
    return harness_.layer.responses.empty() ? 0
                                            : harness_.layer.responses.back().second.status_code();
  }
  std::vector<std::string> listed() const {
    std::vector<std::string> contacts;
    for (const auto& field : harness_.layer.responses.back().second.fields()) {
      if (field.id == sip::HeaderName::contact) contacts.emplace_back(field.value);
    }
    return contacts;
  }
  std::vector<std::string> reachable() {
    std::vector<std::string> contacts;
    const Context context = harness_.context();
    for (const Binding* binding : registrar_.bindings(context, TenantId(1), "alice"))
      contacts.push_back(binding->record.contact);
    return contacts;
  }
  static Connection connection(std::uint64_t number) {
    Connection one;
    one.id = {9, number};
    return one;
  }

  PartHarness harness_;
  Registrar registrar_;
  std::uint64_t last_transaction_ = 0;
};

using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(RegistrarTest, AnswersOnlyOnceTheBindingIsCommitted) {
  send({.contact = "<sip:alice@192.0.2.9:5062>"});
  EXPECT_EQ(status(), 0);
  EXPECT_THAT(reachable(), IsEmpty());
  commit();
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(listed(), ElementsAre("<sip:alice@192.0.2.9:5062>;expires=600"));
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@192.0.2.9:5062"));
}

// R061, F017
TEST_F(RegistrarTest, KeepsTheOldBindingsWhenTheCommitFails) {
  send_and_commit({.contact = "<sip:alice@one>"});
  send({.contact = "<sip:alice@two>", .cseq = 2});
  Context context = harness_.context();
  EXPECT_TRUE(registrar_.on_commit_failed(context, last_commit(), "disk full"));
  EXPECT_EQ(status(), 500);
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@one"));
  EXPECT_FALSE(registrar_.on_committed(context, CommitId(77)));
}

TEST_F(RegistrarTest, WorksOnRequestsOfOneAddressInTheirOrder) {
  send({.contact = "<sip:alice@one>"});
  const CommitId first = last_commit();
  send({.contact = "*", .cseq = 2, .fields = "Expires: 0\r\n"});
  Context context = harness_.context();
  registrar_.on_committed(context, first);
  commit();
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_THAT(reachable(), IsEmpty());
}

// R062
TEST_F(RegistrarTest, RefusesACSeqThatHasNotGrownWithinACallId) {
  send_and_commit({.contact = "<sip:alice@one>", .cseq = 5});
  send({.contact = "<sip:alice@one>;expires=0", .cseq = 5});
  EXPECT_EQ(status(), 400);
  send({.contact = "*", .cseq = 4, .fields = "Expires: 0\r\n"});
  EXPECT_EQ(status(), 400);
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@one"));
  send_and_commit({.contact = "<sip:alice@one>;expires=0", .call_id = "other", .cseq = 1});
  EXPECT_THAT(reachable(), IsEmpty());
}

// R014, R013
TEST_F(RegistrarTest, ReplacesAContactOfTheOtherScheme) {
  send_and_commit({.contact = "<sip:alice@one>"});
  send_and_commit({.contact = "<sips:alice@one>", .cseq = 2, .uri = "sips:a.test"});
  EXPECT_THAT(reachable(), ElementsAre("sips:alice@one"));
  send_and_commit({.contact = "<sip:%61lice@ONE>", .cseq = 3});
  EXPECT_THAT(reachable(), ElementsAre("sip:%61lice@ONE"));
}

TEST_F(RegistrarTest, ListsTheBindingsForARequestWithoutContact) {
  send_and_commit({.contact = "<sip:alice@one>;q=0.25"});
  harness_.pass(100s);
  send({.contact = "", .cseq = 2});
  EXPECT_EQ(status(), 200);
  EXPECT_THAT(listed(), ElementsAre("<sip:alice@one>;expires=500;q=0.250"));
}

TEST_F(RegistrarTest, PutsTheHighestQFirstThenTheMostRecent) {
  send_and_commit({.contact = "<sip:a@one>;q=0.5, <sip:b@two>;q=0.9, <sip:c@three>;q=0.9"});
  EXPECT_THAT(reachable(), ElementsAre("sip:c@three", "sip:b@two", "sip:a@one"));
}

// R090, R091: the flow alone decides whether a binding can be reached.
TEST_F(RegistrarTest, CannotReachABindingWhoseConnectionIsClosed) {
  harness_.connections.add(connection(1));
  send_and_commit({.contact = "<sip:alice@one>", .flow = ConnectionId{9, 1}});
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@one"));
  const auto* mark = harness_.last<SetConnectionClass>();
  ASSERT_NE(mark, nullptr);
  EXPECT_EQ(mark->connection_class, ConnectionClass::registered);
  harness_.connections.remove({9, 1});
  EXPECT_THAT(reachable(), IsEmpty());
  EXPECT_EQ(registrar_.count(), 1U);
}

// R087, R090: one instance, several flows.
TEST_F(RegistrarTest, KeysOutboundBindingsByInstanceAndRegIdAndReachesOneOfAnInstance) {
  const std::string instance = ";+sip.instance=\"<urn:uuid:1>\";reg-id=";
  send_and_commit(
      {.contact = "<sip:alice@one>" + instance + "1", .fields = "Supported: outbound\r\n"});
  EXPECT_EQ(harness_.layer.responses.back().second.header(sip::HeaderName::require), "outbound");
  send_and_commit({.contact = "<sip:alice@two>" + instance + "2", .call_id = "c2"});
  EXPECT_EQ(listed().size(), 2U);
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@two"));
  send_and_commit({.contact = "<sip:alice@three>" + instance + "2", .call_id = "c3"});
  EXPECT_EQ(listed().size(), 2U);
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@three"));
}

// R087: the same contact over two flows is two bindings.
TEST_F(RegistrarTest, KeepsOneContactOverSeveralFlowsApart) {
  const std::string contact = "<sip:alice@one>;+sip.instance=\"<urn:uuid:1>\";reg-id=";
  harness_.connections.add(connection(1));
  harness_.connections.add(connection(2));
  send_and_commit({.contact = contact + "1", .flow = ConnectionId{9, 1}});
  send_and_commit({.contact = contact + "2", .call_id = "c2", .flow = ConnectionId{9, 2}});
  EXPECT_EQ(listed().size(), 2U);
  harness_.connections.remove({9, 2});
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@one"));
  EXPECT_EQ(registrar_.count_over(ConnectionId{9, 1}), 1U);
  send_and_commit({.contact = contact + "1;expires=0", .cseq = 2, .flow = ConnectionId{9, 1}});
  EXPECT_EQ(listed().size(), 1U);
  EXPECT_FALSE(registrar_.has_flow(ConnectionId{9, 1}));
  EXPECT_TRUE(registrar_.has_flow(ConnectionId{9, 2}));
}

TEST_F(RegistrarTest, TellsAnOutboundPhoneHowOftenItsFlowMustSpeak) {
  const std::string contact = "<sip:alice@one>;+sip.instance=\"<urn:uuid:1>\";reg-id=1";
  send_and_commit({.contact = contact, .fields = "Supported: outbound\r\n"});
  EXPECT_EQ(harness_.layer.responses.back().second.header(sip::HeaderName::flow_timer), "30");
  send_and_commit({.contact = "<sip:alice@two>", .cseq = 2, .fields = "Supported: outbound\r\n"});
  EXPECT_FALSE(harness_.layer.responses.back().second.header(sip::HeaderName::flow_timer));
  EXPECT_FALSE(harness_.layer.responses.back().second.header(sip::HeaderName::require));
}

// R166: where a request came from is where its binding is called, whatever the contact says.
TEST_F(RegistrarTest, BindsToTheSourceAndNotToTheContactsAddress) {
  send_and_commit({.contact = "<sip:alice@10.1.1.1:5060>"});
  Context context = harness_.context();
  const auto bindings = registrar_.bindings(context, TenantId(1), "alice");
  ASSERT_EQ(bindings.size(), 1U);
  EXPECT_EQ(bindings[0]->record.flow, Flow(Sent().flow));
}

// R170
TEST_F(RegistrarTest, GivesAPhoneBehindANatAShorterTimeOnUdp) {
  send_and_commit({.contact = "<sip:alice@10.1.1.1:5060>;expires=3600"});
  EXPECT_THAT(listed(), ElementsAre("<sip:alice@10.1.1.1:5060>;expires=120"));
  harness_.config.settings["register_nat_expires_s"] = "300";
  send_and_commit({.contact = "<sip:alice@10.1.1.1:5060>;expires=3600", .cseq = 2});
  EXPECT_THAT(listed(), ElementsAre("<sip:alice@10.1.1.1:5060>;expires=300"));
  send_and_commit({.contact = "<sip:alice@192.0.2.9:1>;expires=3600", .call_id = "c2"});
  EXPECT_THAT(listed(), testing::Contains("<sip:alice@192.0.2.9:1>;expires=3600"));
}

TEST_F(RegistrarTest, TellsTheTime) {
  send({.contact = ""});
  EXPECT_EQ(harness_.layer.responses.back().second.header(sip::HeaderName::date),
            "Thu, 01 Jan 2026 00:00:00 GMT");
  harness_.wall = std::chrono::sys_days(std::chrono::year(2028) / 2 / 29) + std::chrono::hours(13) +
                  std::chrono::minutes(5) + std::chrono::milliseconds(9876);
  send({.contact = "", .cseq = 2});
  EXPECT_EQ(harness_.layer.responses.back().second.header(sip::HeaderName::date),
            "Tue, 29 Feb 2028 13:05:09 GMT");
}

// What has run out is no reason to refuse, though it was not swept away yet.
TEST_F(RegistrarTest, DoesNotHoldAnExpiredBindingAgainstItsPhone) {
  send_and_commit({.contact = "<sip:alice@one>;expires=60", .cseq = 5});
  harness_.pass(61s);
  send_and_commit({.contact = "<sip:alice@one>", .cseq = 1});
  EXPECT_EQ(status(), 200);
}

// R061: many requests of one address, one after the other, none yet durable.
TEST_F(RegistrarTest, LeavesNothingOfAFailedRequestToThoseBehindIt) {
  send({.contact = "<sip:alice@one>"});
  const CommitId first = last_commit();
  send({.contact = "<sip:alice@two>", .call_id = "c2"});
  Context context = harness_.context();
  registrar_.on_commit_failed(context, first, "disk full");
  EXPECT_EQ(status(), 500);
  commit();
  EXPECT_THAT(listed(), ElementsAre("<sip:alice@two>;expires=600"));
}

// F028: a store that has lost its file is given everything once more.
TEST_F(RegistrarTest, GivesTheStoreAllBindingsAgainWhenItHasLostThem) {
  send_and_commit({.contact = "<sip:alice@one>, <sip:alice@two>"});
  harness_.actions.clear();
  Context context = harness_.context();
  registrar_.on_state_lost(context);
  ASSERT_NE(harness_.last<Persist>(), nullptr);
  EXPECT_EQ(harness_.last<Persist>()->records.size(), 2U);
}

TEST_F(RegistrarTest, MakesRoomByEarlierContactsOfTheSamePhone) {
  harness_.config.extensions[0].max_contacts = 2;
  const std::string phone = ";+sip.instance=\"<urn:uuid:1>\"";
  send_and_commit({.contact = "<sip:alice@old>" + phone, .call_id = "phone"});
  send_and_commit({.contact = "<sip:alice@desk>", .call_id = "desk"});
  send_and_commit({.contact = "<sip:alice@new>" + phone, .call_id = "phone", .cseq = 2});
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@new", "sip:alice@desk"));
  send({.contact = "<sip:alice@third>", .call_id = "third"});
  EXPECT_EQ(status(), 403);
}

TEST_F(RegistrarTest, HoldsNothingWhereNoContactIsAllowed) {
  harness_.config.extensions[0].max_contacts = 0;
  send({.contact = "<sip:alice@one>"});
  EXPECT_EQ(status(), 403);
}

// F076
TEST_F(RegistrarTest, HoldsTenContactsWhereNoNumberIsGiven) {
  for (int i = 0; i < 10; ++i) {
    const std::string n = std::to_string(i);
    send_and_commit({.contact = "<sip:alice@h" + n + ">", .call_id = "c" + n});
  }
  send({.contact = "<sip:alice@h10>", .call_id = "c10"});
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(reachable().size(), 10U);
}

// F076
TEST_F(RegistrarTest, HoldsNoMoreContactsThanAllowed) {
  harness_.config.extensions[0].max_contacts = 2;
  send_and_commit({.contact = "<sip:a@one>, <sip:a@two>"});
  send({.contact = "<sip:a@three>", .cseq = 2});
  EXPECT_EQ(status(), 403);
  EXPECT_EQ(reachable().size(), 2U);
}

TEST_F(RegistrarTest, MakesRoomByContactsThatNobodyCanReach) {
  harness_.config.extensions[0].max_contacts = 2;
  for (std::uint32_t i = 1; i <= 4; ++i) {
    harness_.connections.add(connection(i));
    send_and_commit({.contact = "<sip:a@h" + std::to_string(i) + ">",
                     .call_id = "c" + std::to_string(i),
                     .flow = ConnectionId{9, i}});
    EXPECT_EQ(status(), 200);
    if (i < 4) harness_.connections.remove({9, i});
  }
  EXPECT_THAT(reachable(), ElementsAre("sip:a@h4"));
}

TEST_F(RegistrarTest, ForgetsWhatHasExpired) {
  send_and_commit({.contact = "<sip:alice@one>;expires=60"});
  harness_.pass(60s);
  EXPECT_THAT(reachable(), IsEmpty());
  harness_.actions.clear();
  Context context = harness_.context();
  for (const std::uint64_t payload : harness_.due())
    registrar_.on_timer(context, payload);
  EXPECT_EQ(registrar_.count(), 0U);
  ASSERT_NE(harness_.last<Persist>(), nullptr);
  EXPECT_TRUE(std::holds_alternative<BindingRemoved>(harness_.last<Persist>()->records[0]));
}

TEST_F(RegistrarTest, TakesUpRestoredBindingsWithTheTimeThatTheyHaveLeft) {
  BindingRecord record;
  record.tenant = TenantId(1);
  record.username = "alice";
  record.contact = "sip:alice@one";
  record.flow = ConnectionId{9, 1};
  record.expires = harness_.wall + 50s;
  Context context = harness_.context();
  registrar_.on_restored(context, {record});
  EXPECT_THAT(reachable(), IsEmpty());
  harness_.connections.add(connection(1));
  EXPECT_THAT(reachable(), ElementsAre("sip:alice@one"));
  harness_.pass(50s);
  EXPECT_THAT(reachable(), IsEmpty());
}

TEST_F(RegistrarTest, DropsTheBindingsOfAnExtensionThatIsGone) {
  send_and_commit({.contact = "<sip:alice@one>"});
  harness_.config.extensions.clear();
  harness_.config.finish();
  Context context = harness_.context();
  registrar_.on_config(context);
  EXPECT_EQ(registrar_.count(), 0U);
}

TEST_F(RegistrarTest, GivesThePathBack) {
  send_and_commit({.contact = "<sip:alice@one>", .fields = "Path: <sip:edge;lr>\r\n"});
  EXPECT_EQ(harness_.layer.responses.back().second.header(sip::HeaderName::path), "<sip:edge;lr>");
}

}  // namespace
}  // namespace ringfence::sip_core
