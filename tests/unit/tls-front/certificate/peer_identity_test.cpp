// Whom a certificate speaks for: RFC 5922 §7.1 and §7.2, by certificates made here.
#include "tls-front/certificate/peer_identity.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tls-front/test_pki.hpp"

namespace ringfence::tls_front {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

X509Ptr certificate(const std::string& common_name, std::vector<std::string> names,
                    const std::string& usage = "") {
  CertificateWish wish;
  wish.common_name = common_name;
  wish.alternative_names = std::move(names);
  wish.extended_key_usage = usage;
  return parse_certificate(TestAuthority::self_signed(wish).certificate);
}

bool matches(const X509Ptr& certificate, std::string_view wanted,
             VerifyMode mode = VerifyMode::full) {
  return speaks_for(identities_of(*certificate), wanted, mode);
}

TEST(PeerIdentity, IsTheDnsNameWhereThereIsNoSipUri) {  // R068, R071
  const auto c = certificate("cn.test", {"DNS:Carrier.test", "DNS:two.test"});
  EXPECT_THAT(identities_of(*c).names, ElementsAre("carrier.test", "two.test"));
  EXPECT_TRUE(matches(c, "carrier.test"));
  EXPECT_TRUE(matches(c, "CARRIER.TEST"));
  EXPECT_TRUE(matches(c, "two.test"));
  EXPECT_FALSE(matches(c, "sub.carrier.test"));
  EXPECT_FALSE(matches(c, "test"));
  EXPECT_FALSE(matches(c, "rier.test"));
  EXPECT_FALSE(matches(c, ""));
}

TEST(PeerIdentity, IsOnlyTheSipUriWhereThereIsOne) {  // R068
  const auto c = certificate("cn.test", {"DNS:dns.test", "URI:SIP:uri.test"});
  EXPECT_TRUE(matches(c, "uri.test"));
  EXPECT_FALSE(matches(c, "dns.test"));
}

TEST(PeerIdentity, IsNoUriWithAUserOrAnotherScheme) {  // R069
  const auto c = certificate("cn.test", {"URI:sip:bob@uri.test", "URI:sips:uri.test",
                                         "URI:https://uri.test", "DNS:dns.test"});
  EXPECT_THAT(identities_of(*c).names, ElementsAre("dns.test"));
}

TEST(PeerIdentity, IsTheCommonNameOnlyWithoutAnyAlternativeName) {  // R070
  EXPECT_TRUE(matches(certificate("cn.test", {}), "cn.test"));
  EXPECT_FALSE(matches(certificate("cn.test", {"DNS:dns.test"}), "cn.test"));
  // OpenSSL's own check would fall back to the CN here.
  EXPECT_THAT(identities_of(*certificate("cn.test", {"email:a@b.test"})).names, IsEmpty());
}

TEST(PeerIdentity, TakesNoWildcardUnlessAllowed) {  // R071
  const auto c = certificate("cn.test", {"DNS:*.carrier.test"});
  EXPECT_FALSE(matches(c, "a.carrier.test"));
  EXPECT_TRUE(matches(c, "a.carrier.test", VerifyMode::wildcard));
  EXPECT_FALSE(matches(c, "carrier.test", VerifyMode::wildcard));
  EXPECT_FALSE(matches(c, "a.b.carrier.test", VerifyMode::wildcard));
  EXPECT_FALSE(matches(c, ".carrier.test", VerifyMode::wildcard));
  EXPECT_FALSE(matches(certificate("x", {"DNS:*.test"}), "carrier.test", VerifyMode::wildcard));
  EXPECT_FALSE(matches(certificate("x", {"DNS:a*.test.net"}), "ab.test.net", VerifyMode::wildcard));
  EXPECT_FALSE(matches(certificate("x", {"URI:sip:*.carrier.test"}), "a.carrier.test",
                       VerifyMode::wildcard));
}

TEST(PeerIdentity, TakesNoNameThatIsNone) {  // R074, F037
  EXPECT_THAT(identities_of(*certificate("x", {"DNS:carrier.test."})).names, IsEmpty());
  EXPECT_THAT(identities_of(*certificate("b\xc3\xbc"
                                         "cher.test",
                                         {}))
                  .names,
              IsEmpty());
  EXPECT_THAT(identities_of(*certificate(std::string("carrier.test\0.evil.test", 23), {})).names,
              IsEmpty());
}

TEST(PeerIdentity, MatchesAnAddressByItsOwnKindOfName) {
  const auto c = certificate("192.0.2.1", {"IP:192.0.2.7", "DNS:192.0.2.9"});
  EXPECT_TRUE(matches(c, "192.0.2.7"));
  EXPECT_FALSE(matches(c, "192.0.2.9"));
  EXPECT_FALSE(matches(c, "192.0.2.1"));
}

TEST(PeerIdentity, CaAndNoneAskForNoName) {
  const auto c = certificate("x", {"DNS:other.test"});
  EXPECT_TRUE(matches(c, "carrier.test", VerifyMode::ca));
  EXPECT_TRUE(matches(c, "carrier.test", VerifyMode::none));
  EXPECT_EQ(parse_verify_mode("ca"), VerifyMode::ca);
  EXPECT_EQ(parse_verify_mode("anything"), VerifyMode::full);
}

TEST(PeerIdentity, SaysForWhomACertificateIs) {  // R073
  const auto refused =
      check_peer(*certificate("x", {"DNS:other.test"}), "carrier.test", VerifyMode::full);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the certificate of carrier.test is for other.test");
  EXPECT_EQ(
      check_peer(*certificate("x", {"email:a@b.test"}), "c.test", VerifyMode::full).error().message,
      "the certificate of c.test names no domain");
}

TEST(PeerIdentity, ReadsTheExtendedKeyUsage) {  // R072
  EXPECT_TRUE(allows_tls(*certificate("x", {})));
  EXPECT_TRUE(allows_tls(*certificate("x", {}, "serverAuth")));
  EXPECT_TRUE(allows_tls(*certificate("x", {}, "clientAuth")));
  EXPECT_FALSE(allows_tls(*certificate("x", {}, "codeSigning")));
}

}  // namespace
}  // namespace ringfence::tls_front
