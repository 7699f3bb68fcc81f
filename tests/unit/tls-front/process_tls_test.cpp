// Whom tls-front serves by which certificate, version and group, and what it tells of that.
#include "tests/unit/tls-front/process_fixture.hpp"

namespace ringfence::tls_front {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kUnrecognizedName = 112;
constexpr int kProtocolVersion = 70;
constexpr int kNoApplicationProtocol = 120;

#ifndef RINGFENCE_SANITIZED
TEST_F(ProcessTest, IsConfinedWhenItSaysReady) {
  EXPECT_THAT(front_.confinement, HasSubstr("seccomp"));
  EXPECT_THAT(front_.confinement, HasSubstr("landlock"));
}
#endif

TEST_F(ProcessTest, ServesTheCertificateOfTheNameAskedFor) {  // R183
  TestPeer a = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  TestPeer b = TestPeer::connect_tls(public_tls_, {.server_name = "B.Test."});
  ASSERT_TRUE(a.connected() && b.connected());
  EXPECT_EQ(a.peer_common_name(), "a.test");
  EXPECT_EQ(b.peer_common_name(), "b.test");
  EXPECT_EQ(a.version(), "TLSv1.3");
  a.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  b.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  EXPECT_EQ(core_->opened[0].sni(), "a.test");
  EXPECT_EQ(core_->opened[1].sni(), "b.test");
  EXPECT_EQ(core_->opened[0].transport(), proto::TLS);
  EXPECT_EQ(core_->opened[0].listener_id(), 2u);
  EXPECT_EQ(core_->opened[0].remote_address(), "127.0.0.1");
  EXPECT_EQ(core_->opened[0].local_port(), public_tls_);
  EXPECT_EQ(core_->opened[0].tls_version(), "TLSv1.3");
  EXPECT_EQ(core_->opened[0].connection().epoch(), 0x1234u);
}

TEST_F(ProcessTest, RefusesAnUnknownNameWithAnAlert) {  // R183, F039
  for (const char* name : {"unknown.test", "default"}) {
    const TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = name});
    EXPECT_FALSE(peer.connected());
    EXPECT_EQ(peer.alert(), kUnrecognizedName) << name;
  }
  ASSERT_TRUE(front_.wait_for([&] {
    return front_.health.ports_size() == 2 && front_.health.ports(1).handshakes_failed() == 2;
  }));
  EXPECT_EQ(front_.health.ports(1).in_flight(), 0u);
  EXPECT_EQ(front_.health.counters().at("tls_handshakes_failed_unknown_name_total"), 2u);
}

TEST_F(ProcessTest, AnswersWithoutANameOnlyWhereThereIsADefault) {  // R183, F040
  for (const char* name : {"", "127.0.0.1"}) {
    const TestPeer refused = TestPeer::connect_tls(trunk_tls_, {.server_name = name});
    EXPECT_FALSE(refused.connected());
    EXPECT_EQ(refused.alert(), kUnrecognizedName);
  }
  front_.certificate("default", authority_.issue(wish_for("default.test")));
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.certificates_size() == 3; }));
  for (const char* name : {"", "127.0.0.1"}) {
    const TestPeer served = TestPeer::connect_tls(trunk_tls_, {.server_name = name});
    EXPECT_TRUE(served.connected());
    EXPECT_EQ(served.peer_common_name(), "default.test");
  }
}

TEST_F(ProcessTest, SpeaksTls12AndNothingOlder) {  // R177
  ClientWish wish{.server_name = "a.test"};
  wish.min_version = wish.max_version = TLS1_1_VERSION;
  const TestPeer old = TestPeer::connect_tls(public_tls_, wish);
  EXPECT_FALSE(old.connected());
  EXPECT_EQ(old.alert(), kProtocolVersion);
  wish.min_version = wish.max_version = TLS1_2_VERSION;
  const TestPeer modern = TestPeer::connect_tls(public_tls_, wish);
  EXPECT_TRUE(modern.connected());
  EXPECT_EQ(modern.version(), "TLSv1.2");
}

TEST_F(ProcessTest, AgreesOnEphemeralKeysAndAeadOnly) {  // R178
  ClientWish wish{.server_name = "a.test"};
  wish.max_version = TLS1_2_VERSION;
  for (const char* weak :
       {"AES128-GCM-SHA256", "ECDHE-ECDSA-AES128-SHA256", "ECDHE-ECDSA-AES128-SHA",
        "DHE-RSA-AES128-GCM-SHA256", "eNULL", "ECDHE-ECDSA-DES-CBC3-SHA"}) {
    wish.ciphers = weak;
    EXPECT_FALSE(TestPeer::connect_tls(public_tls_, wish).connected()) << weak;
  }
  wish.ciphers = "ECDHE-ECDSA-AES128-GCM-SHA256";
  EXPECT_TRUE(TestPeer::connect_tls(public_tls_, wish).connected());
}

TEST_F(ProcessTest, RefusesAClientThatMeansAnotherProtocol) {  // R185
  ClientWish web{.server_name = "a.test"};
  web.alpn = "\x08http/1.1";
  EXPECT_EQ(TestPeer::connect_tls(public_tls_, web).alert(), kNoApplicationProtocol);
  ClientWish sip{.server_name = "a.test"};
  sip.alpn = "\x08http/1.1\x05sip/2";
  EXPECT_TRUE(TestPeer::connect_tls(public_tls_, sip).connected());
}

