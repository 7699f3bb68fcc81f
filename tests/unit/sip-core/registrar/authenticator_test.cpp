#include "sip-core/registrar/authenticator.hpp"

#include <gtest/gtest.h>

#include "sip-core/digest/challenge.hpp"
#include "tests/unit/sip-core/registrar/part_harness.hpp"

namespace ringfence::sip_core {
namespace {

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    harness_.config.tenants = {{TenantId(1), "a", "a.test"}, {TenantId(2), "b", "b.test"}};
    Extension alice;
    alice.id = ExtensionId(1);
    alice.tenant = TenantId(1);
    alice.username = "alice";
    alice.password = "secret";
    Extension hashed = alice;
    hashed.id = ExtensionId(2);
    hashed.username = "hashed";
    hashed.password.clear();
    hashed.ha1_sha256 = digest::make_ha1(digest::Algorithm::sha256, "hashed", "a.test", "secret");
    Extension open = alice;
    open.id = ExtensionId(3);
    open.username = "open";
    open.password.clear();
    harness_.config.extensions = {alice, hashed, open};
    harness_.config.finish();
  }

  struct Ask {
    std::string method = "REGISTER";
    std::string user = "alice";
    std::string password = "secret";
    std::string claimed = "";  // user of To and From; empty: `user`
    std::string uri = "sip:a.test";
    std::uint32_t nonce_count = 1;
    std::string source = "192.0.2.9:5062";
    std::string body = {};
  };
  AuthResult ask(const Ask& one, std::string_view credentials) {
    const std::string user = one.claimed.empty() ? one.user : one.claimed;
    std::string text = one.method +
                       " sip:a.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
                       "From: <sip:" +
                       user + "@a.test>;tag=1\r\nTo: <sip:" + user +
                       "@a.test>\r\nCall-ID: 1\r\nCSeq: 1 " + one.method + "\r\n";
    if (!credentials.empty()) {
      text += one.method == "REGISTER" ? "Authorization: " : "Proxy-Authorization: ";
      text += credentials;
      text += "\r\n";
    }
    RequestReceived request;
    request.message = PartHarness::parse(text + "\r\n" + one.body);
    request.source.remote = *SocketAddress::parse(one.source);
    request.source.flow = UdpFlow{ListenerId(1), request.source.remote};
    Context context = harness_.context();
    return authenticator_->authenticate(context, request, harness_.config.tenants[0]);
  }
  static digest::Challenge challenge_in(const AuthResult& result, digest::Algorithm algorithm) {
    for (const auto& field : std::get<Refused>(result).response.fields()) {
      const auto challenge = digest::Challenge::parse(field.value);
      if (challenge && challenge->algorithm == algorithm) return *challenge;
    }
    ADD_FAILURE() << "no challenge";
    return {};
  }
  std::string prove(const digest::Challenge& challenge, const Ask& ask) {
    return digest::answer(challenge, {ask.user, ask.password}, {ask.method, ask.body}, ask.uri,
                          ask.nonce_count, "cnonce");
  }
  // A whole round: asked, answered.
  AuthResult round(const Ask& one, digest::Algorithm algorithm = digest::Algorithm::sha256) {
    return ask(one, prove(challenge_in(ask(one, ""), algorithm), one));
  }
  static int status(const AuthResult& result) {
    const auto* refused = std::get_if<Refused>(&result);
    return refused == nullptr ? 200 : refused->response.status_code();
  }

  void pass(std::chrono::seconds by) { harness_.pass(by); }
  // As after a kill: a new process, which knows what was kept.
  void restart(std::vector<NonceSecretRecord> kept) {
    authenticator_ = std::make_unique<Authenticator>(harness_.random, harness_.wall);
    Context context = harness_.context();
    authenticator_->on_restored(context, std::move(kept));
  }
  std::vector<NonceSecretRecord> kept() const {
    std::vector<NonceSecretRecord> all;
    for (const Action& action : harness_.actions) {
      const auto* persist = std::get_if<Persist>(&action);
      if (persist == nullptr) continue;
      for (const Record& record : persist->records) {
        if (const auto* secret = std::get_if<NonceSecretRecord>(&record)) all.push_back(*secret);
      }
    }
    return all;
  }

