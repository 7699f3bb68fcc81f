#include "tls-front/certificate/certificate_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/tls-front/test_pki.hpp"
#include "tls-front/certificate/certificate_trial.hpp"
#include "tls-front/certificate/trust_anchors.hpp"

namespace ringfence::tls_front {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

class CertificateStoreTest : public testing::Test {
 protected:
  const CertificateStore::Entry& load(const std::string& name, const TestPair& pair) {
    return store_.load(name, one_pair(pair));
  }
  std::string thumbprint() const { return store_.entries()[0]->served->pairs[0].thumbprint_sha256; }
  static TestPair pair(int rsa_bits = 0, long valid_to_seconds = 86'400 * 30) {
    CertificateWish wish;
    wish.rsa_bits = rsa_bits;
    wish.valid_to_seconds = valid_to_seconds;
    return TestAuthority().issue(wish);
  }

  CertificateStore store_;
};

TEST_F(CertificateStoreTest, FindsAPairByItsNameInAnyCase) {  // R183
  const auto& entry = load("A.Test", pair());
  EXPECT_THAT(entry.error, IsEmpty());
  EXPECT_THAT(entry.served->pairs[0].thumbprint_sha256, MatchesRegex("[0-9a-f]{64}"));
  EXPECT_NE(store_.context_for("a.test"), nullptr);
  EXPECT_EQ(store_.context_for("b.test"), nullptr);
  EXPECT_EQ(store_.default_context(), nullptr);
}

TEST_F(CertificateStoreTest, TheDefaultIsNoHostName) {  // R183
  load("default", pair());
  EXPECT_EQ(store_.context_for("default"), nullptr);
  EXPECT_NE(store_.default_context(), nullptr);
}

TEST_F(CertificateStoreTest, TheLastGoodPairStaysWhenANewOneIsBroken) {  // F033
  load("a.test", pair());
  const std::string good = thumbprint();
  TestPair foreign = pair();
  foreign.key = pair().key;
  EXPECT_EQ(load("a.test", foreign).error, "privkey.pem is not the key of fullchain.pem");
  EXPECT_EQ(load("a.test", {"garbage", pair().key}).error, "fullchain.pem holds no certificate");
  EXPECT_THAT(load("a.test", {pair().certificate, "garbage"}).error, HasSubstr("privkey.pem"));
  std::vector<PairFiles> unreadable;
  unreadable.push_back({"", fail("cannot read"), key_of(pair().key), {}});
  EXPECT_THAT(store_.load("a.test", std::move(unreadable)).error, HasSubstr("cannot read"));
  EXPECT_EQ(thumbprint(), good);
  EXPECT_NE(store_.context_for("a.test"), nullptr);
  EXPECT_THAT(load("a.test", pair()).error, IsEmpty());
  EXPECT_NE(thumbprint(), good);
}

TEST_F(CertificateStoreTest, ATruncatedChainIsBroken) {
  TestPair broken = pair();
  broken.certificate += broken.certificate.substr(0, broken.certificate.size() / 2);
  EXPECT_THAT(load("a.test", broken).error, HasSubstr("fullchain.pem is broken"));
}

TEST_F(CertificateStoreTest, RefusesAWeakKey) {  // R179
  EXPECT_THAT(load("weak.test", pair(1024)).error, HasSubstr("too small"));
  EXPECT_EQ(store_.context_for("weak.test"), nullptr);
  EXPECT_THAT(load("strong.test", pair(2048)).error, IsEmpty());
}

TEST_F(CertificateStoreTest, ServesAnExpiredPair) {  // F036
  const auto& entry = load("a.test", pair(0, -60));
  EXPECT_THAT(entry.error, IsEmpty());
  EXPECT_EQ(days_left(entry.served->pairs[0].not_after, SystemClock().wall_now()), -1);
  EXPECT_NE(store_.context_for("a.test"), nullptr);
}

TEST_F(CertificateStoreTest, ServesRsaAndEcdsaSideBySideAndEachToWhoCanVerifyIt) {
  const TestPair ecdsa = pair();
  const TestPair rsa = pair(2048);
  auto& entry = store_.load("a.test", pairs_of({{"", ecdsa}, {"rsa", rsa}}));
  ASSERT_THAT(entry.error, IsEmpty());
  ASSERT_THAT(entry.served->pairs, SizeIs(2));
  EXPECT_EQ(entry.served->pairs[0].key_type, "ECDSA");
  EXPECT_EQ(entry.served->pairs[1].key_type, "RSA");
  const auto engine = *TlsEngine::create();
  try_out(entry, *engine, store_);
  ASSERT_THAT(entry.trials, SizeIs(2));
  EXPECT_TRUE(entry.trials[0].confirmed && entry.trials[1].confirmed);
}

TEST_F(CertificateStoreTest, OnePairThatCannotBeUsedKeepsThemAllOut) {
  load("a.test", pair());
  const std::string good = thumbprint();
  TestPair foreign = pair(2048);
  foreign.key = pair(2048).key;
  EXPECT_EQ(store_.load("a.test", pairs_of({{"", pair()}, {"rsa", foreign}})).error,
            "the pair 'rsa': privkey.pem is not the key of fullchain.pem");
  EXPECT_EQ(store_.load("a.test", pairs_of({{"", pair()}, {"rsa", pair()}})).error,
            "two pairs hold ECDSA keys");
  EXPECT_EQ(thumbprint(), good);
}

TEST_F(CertificateStoreTest, ATrialFindsWhatIsNotServed) {
  auto& entry = store_.load("a.test", one_pair(pair()));
  const auto engine = *TlsEngine::create();
  entry.served->pairs[0].thumbprint_sha256 = "of something else";
  try_out(entry, *engine, store_);
  EXPECT_FALSE(entry.trials[0].confirmed);
}

TEST_F(CertificateStoreTest, SaysWhatPeersMayDislike) {
  CertificateWish wish;
  wish.alternative_names = {"DNS:b.test"};
  wish.extended_key_usage = "clientAuth";
  wish.valid_from_seconds = 3600;
  TestPair doubtful = TestAuthority("one").issue(wish);
  doubtful.certificate += TestAuthority("two").certificate();
  EXPECT_THAT(
      load("a.test", doubtful).served->pairs[0].warnings,
      ElementsAre("the certificate is not valid yet", "the certificate does not name a.test",
                  "the certificate is not for TLS servers",
                  "certificate 2 of fullchain.pem did not issue the one before it"));
  wish = {};
  wish.alternative_names = {"DNS:*.a.test"};
  const TestAuthority authority;
  TestPair good = authority.issue(wish);
  good.certificate += authority.certificate();
  EXPECT_THAT(load("x.a.test", good).served->pairs[0].warnings, IsEmpty());
}

TEST_F(CertificateStoreTest, FindsAmongAThousandNamesWithoutGoingThroughThem) {
  const TestPair one = pair();
  for (int i = 0; i < 1000; ++i)
    load("t" + std::to_string(i) + ".test", one);
  std::set<SSL_CTX*> contexts;
  for (int i = 0; i < 1000; ++i)
    contexts.insert(store_.context_for("t" + std::to_string(i) + ".test"));
  EXPECT_THAT(contexts, SizeIs(1000));
  EXPECT_FALSE(contexts.contains(nullptr));
}

class OcspStapleTest : public CertificateStoreTest {
 protected:
  OcspStapleTest() {
    CertificateWish wish;
    wish.alternative_names = {"DNS:a.test"};
    leaf_ = authority_.issue(wish);
  }
  CertificateStore::Entry& load_with(const std::string& response, bool with_issuer = true) {
    TestPair pair = leaf_;
    if (with_issuer) pair.certificate += authority_.certificate();
    auto files = one_pair(pair);
    files[0].ocsp_der = response;
    auto& entry = store_.load("a.test", std::move(files));
    try_out(entry, *engine_, store_);
    return entry;
  }
  std::string why_not(const std::string& response) {
    const auto& entry = load_with(response);
    EXPECT_TRUE(entry.trials[0].confirmed) << "it is served all the same";
    EXPECT_FALSE(entry.trials[0].stapled);
    const auto& warnings = entry.served->pairs[0].warnings;
    return warnings.empty() ? "" : warnings[0];
  }