TEST_F(ProcessTest, AsksForAClientCertificateOnTheTrunkSideOnly) {  // R049, R075
  const TestPair known = authority_.issue(wish_for("carrier.test"));
  const TestPair unknown = TestAuthority::self_signed(wish_for("carrier.test"));
  ClientWish with_known{.server_name = "a.test", .certificate = known};
  ClientWish with_unknown{.server_name = "a.test", .certificate = unknown};
  EXPECT_FALSE(TestPeer::connect_tls(public_tls_, with_known).asked_for_certificate());
  TestPeer trusted = TestPeer::connect_tls(trunk_tls_, with_known);
  TestPeer stranger = TestPeer::connect_tls(trunk_tls_, with_unknown);
  TestPeer anonymous = TestPeer::connect_tls(trunk_tls_, {.server_name = "a.test"});
  EXPECT_TRUE(trusted.asked_for_certificate());
  EXPECT_TRUE(stranger.connected() && anonymous.connected());
  // Who has proved a name is told of at once.
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  EXPECT_THAT(core_->opened[0].verified_names(), ElementsAre("carrier.test"));
  stranger.write(kOptions);
  anonymous.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  EXPECT_THAT(core_->opened[1].verified_names(), IsEmpty());
  EXPECT_THAT(core_->opened[2].verified_names(), IsEmpty());
}

TEST_F(ProcessTest, KeepsTheLastGoodPairAndSaysWhatIsWrong) {  // F033, F035
  TestPair broken = authority_.issue(wish_for("a.test"));
  broken.key = authority_.issue(wish_for("a.test")).key;
  front_.certificate("a.test", broken);
  ASSERT_TRUE(front_.wait_for([&] {
    return front_.health.certificates_size() == 2 && !front_.health.certificates(0).error().empty();
  }));
  EXPECT_THAT(front_.health.certificates(0).thumbprint_sha256(), SizeIs(64));
  EXPECT_TRUE(TestPeer::connect_tls(public_tls_, {.server_name = "a.test"}).connected());
  CertificateWish renewed = wish_for("renewed.test");
  front_.certificate("a.test", authority_.issue(renewed));
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.certificates(0).error().empty(); }));
  EXPECT_EQ(TestPeer::connect_tls(public_tls_, {.server_name = "a.test"}).peer_common_name(),
            "renewed.test");
}

TEST_F(ProcessTest, ReportsWhatAHandshakeWithItselfWasGiven) {
  TestPair pair = authority_.issue(wish_for("a.test"));
  const std::string response =
      authority_.ocsp(pair.certificate, TestAuthority::OcspStatus::good, 3600);
  pair.certificate += authority_.certificate();
  front_.certificate("a.test", pair, response);
  ASSERT_TRUE(front_.wait_for([&] {
    return front_.health.certificates_size() == 2 && front_.health.certificates(0).stapled();
  }));
  EXPECT_TRUE(front_.health.certificates(0).confirmed());
  EXPECT_EQ(front_.health.certificates(0).key_type(), "ECDSA");
  EXPECT_EQ(front_.logged("ocsp=stapled"), 1u);
}

TEST_F(ProcessTest, CountsAndShowsVersionAndGroup) {
  ClientWish old{.server_name = "a.test"};
  old.max_version = TLS1_2_VERSION;
  const TestPeer first = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  const TestPeer second = TestPeer::connect_tls(public_tls_, old);
  ASSERT_TRUE(front_.wait_for([&] { return front_.counter("tls_version_TLSv1.2_total") == 1; }));
  EXPECT_EQ(front_.counter("tls_version_TLSv1.3_total"), 1u);
  EXPECT_EQ(front_.logged("[sips-arrival] \"a connection is secured\"") +
                front_.logged("[sips-arrival] a connection is secured"),
            2u);
  EXPECT_EQ(front_.logged("version=TLSv1.3"), 1u);
}

TEST_F(ProcessTest, TakesOtherGroupsWhileItRuns) {
  front_.settings({{"tls_groups", "NOSUCH P-384"}});
  ASSERT_TRUE(front_.wait_for([&] { return front_.logged("left-out=NOSUCH") == 1; }));
  const TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  EXPECT_TRUE(peer.connected());
  ASSERT_TRUE(front_.wait_for([&] { return front_.counter("tls_group_secp384r1_total") == 1; }));
}

TEST_F(ProcessTest, TheStatisticsLineIsWhatHealthSays) {
  front_.settings({{"stats_interval_s", "1"}});
  const TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  TestPeer::connect_tls(public_tls_, {.server_name = "unknown.test"}).close();
  ASSERT_TRUE(front_.wait_for([&] {
    return front_.logged(
               "[SIPS-stats] handshakes so far ok=1 failed=1 over-cap=0 in-flight=0"
               " connections=1 blocklist=0 blocked-lifetime=0") > 0;
  }));
  // The report with the same numbers left with the line.
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.ports_size() == 2; }));
  EXPECT_EQ(front_.health.ports(1).handshakes_ok(), 1u);
  EXPECT_EQ(front_.health.ports(1).handshakes_failed(), 1u);
  EXPECT_EQ(front_.health.connections(), 1u);
}

}  // namespace
}  // namespace ringfence::tls_front