  PartHarness harness_;
  std::unique_ptr<Authenticator> authenticator_ =
      std::make_unique<Authenticator>(harness_.random, harness_.wall);
};

TEST_F(AuthenticatorTest, AsksForSha256FirstThenMd5) {  // R137
  const auto result = ask({}, "");
  const auto& response = std::get<Refused>(result).response;
  EXPECT_EQ(response.status_code(), 401);
  EXPECT_FALSE(std::get<Refused>(result).penalise);
  std::vector<std::string> values;
  for (const auto& field : response.fields()) {
    if (field.id == sip::HeaderName::www_authenticate) values.emplace_back(field.value);
  }
  ASSERT_EQ(values.size(), 2U);
  EXPECT_NE(values[0].find("SHA-256"), std::string::npos);
  EXPECT_NE(values[1].find("MD5"), std::string::npos);
}

TEST_F(AuthenticatorTest, ChallengesACallAsAProxyDoes) {
  const auto result = ask({.method = "INVITE"}, "");
  EXPECT_EQ(status(result), 407);
  EXPECT_TRUE(std::get<Refused>(result).response.header(sip::HeaderName::proxy_authenticate));
  EXPECT_EQ(status(round({.method = "INVITE"})), 200);
}

TEST_F(AuthenticatorTest, TakesEitherAlgorithmAndPasswordsOrHashes) {
  EXPECT_EQ(std::get<Authenticated>(round({})).extension, ExtensionId(1));
  EXPECT_EQ(status(round({}, digest::Algorithm::md5)), 200);
  EXPECT_EQ(std::get<Authenticated>(round({.user = "hashed"})).extension, ExtensionId(2));
  EXPECT_EQ(status(round({.user = "hashed"}, digest::Algorithm::md5)), 401);
}

// R146: the answers differ in nothing that tells them apart.
TEST_F(AuthenticatorTest, AnswersAnUnknownUserAsAWrongPassword) {
  const auto wrong = round({.password = "guess"});
  const auto unknown = round({.user = "mallory"});
  EXPECT_EQ(status(wrong), 401);
  EXPECT_EQ(status(unknown), 401);
  EXPECT_FALSE(challenge_in(wrong, digest::Algorithm::md5).stale);
  EXPECT_FALSE(challenge_in(unknown, digest::Algorithm::md5).stale);
  // The user's name is in To; nothing else may change the size.
  const auto size = [](const AuthResult& result, std::size_t name) {
    return std::get<Refused>(result).response.serialize().size() - 2 * name;
  };
  EXPECT_EQ(size(wrong, 5), size(unknown, 7));
  ASSERT_EQ(std::get<Refused>(wrong).response.fields().size(),
            std::get<Refused>(unknown).response.fields().size());
  for (std::size_t i = 0; i < std::get<Refused>(wrong).response.fields().size(); ++i) {
    EXPECT_EQ(std::get<Refused>(wrong).response.fields()[i].name,
              std::get<Refused>(unknown).response.fields()[i].name);
  }
}

TEST_F(AuthenticatorTest, DoesTheSameWorkForWhomeverR146) {
  const auto work = [&](const Ask& one, digest::Algorithm algorithm) {
    const auto challenge = challenge_in(ask(one, ""), algorithm);
    const std::string proof = prove(challenge, one);
    const std::uint64_t before = authenticator_->hashes();
    ask(one, proof);
    return authenticator_->hashes() - before;
  };
  for (const auto algorithm : {digest::Algorithm::md5, digest::Algorithm::sha256}) {
    const std::uint64_t right = work({}, algorithm);
    EXPECT_EQ(right, 3U);
    EXPECT_EQ(work({.password = "guess"}, algorithm), right);
    EXPECT_EQ(work({.user = "mallory"}, algorithm), right);
    EXPECT_EQ(work({.user = "hashed"}, algorithm), right);
    EXPECT_EQ(work({.user = "open"}, algorithm), right);
  }
}

