// OPTIONS to trunks. F112, F113.
#include "sip-core/trunk/trunk_probes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/sip-core/registrar/part_harness.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;

class TrunkProbesTest : public testing::Test {
 protected:
  TrunkProbesTest() {
    Listener listener;
    listener.id = ListenerId(1);
    listener.side = Side::trunk;
    listener.transport = TransportKind::tls;
    listener.advertised_address = "192.0.2.1";
    listener.port = 5061;
    Trunk trunk;
    trunk.id = TrunkId(7);
    trunk.label = "Carrier";
    trunk.host = "carrier.test";
    trunk.tls = true;
    trunk.uri_style = UriStyle::sip_transport_tls;
    trunk.contact_host = "sbc.customer.example";
    trunk.options_interval = 60s;
    harness_.config.listeners = {listener};
    harness_.config.trunks = {trunk};
    harness_.config.finish();
    configure();
    pass(1s);
  }
  void configure() {
    Context context = harness_.context();
    probes_.on_config(context);
  }
  void pass(std::chrono::milliseconds by) {
    harness_.pass(by);
    Context context = harness_.context();
    for (const std::uint64_t payload : harness_.due())
      probes_.on_timer(context, payload, trunks_);
  }
  std::size_t requests() const { return harness_.layer.requests.size(); }
  const RecordingLayer::Request& last() const { return harness_.layer.requests.back(); }
  std::string field(HeaderName name) const {
    return std::string(last().message.header(name).value_or(""));
  }
  bool respond(const std::string& status) {
    ResponseReceived response;
    response.transaction = last().id;
    response.message = PartHarness::parse(
        "SIP/2.0 " + status +
        "\r\nVia: SIP/2.0/TLS sbc.example;branch=z9hG4bK1\r\nFrom: <sip:u@h>;tag=1\r\n"
        "To: <sip:u@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n");
    Context context = harness_.context();
    return probes_.on_response(context, response, trunks_);
  }
  std::string state() const { return trunks_.states(harness_.config).at(0).state; }
  std::vector<std::string> tags() const {
    std::vector<std::string> all;
    for (const Action& action : harness_.actions) {
      if (const auto* line = std::get_if<WriteLog>(&action)) all.push_back(line->tag);
    }
    return all;
  }

  PartHarness harness_;
  TrunkRegistrations trunks_;
  TrunkProbes probes_;
};

TEST_F(TrunkProbesTest, AsksWithOurNameAndWhatWeCanDo) {
  ASSERT_EQ(requests(), 1U);
  EXPECT_EQ(last().message.method(), "OPTIONS");
  EXPECT_EQ(last().message.uri(), "sip:carrier.test:5061;transport=tls");
  EXPECT_EQ(field(HeaderName::contact), "<sip:sbc.customer.example:5061;transport=tls>");
  EXPECT_THAT(field(HeaderName::from), testing::StartsWith("<sip:sbc.customer.example:5061"));
  EXPECT_THAT(field(HeaderName::allow), testing::HasSubstr("REFER"));
  EXPECT_EQ(field(HeaderName::accept), "application/sdp");
}

TEST_F(TrunkProbesTest, AsksAgainAfterAboutTheIntervalWithTheSameCallId) {
  const std::string call_id = field(HeaderName::call_id);
  EXPECT_TRUE(respond("200 OK"));
  EXPECT_EQ(state(), "up");
  pass(53s);
  EXPECT_EQ(requests(), 1U);
  pass(14s);
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(field(HeaderName::call_id), call_id);
  EXPECT_EQ(field(HeaderName::cseq), "2 OPTIONS");
}

TEST_F(TrunkProbesTest, TakesEveryAnswerForLifeButOneThatSaysOutOfService) {
  for (const char* status : {"405 Method Not Allowed", "404 Not Found", "401 Unauthorized"}) {
    respond(status);
    EXPECT_EQ(state(), "up") << status;
    pass(70s);
  }
  respond("503 Service Unavailable");
  EXPECT_EQ(state(), "down");
  EXPECT_TRUE(probes_.is_silent(TrunkId(7)));
}

TEST_F(TrunkProbesTest, SaysOnceThatATrunkIsDownAndOnceThatItIsBack) {
  pass(9s);
  EXPECT_EQ(state(), "up");
  pass(2s);  // ten seconds without an answer
  EXPECT_EQ(state(), "down");
  EXPECT_EQ(trunks_.states(harness_.config)[0].last_error, "no answer to OPTIONS");
  pass(70s);
  pass(11s);
  EXPECT_THAT(tags(), testing::ElementsAre("trunk-down"));
  pass(70s);
  respond("200 OK");
  EXPECT_EQ(state(), "up");
  EXPECT_THAT(tags(), testing::ElementsAre("trunk-down", "trunk-up"));
}

TEST_F(TrunkProbesTest, HearsOfABrokenTransport) {
  Context context = harness_.context();
  EXPECT_FALSE(probes_.on_failure(context, ClientTransactionId(99), "no", trunks_));
  EXPECT_TRUE(probes_.is_ours(last().id));
  EXPECT_TRUE(probes_.on_failure(context, last().id, "connection refused", trunks_));
  EXPECT_EQ(trunks_.states(harness_.config)[0].last_error, "connection refused");
}

TEST_F(TrunkProbesTest, StopsWhenTheRowNoLongerWantsIt) {
  respond("200 OK");
  harness_.config.trunks[0].options_interval = 0s;
  configure();
  pass(200s);
  EXPECT_EQ(requests(), 1U);
}

TEST_F(TrunkProbesTest, FollowsAShorterInterval) {
  respond("200 OK");
  harness_.config.trunks[0].options_interval = 5s;
  configure();
  pass(6s);
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TrunkProbesTest, AsksAnewWhenTheNetworkChangesAndDialsAnewWhereNothingComesBackF119) {
  respond("200 OK");
  Connection connection;
  connection.id = ConnectionId{1, 2};
  harness_.connections.add(connection);
  harness_.connections.assign(connection.id, harness_.config.trunks.front());
  harness_.actions.clear();
  {
    Context context = harness_.context();
    probes_.on_network_changed(context);
  }
  pass(600ms);
  ASSERT_EQ(requests(), 2U);
  pass(3s);
  const auto* closed = harness_.last<CloseConnection>();
  ASSERT_NE(closed, nullptr);
  EXPECT_EQ(closed->connection, (ConnectionId{1, 2}));
  pass(1s);
  ASSERT_EQ(requests(), 3U);
  respond("200 OK");
  EXPECT_EQ(state(), "up");
  pass(50s);
  EXPECT_EQ(requests(), 3U) << "back to its interval";
}

}  // namespace
}  // namespace ringfence::sip_core
