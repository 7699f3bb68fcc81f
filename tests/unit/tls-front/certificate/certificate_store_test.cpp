#include "tls-front/certificate/certificate_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/tls-front/test_pki.hpp"
#include "tls-front/certificate/trust_anchors.hpp"
#include "tls-front/tls/context.hpp"

namespace ringfence::tls_front {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;
using testing::SizeIs;

class CertificateStoreTest : public testing::Test {
 protected:
  const CertificateStore::Entry& load(const std::string& name, const TestPair& pair) {
    return store_.load(name, pair.certificate, SecretBytes::from(pair.key));
  }
  static TestPair pair(int rsa_bits = 0, long valid_to_seconds = 86'400 * 30) {
    CertificateWish wish;
    wish.rsa_bits = rsa_bits;
    wish.valid_to_seconds = valid_to_seconds;
    return TestAuthority().issue(wish);
  }

  CertificateStore store_{usable_groups()};
};

TEST_F(CertificateStoreTest, FindsAPairByItsNameInAnyCase) {  // R183
  const auto& entry = load("A.Test", pair());
  EXPECT_THAT(entry.error, IsEmpty());
  EXPECT_THAT(entry.served->thumbprint_sha256, MatchesRegex("[0-9a-f]{64}"));
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
  const std::string good = store_.entries()[0]->served->thumbprint_sha256;
  TestPair foreign = pair();
  foreign.key = pair().key;
  EXPECT_EQ(load("a.test", foreign).error, "privkey.pem is not the key of fullchain.pem");
  EXPECT_EQ(load("a.test", {"garbage", "garbage"}).error, "fullchain.pem holds no certificate");
  EXPECT_THAT(load("a.test", {pair().certificate, "garbage"}).error, HasSubstr("privkey.pem"));
  EXPECT_THAT(store_.load("a.test", fail("cannot read"), SecretBytes()).error,
              HasSubstr("cannot read"));
  EXPECT_EQ(store_.entries()[0]->served->thumbprint_sha256, good);
  EXPECT_NE(store_.context_for("a.test"), nullptr);
  EXPECT_THAT(load("a.test", pair()).error, IsEmpty());
  EXPECT_NE(store_.entries()[0]->served->thumbprint_sha256, good);
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
  EXPECT_EQ(days_left(entry.served->not_after, SystemClock().wall_now()), -1);
  EXPECT_NE(store_.context_for("a.test"), nullptr);
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