TEST_F(AuthenticatorTest, LetsNobodyInWithoutAPassword) {
  EXPECT_EQ(status(round({.user = "open", .password = ""})), 401);
  EXPECT_EQ(status(round({.user = "open", .password = "nobody"})), 401);
  EXPECT_EQ(status(round({.user = "mallory", .password = "nobody"})), 401);
}

// R144
TEST_F(AuthenticatorTest, CallsAnOldNonceStaleOnlyToWhoKnowsThePassword) {
  const Ask right;
  const Ask wrong{.password = "guess"};
  const auto challenge = challenge_in(ask({}, ""), digest::Algorithm::sha256);
  pass(std::chrono::hours(2));
  const auto stale = ask(right, prove(challenge, right));
  EXPECT_TRUE(challenge_in(stale, digest::Algorithm::sha256).stale);
  EXPECT_FALSE(std::get<Refused>(stale).penalise);
  EXPECT_FALSE(challenge_in(ask(wrong, prove(challenge, wrong)), digest::Algorithm::sha256).stale);
}

// R143
TEST_F(AuthenticatorTest, TakesANonceCountOnce) {
  Ask one;
  const auto challenge = challenge_in(ask(one, ""), digest::Algorithm::sha256);
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 200);
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 401);
  one.nonce_count = 2;
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 200);
}

TEST_F(AuthenticatorTest, RefusesToSpeakForAnother) {
  EXPECT_EQ(status(round({.claimed = "hashed"})), 403);
  EXPECT_EQ(status(round({.method = "INVITE", .claimed = "hashed"})), 403);
}

// R140
TEST_F(AuthenticatorTest, RefusesADigestMadeForAnotherServer) {
  EXPECT_EQ(status(round({.uri = "sip:elsewhere.test"})), 403);
  EXPECT_EQ(status(round({.uri = "sips:a.test"})), 200);
}

// R145: a nonce of one realm opens nothing in another; R139: no qop, no entry.
TEST_F(AuthenticatorTest, IgnoresCredentialsOfAnotherRealmAndWithoutQop) {
  const Ask one;
  auto challenge = challenge_in(ask(one, ""), digest::Algorithm::sha256);
  auto other = challenge;
  other.realm = "b.test";
  EXPECT_EQ(status(ask(one, prove(other, one))), 401);
  challenge.qop = digest::Qop::none;
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 401);
}

TEST_F(AuthenticatorTest, TakesTheBodyIntoAccountWithAuthIntR139) {
  const Ask one{.method = "INVITE", .body = "v=0\r\n"};
  auto challenge = challenge_in(ask(one, ""), digest::Algorithm::sha256);
  challenge.qop = digest::Qop::auth_int;
  Ask other = one;
  other.body = "v=1\r\n";
  EXPECT_EQ(status(ask(other, prove(challenge, one))), 407);
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 200);
}

TEST_F(AuthenticatorTest, HasItsSecretKeptAndTakesUpThatOfTheProcessBeforeR142) {
  restart({});
  ASSERT_EQ(kept().size(), 1U);
  const Ask one;
  const auto challenge = challenge_in(ask(one, ""), digest::Algorithm::sha256);
  pass(std::chrono::seconds(3));
  restart(kept());
  EXPECT_EQ(kept().size(), 1U);
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 200);
}

