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
      if (field.id == sip::HeaderName::contact) contacts.push_back(field.value);
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
