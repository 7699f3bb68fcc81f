#include "sip-core/trunk/trunk_registrations.hpp"

#include "tests/unit/sip-core/trunk/trunk_registrations_fixture.hpp"

namespace ringfence::sip_core {
namespace {

TEST_F(TrunkRegistrationsTest, RegistersWithSipsUrisAndAnswersTheChallenge) {
  configure();
  ASSERT_EQ(requests(), 1U);
  EXPECT_EQ(last().message.uri(), "sips:carrier.test:5061;transport=tls");
  EXPECT_TRUE(field(sip::HeaderName::from).starts_with("<sips:user@carrier.test>;tag="));
  EXPECT_EQ(field(sip::HeaderName::to), "<sips:user@carrier.test>");
  const std::string contact =
      "<sips:" + std::string(trunks_.contact_user(TrunkId(7))) + "@sbc.example:5061>";
  EXPECT_EQ(field(sip::HeaderName::contact), contact);
  EXPECT_EQ(field(sip::HeaderName::cseq), "1 REGISTER");
  EXPECT_EQ(state(), "registering");
  EXPECT_TRUE(challenge());
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(field(sip::HeaderName::cseq), "2 REGISTER");
  EXPECT_NE(field(sip::HeaderName::authorization).find("SHA-256"), std::string::npos);
  EXPECT_TRUE(respond("200 OK", "Contact: " + contact + ";expires=300\r\n"));
  EXPECT_EQ(state(), "registered");
  EXPECT_THAT(sentences(),
              testing::ElementsAre("REGISTER Carrier TLS (sips:)", "REGISTER OK Carrier"));
}

TEST_F(TrunkRegistrationsTest, RefreshesAtFourFifthsWithTheSameCallId) {
  configure();
  const std::string call_id = field(sip::HeaderName::call_id);
  respond("200 OK", "Expires: 100\r\n");
  pass(79s);
  EXPECT_EQ(requests(), 1U);
  pass(2s);
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(field(sip::HeaderName::call_id), call_id);
  EXPECT_EQ(state(), "registered");
}

TEST_F(TrunkRegistrationsTest, TriesAgainLaterAndLaterAndNotInStepR093) {
  configure();
  std::vector<std::int64_t> waits;
  for (int i = 0; i < 9; ++i) {
    respond("503 Service Unavailable");
    EXPECT_EQ(state(), "failed");
    const std::size_t before = requests();
    std::int64_t waited = 0;
    while (requests() == before && waited < 2000) {
      pass(1s);
      ++waited;
    }
    waits.push_back(waited);
  }
  for (std::size_t i = 0; i < waits.size(); ++i) {
    const std::int64_t whole = std::min<std::int64_t>(30 << i, 1800);
    EXPECT_GE(waits[i], whole / 2) << i;
    EXPECT_LE(waits[i], whole + 1) << i;
  }
  EXPECT_EQ(trunks_.states(harness_.config)[0].last_error, "503 Service Unavailable");
}

TEST_F(TrunkRegistrationsTest, WaitsAsLongAsRetryAfterSays) {
  configure();
  respond("503 Service Unavailable", "Retry-After: 120\r\n");
  pass(119s);
  EXPECT_EQ(requests(), 1U);
  pass(2s);
  EXPECT_EQ(requests(), 2U);
}

// F115
TEST_F(TrunkRegistrationsTest, GivesUpOnATrunkThatAsksForever) {
  configure();
  challenge();
  challenge();
  EXPECT_EQ(state(), "failed");
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TrunkRegistrationsTest, AnswersAStaleNonceOnce) {
  configure();
  challenge();
  challenge(", stale=true");
  EXPECT_EQ(requests(), 3U);
  challenge(", stale=true");
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(state(), "failed");
}

// R066: credentials go only to the realm that first asked.
TEST_F(TrunkRegistrationsTest, DoesNotAnswerAnotherRealm) {
  configure();
  challenge();
  respond("200 OK", "Expires: 10\r\n");
  pass(9s);
  ASSERT_EQ(requests(), 3U);
  respond("401 Unauthorized",
          "WWW-Authenticate: Digest realm=\"other\", nonce=\"x\", qop=\"auth\"\r\n");
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(state(), "failed");
}

TEST_F(TrunkRegistrationsTest, AsksForLongerAfterA423) {
  configure();
  respond("423 Interval Too Brief", "Min-Expires: 1800\r\n");
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(field(sip::HeaderName::expires), "1800");
}

TEST_F(TrunkRegistrationsTest, FailsWithoutAResponse) {
  configure();
  Context context = harness_.context();
  EXPECT_FALSE(trunks_.on_timed_out(context, ClientTimedOut{ClientTransactionId(99), {}}));
  EXPECT_TRUE(trunks_.on_timed_out(context, ClientTimedOut{last().id, {}}));
  EXPECT_EQ(state(), "failed");
}

// INTEROP: what is unchanged keeps its Call-ID and timer; a new password registers at once.
TEST_F(TrunkRegistrationsTest, RegistersAnewOnlyForAChangeThatMatters) {
  configure();
  respond("200 OK");
  harness_.config.trunks[0].max_calls = 5;
  configure();
  EXPECT_EQ(requests(), 1U);
  const std::string call_id = field(sip::HeaderName::call_id);
  harness_.config.trunks[0].password = "new";
  configure();
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(field(sip::HeaderName::call_id), call_id);
}

TEST_F(TrunkRegistrationsTest, UnregistersATrunkThatIsGoneOverTheConnectionThatItUsed) {
  configure();
  respond("200 OK");
  harness_.config.trunks.clear();
  configure();
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(field(sip::HeaderName::expires), "0");
  EXPECT_EQ(std::get<Flow>(last().target), Flow(ConnectionId{1, 2}));
  EXPECT_TRUE(challenge());
  EXPECT_EQ(requests(), 3U);
  EXPECT_EQ(field(sip::HeaderName::expires), "0");
  EXPECT_TRUE(respond("200 OK"));
  EXPECT_TRUE(trunks_.idle());
}

TEST_F(TrunkRegistrationsTest, UnregistersOnShutdownAndIsThenIdle) {
  configure();
  respond("200 OK");
  Context context = harness_.context();
  trunks_.on_shutdown(context);
  EXPECT_FALSE(trunks_.idle());
  EXPECT_EQ(field(sip::HeaderName::expires), "0");
  trunks_.on_timed_out(context, ClientTimedOut{last().id, {}});
  EXPECT_TRUE(trunks_.idle());
}

TEST_F(TrunkRegistrationsTest, RegistersAtOnceWhenItsConnectionIsLost) {
  configure();
  respond("200 OK");
  Context context = harness_.context();
  trunks_.on_connection_closed(context, TrunkId(7));
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TrunkRegistrationsTest, RegistersAtOnceWhenTlsFrontIsBack) {
  configure();
  respond("503 Service Unavailable");
  Context context = harness_.context();
  trunks_.on_tls_front_up(context);
  EXPECT_EQ(requests(), 2U);
}

TEST_F(TrunkRegistrationsTest, KeepsContactUserCallIdAndCSeqOverARestart) {
  Context context = harness_.context();
  trunks_.on_restored(context, {{TrunkId(7), "known-user", "known-id", 40}});
  configure();
  EXPECT_EQ(trunks_.contact_user(TrunkId(7)), "known-user");
  EXPECT_EQ(field(sip::HeaderName::call_id), "known-id");
  EXPECT_EQ(field(sip::HeaderName::cseq), "51 REGISTER");
  const auto* persist = harness_.last<Persist>();
  ASSERT_NE(persist, nullptr);
  EXPECT_EQ(std::get<TrunkRegistrationRecord>(persist->records[0]).cseq, 51U);
}

TEST_F(TrunkRegistrationsTest, ShowsATrunkWithoutRegistrationUpUntilItCannotBeReached) {
  harness_.config.trunks[0].registers = false;
  configure();
  EXPECT_EQ(requests(), 0U);
  EXPECT_EQ(state(), "up");
  trunks_.note_unreachable(TrunkId(7), "no answer");
  EXPECT_EQ(state(), "down");
  trunks_.note_reached(TrunkId(7));
  EXPECT_EQ(state(), "up");
}

TEST_F(TrunkRegistrationsTest, GivesAnAttemptUpThatNobodyAnswersF113) {
  configure();
  const ClientTransactionId first = last().id;
  pass(15s);
  EXPECT_EQ(state(), "registering");
  pass(2s);
  EXPECT_EQ(state(), "failed");
  EXPECT_EQ(trunks_.states(harness_.config)[0].last_error, "no answer");
  Context context = harness_.context();
  EXPECT_FALSE(trunks_.on_timed_out(context, ClientTimedOut{first, {}})) << "it is nobody's now";
}

TEST_F(TrunkRegistrationsTest, RegistersThroughTheOutboundProxyAndSaysThatItKnowsPath) {
  harness_.config.trunks[0].outbound_proxy = OutboundProxy{"proxy.test", std::nullopt};
  configure();
  EXPECT_EQ(field(sip::HeaderName::route), "<sips:proxy.test:5061;transport=tls;lr>");
  EXPECT_EQ(field(sip::HeaderName::supported), "path");
}

TEST_F(TrunkRegistrationsTest, KeepsTheServiceRouteOfTheLast200) {
  configure();
  EXPECT_TRUE(trunks_.service_route(TrunkId(7)).empty());
  respond("200 OK", "Expires: 100\r\nService-Route: <sips:a.test;lr>, <sips:b.test;lr>\r\n");
  EXPECT_THAT(trunks_.service_route(TrunkId(7)),
              testing::ElementsAre("<sips:a.test;lr>", "<sips:b.test;lr>"));
  pass(81s);
  respond("200 OK", "Expires: 100\r\n");
  EXPECT_TRUE(trunks_.service_route(TrunkId(7)).empty());
}

TEST_F(TrunkRegistrationsTest, IsDownWhileRequestsCannotReachItAndRegisteredAgainAfterTheNext200) {
  configure();
  respond("200 OK", "Expires: 100\r\n");
  trunks_.note_unreachable(TrunkId(7), "no answer to OPTIONS");
  EXPECT_EQ(state(), "down");
  pass(81s);
  respond("200 OK", "Expires: 100\r\n");
  EXPECT_EQ(state(), "registered");
}

TEST_F(TrunkRegistrationsTest, RegistersAnewWhereItsContactOrProxyChanges) {
  configure();
  respond("200 OK");
  const std::string call_id = field(sip::HeaderName::call_id);
  harness_.config.trunks[0].contact_host = "other.example";
  configure();
  ASSERT_EQ(requests(), 3U) << "the old binding is removed";
  EXPECT_NE(field(sip::HeaderName::call_id), call_id);
  EXPECT_NE(field(sip::HeaderName::contact).find("@other.example:"), std::string::npos);
}

// 500 trunks that return at once
TEST_F(TrunkRegistrationsTest, SpreadsManyThatReturnAtOnceOverHalfAMinute) {
  harness_.config.trunks.clear();
  for (std::uint64_t id = 1; id <= 500; ++id) {
    harness_.config.trunks.push_back(carrier());
    harness_.config.trunks.back().id = TrunkId(id);
  }
  harness_.config.finish();
  configure();
  EXPECT_EQ(requests(), StartPace::kAtOnce);
  std::size_t most = 0;
  for (int second = 1; second <= 31; ++second) {
    const std::size_t before = requests();
    pass(1s);
    most = std::max(most, requests() - before);
    if (second == 15) {
      EXPECT_GT(requests(), 200U);
      EXPECT_LT(requests(), 320U);
    }
  }
  std::set<std::string> registered;
  for (const auto& request : harness_.layer.requests)
    registered.insert(std::string(request.message.header(sip::HeaderName::call_id).value_or("")));
  EXPECT_EQ(registered.size(), 500U);
  EXPECT_LT(most, 60U);
}

TEST_F(TrunkRegistrationsTest, BringsThoseBackApartThatWereTurnedAwayTogether) {
  harness_.config.trunks.clear();
  for (std::uint64_t id = 1; id <= 200; ++id) {
    harness_.config.trunks.push_back(carrier());
    harness_.config.trunks.back().id = TrunkId(id);
  }
  harness_.config.finish();
  configure();
  pass(12s);
  ASSERT_EQ(requests(), 200U);
  Context context = harness_.context();
  for (std::size_t i = 0; i < 200; ++i) {
    ResponseReceived response;
    response.transaction = harness_.layer.requests[i].id;
    response.message = PartHarness::parse(
        "SIP/2.0 503 Service Unavailable\r\nVia: SIP/2.0/TLS sbc.example;branch=z9hG4bK1\r\n"
        "From: <sip:u@h>;tag=1\r\nTo: <sip:u@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REGISTER\r\n"
        "Retry-After: 60\r\n\r\n");
    trunks_.on_response(context, response);
  }
  pass(59s);
  EXPECT_EQ(requests(), 200U);
  pass(2s);
  EXPECT_LT(requests(), 260U);
  for (int second = 0; second < 11; ++second)
    pass(1s);
  EXPECT_EQ(requests(), 400U) << "each had its turn, and only one";
}

// ---- media security: RFC 3329, draft-dawes-sipcore-mediasec-parameter

}  // namespace
}  // namespace ringfence::sip_core