// R143: nobody knows any more which counts of an old nonce were used.
TEST_F(AuthenticatorTest, TakesANonceOfTheProcessBeforeOnlyForTheRequestThatWasOnItsWay) {
  restart({});
  const auto is_stale = [&](const Ask& one, std::chrono::seconds late, const std::string& user) {
    const std::string proof = prove(challenge_in(ask(one, ""), digest::Algorithm::sha256), one);
    pass(late);
    restart(kept());
    Ask again = one;
    again.source = user;
    const auto result = ask(again, proof);
    return std::holds_alternative<Refused>(result) &&
           challenge_in(result, digest::Algorithm::sha256).stale;
  };
  using std::chrono::seconds;
  const std::string same = Ask().source;
  EXPECT_FALSE(is_stale({}, seconds(5), same));
  EXPECT_TRUE(is_stale({.nonce_count = 2}, seconds(5), same));
  EXPECT_TRUE(is_stale({}, seconds(33), same));
  EXPECT_TRUE(is_stale({}, seconds(5), "192.0.2.66:5062"));
}

TEST_F(AuthenticatorTest, ChangesItsSecretEachWeekAndHonoursTheLastOne) {
  restart({});
  pass(std::chrono::hours(7 * 24) - std::chrono::seconds(1));
  Context context = harness_.context();
  authenticator_->on_housekeeping(context);
  EXPECT_EQ(kept().size(), 1U);
  const Ask one;
  const auto challenge = challenge_in(ask(one, ""), digest::Algorithm::sha256);
  pass(std::chrono::seconds(1));
  Context later = harness_.context();
  authenticator_->on_housekeeping(later);
  ASSERT_EQ(kept().size(), 2U);
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 200);
}

// F060, R151
TEST_F(AuthenticatorTest, StopsLookingAtTheCredentialsOfOneWhoGuesses) {
  const Ask guess{.password = "guess", .source = "198.51.100.1:5060"};
  for (std::uint32_t i = 0; i < AuthLimiter::kPerFlow; ++i)
    EXPECT_EQ(status(round(guess)), 401);
  EXPECT_EQ(status(round(guess)), 403);
  EXPECT_EQ(status(ask(guess, "")), 401);  // no guess, no harm
  EXPECT_EQ(status(round({})), 200);       // the true phone
  std::size_t lines = 0;
  for (const Action& action : harness_.actions) {
    const auto* line = std::get_if<WriteLog>(&action);
    lines += line != nullptr && line->tag == "auth-fail" ? 1U : 0U;
  }
  EXPECT_EQ(lines, 1U);
}

TEST_F(AuthenticatorTest, ReportsASourceOnlyPastItsOwnThreshold) {
  for (std::uint32_t i = 0; i <= AuthLimiter::kPerSource; ++i) {
    const Ask guess{.user = "u" + std::to_string(i),
                    .password = "guess",
                    .source = "127.0.0.1:" + std::to_string(2000 + i)};
    const auto result = round(guess);
    EXPECT_EQ(std::get<Refused>(result).penalise, i == AuthLimiter::kPerSource) << i;
  }
}

TEST_F(AuthenticatorTest, LooksAtNoMoreCredentialsThanItOffersAlgorithms) {
  const Ask wrong{.password = "guess"};
  const auto challenge = challenge_in(ask(wrong, ""), digest::Algorithm::sha256);
  const std::string guess = prove(challenge, wrong);
  std::string many = guess;
  for (int i = 0; i < 20; ++i)
    many += "\r\nAuthorization: " + guess;
  const std::uint64_t before = authenticator_->hashes();
  EXPECT_EQ(status(ask(wrong, many + "\r\nAuthorization: " + prove(challenge, {}))), 401);
  EXPECT_EQ(authenticator_->hashes() - before, 6U);
}

// R141, R149
TEST_F(AuthenticatorTest, AsksAgainForWhatItCannotRead) {
  EXPECT_EQ(status(ask({}, "Basic YWxpY2U6c2VjcmV0")), 401);
  EXPECT_EQ(status(ask({}, "Digest username=\"alice")), 401);
  EXPECT_EQ(status(ask({}, "Digest ,,,")), 401);
}

}  // namespace
}  // namespace ringfence::sip_core
