#include "sip-core/registrar/authenticator.hpp"

#include <gtest/gtest.h>

#include "sip-core/digest/challenge.hpp"
#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

class AuthenticatorTest : public testing::Test {
 protected:
  AuthenticatorTest() {
    config_.tenants = {{TenantId(1), "a", "a.test"}, {TenantId(2), "b", "b.test"}};
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
    config_.extensions = {alice, hashed, open};
    config_.finish();
  }

  struct Ask {
    std::string method = "REGISTER";
    std::string user = "alice";
    std::string password = "secret";
    std::string claimed = "";  // user of To and From; empty: `user`
    std::string uri = "sip:a.test";
    std::uint32_t nonce_count = 1;
  };
  AuthResult ask(const Ask& ask, std::string_view credentials) {
    const std::string user = ask.claimed.empty() ? ask.user : ask.claimed;
    std::string text = ask.method +
                       " sip:a.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
                       "From: <sip:" +
                       user + "@a.test>;tag=1\r\nTo: <sip:" + user +
                       "@a.test>\r\nCall-ID: 1\r\nCSeq: 1 " + ask.method + "\r\n";
    if (!credentials.empty()) {
      text += ask.method == "REGISTER" ? "Authorization: " : "Proxy-Authorization: ";
      text += credentials;
      text += "\r\n";
    }
    const auto message = sip::parse(text + "\r\n");
    EXPECT_TRUE(message);
    return authenticator_.authenticate(config_, *message, config_.tenants[0],
                                       *SocketAddress::parse("192.0.2.9:5062"), wall_, random_);
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
    return digest::answer(challenge, {ask.user, ask.password}, ask.method, ask.uri, ask.nonce_count,
                          "cnonce");
  }
  // A whole round: asked, answered.
  AuthResult round(const Ask& one, digest::Algorithm algorithm = digest::Algorithm::sha256) {
    return ask(one, prove(challenge_in(ask(one, ""), algorithm), one));
  }
  static int status(const AuthResult& result) {
    const auto* refused = std::get_if<Refused>(&result);
    return refused == nullptr ? 200 : refused->response.status_code();
  }

  Config config_;
  WallTime wall_{std::chrono::sys_days(std::chrono::year(2026) / 1 / 1)};
  SeededRandom random_{3};
  Authenticator authenticator_{SecretBytes::from("0123456789abcdef0123456789abcdef")};
};

TEST_F(AuthenticatorTest, AsksForSha256FirstThenMd5) {  // R137
  const auto result = ask({}, "");
  const auto& response = std::get<Refused>(result).response;
  EXPECT_EQ(response.status_code(), 401);
  EXPECT_FALSE(std::get<Refused>(result).penalise);
  std::vector<std::string> values;
  for (const auto& field : response.fields()) {
    if (field.id == sip::HeaderName::www_authenticate) values.push_back(field.value);
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
  EXPECT_TRUE(std::get<Refused>(wrong).penalise);
  EXPECT_TRUE(std::get<Refused>(unknown).penalise);
  EXPECT_FALSE(challenge_in(wrong, digest::Algorithm::md5).stale);
  EXPECT_FALSE(challenge_in(unknown, digest::Algorithm::md5).stale);
  EXPECT_EQ(std::get<Refused>(wrong).response.fields().size(),
            std::get<Refused>(unknown).response.fields().size());
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
  wall_ += std::chrono::hours(2);
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
  challenge.qop_auth = false;
  EXPECT_EQ(status(ask(one, prove(challenge, one))), 401);
}

// R141, R149
TEST_F(AuthenticatorTest, AsksAgainForWhatItCannotRead) {
  EXPECT_EQ(status(ask({}, "Basic YWxpY2U6c2VjcmV0")), 401);
  EXPECT_EQ(status(ask({}, "Digest username=\"alice")), 401);
  EXPECT_EQ(status(ask({}, "Digest ,,,")), 401);
}

}  // namespace
}  // namespace ringfence::sip_core