  using Status = TestAuthority::OcspStatus;
  const std::unique_ptr<TlsEngine> engine_ = *TlsEngine::create();
  const TestAuthority authority_;
  TestPair leaf_;
};

TEST_F(OcspStapleTest, AResponseBesideTheChainIsStapled) {  // R189
  const auto& entry = load_with(authority_.ocsp(leaf_.certificate, Status::good, 3600));
  EXPECT_THAT(entry.served->pairs[0].warnings, IsEmpty());
  EXPECT_TRUE(entry.trials[0].confirmed && entry.trials[0].stapled);
}

TEST_F(OcspStapleTest, AResponseThatHelpsNobodyIsLeftOutWithTheReason) {  // R189
  EXPECT_THAT(why_not("garbage"), HasSubstr("it is no OCSP response"));
  EXPECT_THAT(why_not(authority_.ocsp(leaf_.certificate, Status::good, -600)),
              HasSubstr("it is out of date"));
  EXPECT_THAT(why_not(authority_.ocsp(leaf_.certificate, Status::revoked, 3600)),
              HasSubstr("the certificate is revoked"));
  EXPECT_THAT(why_not(authority_.ocsp(pair().certificate, Status::good, 3600)),
              HasSubstr("it is about another certificate"));
  // The same name, another key.
  EXPECT_THAT(why_not(TestAuthority().ocsp(leaf_.certificate, Status::good, 3600)),
              HasSubstr("it is"));
}

TEST_F(CertificateStoreTest, ARemovedPairIsGone) {
  load("a.test", pair());
  store_.remove("a.test");
  EXPECT_EQ(store_.context_for("a.test"), nullptr);
  EXPECT_THAT(store_.entries(), IsEmpty());
}

TEST(DaysLeft, IsRoundedDown) {
  const WallTime end{std::chrono::hours(1000)};
  EXPECT_EQ(days_left(end, end), 0);
  EXPECT_EQ(days_left(end, end - std::chrono::hours(24)), 1);
  EXPECT_EQ(days_left(end, end - std::chrono::hours(23)), 0);
  EXPECT_EQ(days_left(end, end + std::chrono::seconds(1)), -1);
}

TEST(TrustAnchors, LeaveOutWhatCannotBeRead) {
  const TestAuthority one("one");
  const TestAuthority two("two");
  const std::string texts[] = {one.certificate() + two.certificate(), "nothing"};
  const auto anchors = read_trust_anchors(texts);
  ASSERT_TRUE(anchors);
  EXPECT_EQ(anchors->certificates, 2u);
  EXPECT_EQ(anchors->unreadable, 1u);
}

}  // namespace
}  // namespace ringfence::tls_front
