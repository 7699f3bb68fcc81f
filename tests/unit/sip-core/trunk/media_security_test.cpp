#include "sip-core/trunk/media_security.hpp"

#include "tests/unit/sip-core/trunk/trunk_registrations_fixture.hpp"

namespace ringfence::sip_core {
namespace {

class MediaSecurityTest : public TrunkRegistrationsTest {
 protected:
  MediaSecurityTest() {
    harness_.config.trunks[0].mediasec = true;
    harness_.config.trunks[0].srtp = true;
    configure();
  }
  std::vector<std::string> verified() const {
    const auto request = PartHarness::parse(last().message.serialize());
    std::vector<std::string> all;
    for (const std::string_view value : request->values(sip::HeaderName::security_verify))
      all.emplace_back(value);
    return all;
  }
  bool challenge_with(const std::string& servers) {
    return respond("401 Unauthorized", "WWW-Authenticate: Digest realm=\"carrier\", nonce=\"n" +
                                           std::to_string(++nonces_) + "\", qop=\"auth\"\r\n" +
                                           servers);
  }
  static constexpr const char* kServers =
      "Security-Server: msrp-tls;mediasec\r\nSecurity-Server: sdes-srtp;mediasec\r\n";
};

TEST_F(MediaSecurityTest, SaysWhatWeCanAndRepeatsWhatTheEdgeSaid) {
  EXPECT_EQ(field(sip::HeaderName::security_client), "sdes-srtp;mediasec");
  EXPECT_EQ(field(sip::HeaderName::require), "mediasec");
  EXPECT_EQ(field(sip::HeaderName::proxy_require), "mediasec");
  EXPECT_THAT(verified(), testing::IsEmpty());
  challenge_with(kServers);
  EXPECT_EQ(field(sip::HeaderName::security_client), "sdes-srtp;mediasec");
  EXPECT_THAT(verified(), testing::ElementsAre("msrp-tls;mediasec", "sdes-srtp;mediasec"));
  respond("200 OK", "Expires: 100\r\n");
  EXPECT_THAT(trunks_.media_security(TrunkId(7)),
              testing::ElementsAre("msrp-tls;mediasec", "sdes-srtp;mediasec"));
}

TEST_F(MediaSecurityTest, RepeatsItOnceHoweverOftenItIsSaid) {
  challenge_with(kServers);
  respond("200 OK", std::string("Expires: 100\r\n") + kServers);
  for (int i = 0; i < 3; ++i) {
    pass(81s);
    EXPECT_THAT(verified(), testing::ElementsAre("msrp-tls;mediasec", "sdes-srtp;mediasec"));
    challenge_with("Security-Server: sdes-srtp;mediasec, msrp-tls;mediasec\r\n");
    EXPECT_THAT(verified(), testing::ElementsAre("sdes-srtp;mediasec", "msrp-tls;mediasec"));
    respond("200 OK", std::string("Expires: 100\r\n") + kServers);
  }
}

TEST_F(MediaSecurityTest, AgreesInTheWordsOfA494AndOnlyOnce) {
  respond("494 Security Agreement Required", kServers);
  ASSERT_EQ(requests(), 2U);
  EXPECT_EQ(field(sip::HeaderName::security_client), "");
  EXPECT_THAT(verified(), testing::ElementsAre("msrp-tls;mediasec", "sdes-srtp;mediasec"));
  respond("494 Security Agreement Required", kServers);
  EXPECT_EQ(requests(), 2U);
  EXPECT_EQ(state(), "failed");
}

TEST_F(MediaSecurityTest, IsNothingWithoutTlsAndSrtp) {
  respond("200 OK");
  harness_.config.trunks[0].srtp = false;
  configure();
  ASSERT_EQ(requests(), 2U) << "the REGISTER says something else now";
  EXPECT_EQ(field(sip::HeaderName::security_client), "");
  EXPECT_EQ(field(sip::HeaderName::require), "");
}

TEST_F(TrunkRegistrationsTest, SaysWhichColumnATrunkWantsThatAnswers494) {
  configure();
  respond("494 Security Agreement Required", "Security-Server: sdes-srtp;mediasec\r\n");
  EXPECT_EQ(requests(), 1U);
  EXPECT_THAT(trunks_.states(harness_.config)[0].last_error, testing::HasSubstr("mediasec"));
}

// ---- the network is another one than it was: F119

}  // namespace
}  // namespace ringfence::sip_core
