#include "sip-core/digest/credentials.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>

namespace ringfence::sip_core::digest {
namespace {

// RFC 7616 §3.9.1: user Mufasa, password "Circle of Life".
constexpr std::string_view kUser = "Mufasa";
constexpr std::string_view kRealm = "http-auth@example.org";
constexpr std::string_view kPassword = "Circle of Life";
constexpr std::string_view kMd5Response = "8ca523f5e9506fed4657c9700eebdbec";
constexpr std::string_view kSha256Response =
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1";

std::string rfc7616(std::string_view algorithm, std::string_view response) {
  return "Digest username=\"Mufasa\", realm=\"http-auth@example.org\", uri=\"/dir/index.html\", "
         "algorithm=" +
         std::string(algorithm) +
         ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
         "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, response=\"" +
         std::string(response) + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
}

Secrets mufasa() {
  return Secrets::from_password(kUser, kRealm, kPassword);
}

std::string hashed(Algorithm algorithm, std::initializer_list<std::string_view> parts) {
  return std::string(Hasher().joined(algorithm, parts).view());
}

Credentials must_parse(std::string text) {
  static std::deque<std::string> kept;  // the views' texts
  auto credentials = Credentials::parse(kept.emplace_back(std::move(text)));
  EXPECT_TRUE(credentials) << kept.back();
  return credentials ? std::move(*credentials) : Credentials();
}

TEST(Digest, passes_the_vectors_of_RFC_7616_3_9_1) {
  EXPECT_EQ(verify(must_parse(rfc7616("MD5", kMd5Response)), mufasa(), {"GET"}), Verdict::right);
  EXPECT_EQ(verify(must_parse(rfc7616("SHA-256", kSha256Response)), mufasa(), {"GET"}),
            Verdict::right);
}

TEST(Digest, passes_the_vector_of_RFC_2617_3_5) {
  const auto credentials = must_parse(
      "Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
      "nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", uri=\"/dir/index.html\", qop=auth, "
      "nc=00000001, cnonce=\"0a4f113b\", response=\"6629fae49393a05397450978507c4ef1\", "
      "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
  const auto secrets = Secrets::from_password("Mufasa", "testrealm@host.com", "Circle Of Life");
  EXPECT_EQ(verify(credentials, secrets, {"GET"}), Verdict::right);
}

TEST(Digest, computes_the_older_form_without_qop) {
  // H(H(A1):nonce:H(A2)) of RFC 2617 §3.2.2.1, worked out from its parts.
  const std::string ha1 = make_ha1(Algorithm::md5, "bob", "r", "zanzibar");
  const std::string ha2 = hashed(Algorithm::md5, {"REGISTER", "sip:r"});
  const std::string response = hashed(Algorithm::md5, {ha1, "n", ha2});
  const auto credentials =
      must_parse("Digest username=\"bob\",realm=\"r\",nonce=\"n\",uri=\"sip:r\",response=\"" +
                 response + "\"");
  EXPECT_EQ(credentials.qop, Qop::none);
  EXPECT_EQ(verify(credentials, Secrets::from_password("bob", "r", "zanzibar"), {"REGISTER"}),
            Verdict::right);
}

TEST(Verify, is_wrong_when_anything_differs) {
  const Credentials good = must_parse(rfc7616("SHA-256", kSha256Response));
  EXPECT_EQ(verify(good, mufasa(), {"POST"}), Verdict::wrong);
  EXPECT_EQ(verify(good, Secrets::from_password(kUser, kRealm, "circle of life"), {"GET"}),
            Verdict::wrong);
  for (std::string_view Credentials::* member :
       {&Credentials::nonce, &Credentials::uri, &Credentials::cnonce,
        &Credentials::nonce_count_text, &Credentials::response}) {
    Credentials changed = must_parse(rfc7616("SHA-256", kSha256Response));
    std::string other(changed.*member);
    other.back() = other.back() == '2' ? '3' : '2';
    changed.*member = other;
    EXPECT_EQ(verify(changed, mufasa(), {"GET"}), Verdict::wrong) << changed.*member;
  }
}

TEST(Verify, ignores_the_case_of_hexadecimal_digits_R147) {
  std::string upper(kMd5Response);
  for (char& c : upper)
    c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(verify(must_parse(rfc7616("md5", upper)), mufasa(), {"GET"}), Verdict::right);
}

TEST(Verify, never_finds_a_user_without_a_secret_right_R146) {
  Credentials credentials = must_parse(rfc7616("MD5", kMd5Response));
  EXPECT_EQ(verify(credentials, Secrets(), {"GET"}), Verdict::wrong);
  // Not even for one who guesses what is hashed in its place.
  Hasher hasher;
  const HexDigest guessed = compute_response(hasher, credentials, std::string(32, '0'), {"GET"});
  credentials.response = guessed;
  EXPECT_EQ(verify(credentials, Secrets(), {"GET"}), Verdict::wrong);
}

TEST(Verify, does_not_take_one_algorithm_s_secret_for_the_other) {
  Secrets md5_only = mufasa();
  md5_only.ha1_sha256.clear();
  EXPECT_EQ(verify(must_parse(rfc7616("SHA-256", kSha256Response)), md5_only, {"GET"}),
            Verdict::wrong);
  EXPECT_EQ(verify(must_parse(rfc7616("MD5", kMd5Response)), md5_only, {"GET"}), Verdict::right);
}

DigestError error_of(const std::string& text) {
  const auto credentials = Credentials::parse(text);
  EXPECT_FALSE(credentials) << text;
  return credentials ? DigestError::scheme : credentials.error();
}

TEST(Credentials, refuse_what_is_missing_or_not_supported_R147_R148) {
  const std::string base =
      "Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"sip:r\",response=\"" +
      std::string(32, '0') + "\"";
  EXPECT_TRUE(Credentials::parse(base));
  EXPECT_EQ(error_of(base + ",username*=UTF-8''a"), DigestError::username);
  EXPECT_EQ(error_of(base + ",userhash=true"), DigestError::username);
  EXPECT_EQ(error_of(base + ",algorithm=MD5-sess"), DigestError::algorithm);
  EXPECT_EQ(error_of(base + ",algorithm=SHA-256"), DigestError::response_length);
  EXPECT_EQ(error_of(base + ",qop=auth-conf,nc=00000001,cnonce=\"x\""), DigestError::qop);
  EXPECT_EQ(error_of(base + ",userhash=True"), DigestError::username);
  EXPECT_TRUE(Credentials::parse(base + ",userhash=FALSE"));
  EXPECT_EQ(error_of(base + ",qop=auth,nc=00000001"), DigestError::missing);
  EXPECT_EQ(error_of(base + ",qop=auth,nc=1,cnonce=\"x\""), DigestError::nonce_count);
  EXPECT_EQ(error_of(base + ",qop=auth,nc=0000000g,cnonce=\"x\""), DigestError::nonce_count);
  EXPECT_EQ(error_of("Digest username=\"a\",realm=\"r\",nonce=\"n\",response=\"0\""),
            DigestError::missing);
  EXPECT_EQ(error_of("Digest username=\"a\",realm=\"r\",nonce=\"n\",uri=\"u\",response=\"0\""),
            DigestError::response_length);
}

// RFC 7616 §3.4.3: A2 holds H(body), worked out from its parts.
TEST(Verify, covers_the_body_with_auth_int_and_an_empty_one_as_such_R139) {
  for (const std::string_view body : {"", "v=0\r\n"}) {
    for (const Algorithm algorithm : {Algorithm::md5, Algorithm::sha256}) {
      const std::string ha1 = make_ha1(algorithm, "bob", "r", "zanzibar");
      const std::string ha2 = hashed(algorithm, {"INVITE", "sip:r", hashed(algorithm, {body})});
      const std::string response = hashed(algorithm, {ha1, "n", "00000001", "c", "auth-int", ha2});
      const auto credentials = must_parse(
          "Digest username=\"bob\",realm=\"r\",nonce=\"n\",uri=\"sip:r\",qop=auth-int,nc=00000001,"
          "cnonce=\"c\",algorithm=" +
          std::string(to_text(algorithm)) + ",response=\"" + response + "\"");
      const auto secrets = Secrets::from_password("bob", "r", "zanzibar");
      EXPECT_EQ(verify(credentials, secrets, {"INVITE", body}), Verdict::right);
      EXPECT_EQ(verify(credentials, secrets, {"INVITE", "v=1\r\n"}), Verdict::wrong);
    }
  }
}

TEST(Answer, covers_the_body_where_nothing_else_is_offered_R139) {
  const auto challenge = Challenge::parse("Digest realm=\"r\",nonce=\"n\",qop=\"auth-int\"");
  ASSERT_TRUE(challenge);
  const auto credentials =
      must_parse(answer(*challenge, {"u", "p"}, {"INVITE", "v=0\r\n"}, "sip:x", 1, "c"));
  EXPECT_EQ(credentials.qop, Qop::auth_int);
  const auto secrets = Secrets::from_password("u", "r", "p");
  EXPECT_EQ(verify(credentials, secrets, {"INVITE", "v=0\r\n"}), Verdict::right);
  EXPECT_EQ(verify(credentials, secrets, {"INVITE", "v=0"}), Verdict::wrong);
}

TEST(Verify, hashes_as_often_for_a_user_without_a_secret_R146) {
  const Credentials credentials = must_parse(rfc7616("SHA-256", kSha256Response));
  Hasher known;
  Hasher unknown;
  verify(known, credentials, mufasa().ha1_sha256, {"GET"});
  verify(unknown, credentials, "", {"GET"});
  EXPECT_EQ(known.count(), unknown.count());
}

TEST(Answer, is_accepted_by_the_server_side) {
  for (const std::string& value : write_challenges("example.com", "nonce", Stale::no)) {
    const auto challenge = Challenge::parse(value);
    ASSERT_TRUE(challenge);
    const std::string header =
        answer(*challenge, {"bob", "pass\"word"}, {"REGISTER"}, "sip:example.com", 0x2a, "c0");
    const Credentials credentials = must_parse(header);
    EXPECT_EQ(credentials.nonce_count, 0x2aU);
    EXPECT_EQ(credentials.nonce_count_text, "0000002a");
    EXPECT_EQ(verify(credentials, Secrets::from_password("bob", "example.com", "pass\"word"),
                     {"REGISTER"}),
              Verdict::right);
    EXPECT_EQ(header.find("pass"), std::string::npos);
  }
}

TEST(Answer, echoes_opaque_and_leaves_out_what_was_not_asked_for) {
  const auto challenge = Challenge::parse("Digest realm=\"r\",nonce=\"n\",opaque=\"o\"");
  ASSERT_TRUE(challenge);
  const std::string header = answer(*challenge, {"u", "p"}, {"INVITE"}, "sip:x", 1, "c");
  EXPECT_NE(header.find("opaque=\"o\""), std::string::npos);
  for (const char* absent : {"qop", "nc=", "cnonce", "algorithm"}) {
    EXPECT_EQ(header.find(absent), std::string::npos) << absent;
  }
  EXPECT_EQ(verify(must_parse(header), Secrets::from_password("u", "r", "p"), {"INVITE"}),
            Verdict::right);
}

}  // namespace
}  // namespace ringfence::sip_core::digest
