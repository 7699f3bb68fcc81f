// What tls-front dials for sip-core: whom it believes, what it shows, how it keeps it alive.
#include "tests/unit/tls-front/process_fixture.hpp"

namespace ringfence::tls_front {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(ProcessTest, DialsAndProvesThePeersName) {  // R067, R071, R076
  const TestListener carrier;
  dial(41, carrier.port, "carrier.test", "full");
  TestPeer peer = TestPeer::accept_tls(carrier, authority_.issue(wish_for("carrier.test")));
  ASSERT_TRUE(peer.connected());
  EXPECT_EQ(peer.requested_name(), "carrier.test");
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  EXPECT_EQ(core_->opened[0].dial_id(), 41u);
  EXPECT_EQ(core_->opened[0].listener_id(), 1u);
  EXPECT_EQ(core_->opened[0].remote_port(), carrier.port);
  EXPECT_THAT(core_->opened[0].verified_names(), ElementsAre("carrier.test"));
  core_->say(core_->opened[0].connection(), kOptions, false);
  core_flush();
  EXPECT_EQ(peer.read(kOptions.size()), kOptions);
  peer.write(kMessage);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  EXPECT_EQ(core_->messages[0].bytes(), kMessage);
}

TEST_F(ProcessTest, RefusesACarrierWithAnothersName) {  // R067, R073, F037
  EXPECT_THAT(refusal_of(authority_.issue(wish_for("other.test")), "full"),
              HasSubstr("the certificate of carrier.test is for other.test"));
  EXPECT_THAT(core_->opened, IsEmpty());
}

TEST_F(ProcessTest, RefusesAnExpiredCarrier) {  // F037
  CertificateWish wish = wish_for("carrier.test");
  wish.valid_to_seconds = -60;
  EXPECT_THAT(refusal_of(authority_.issue(wish), "full"), HasSubstr("expired"));
}

TEST_F(ProcessTest, RefusesASelfSignedCarrier) {  // F037, R049
  EXPECT_THAT(refusal_of(TestAuthority::self_signed(wish_for("carrier.test")), "ca"),
              HasSubstr("certificate verify failed: self"));
}

TEST_F(ProcessTest, RefusesACarrierWhoseCertificateIsForClients) {  // R072, F037
  CertificateWish wish = wish_for("carrier.test");
  wish.extended_key_usage = "clientAuth";
  EXPECT_THAT(refusal_of(authority_.issue(wish), "full"), HasSubstr("certificate verify failed"));
}

TEST_F(ProcessTest, RefusesAWildcardUnlessTheTrunkTakesIt) {  // R071, F037
  CertificateWish wish = wish_for("carrier.test");
  wish.alternative_names = {"DNS:*.test", "DNS:*.carrier.example"};
  EXPECT_THAT(refusal_of(authority_.issue(wish), "full"), HasSubstr("is for *.test"));
  const TestListener carrier;
  dial(78, carrier.port, "sbc.carrier.example", "wildcard");
  const TestPeer peer = TestPeer::accept_tls(carrier, authority_.issue(wish));
  EXPECT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
}

TEST_F(ProcessTest, RefusesACarrierWhoseSipUriNamesAnother) {  // R068, F037
  CertificateWish wish = wish_for("carrier.test");
  wish.alternative_names = {"DNS:carrier.test", "URI:sip:other.test"};
  EXPECT_THAT(refusal_of(authority_.issue(wish), "full"), HasSubstr("is for other.test"));
}

TEST_F(ProcessTest, ShowsATrunkTheCertificateThatItWants) {
  const TestListener carrier;
  dial(51, carrier.port, "carrier.test", "full", "b.test");
  TestPeer peer = TestPeer::accept_tls(carrier, authority_.issue(wish_for("carrier.test")));
  ASSERT_TRUE(peer.connected());
  EXPECT_EQ(peer.peer_common_name(), "b.test");
  dial(52, carrier.port, "carrier.test", "full");
  peer = TestPeer::accept_tls(carrier, authority_.issue(wish_for("carrier.test")));
  ASSERT_TRUE(peer.connected());
  EXPECT_EQ(peer.peer_common_name(), "") << "nothing where nothing is wanted";
}

TEST_F(ProcessTest, SaysThatTheCertificateForATrunkIsNotThere) {
  const TestListener carrier;
  dial(53, carrier.port, "carrier.test", "full", "gone.test");
  ASSERT_TRUE(front_.wait_for([&] { return core_->dial_failed.size() == 1; }));
  EXPECT_THAT(core_->dial_failed[0].reason(),
              HasSubstr("there is no certificate gone.test to show to the peer"));
}

TEST_F(ProcessTest, PingsWhatItDialledAndTakesTheAnswers) {  // R085
  front_.settings({{"ping_interval_s", "1"}});
  front_.settle();
  const TestListener carrier;
  dial(54, carrier.port, "carrier.test", "full");
  TestPeer peer = TestPeer::accept_tls(carrier, authority_.issue(wish_for("carrier.test")));
  ASSERT_TRUE(peer.connected());
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(peer.read(4), "\r\n\r\n");
    peer.write("\r\n");
  }
  EXPECT_THAT(core_->messages, IsEmpty());
  EXPECT_THAT(core_->closed, IsEmpty());
}

TEST_F(ProcessTest, DialsAnybodyWhereNothingIsToBeVerified) {
  const TestListener carrier;
  dial(42, carrier.port, "carrier.test", "none");
  const TestPeer peer =
      TestPeer::accept_tls(carrier, TestAuthority::self_signed(wish_for("other.test")));
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  EXPECT_THAT(core_->opened[0].verified_names(), IsEmpty());
}

TEST_F(ProcessTest, SaysThatNobodyAnswered) {
  unsigned short port = 0;
  {
    const TestListener gone;
    port = gone.port;
  }
  dial(43, port, "carrier.test", "full");
  ASSERT_TRUE(front_.wait_for([&] { return core_->dial_failed.size() == 1; }));
  EXPECT_EQ(core_->dial_failed[0].dial_id(), 43u);
  EXPECT_THAT(core_->dial_failed[0].reason(), HasSubstr("connection refused"));
}

}  // namespace
}  // namespace ringfence::tls_front
