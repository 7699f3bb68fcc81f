// The whole process, confined, from the outside: descriptors in, connections served.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tests/unit/tls-front/front_process.hpp"

namespace ringfence::tls_front {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int kUnrecognizedName = 112;
constexpr int kProtocolVersion = 70;
constexpr int kNoApplicationProtocol = 120;

const std::string kOptions =
    "OPTIONS sip:a.test SIP/2.0\r\nCall-ID: one\r\nContent-Length: 0\r\n\r\n";
const std::string kMessage = "MESSAGE sip:a.test SIP/2.0\r\nCall-ID: two\r\nl: 5\r\n\r\nhello";

CertificateWish wish_for(const std::string& name) {
  CertificateWish wish;
  wish.common_name = name;
  wish.alternative_names = {"DNS:" + name};
  return wish;
}

class ProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    front_.certificate("a.test", authority_.issue(wish_for("a.test")));
    front_.certificate("b.test", authority_.issue(wish_for("b.test")));
    front_.trust({authority_.certificate()});
    trunk_tls_ = front_.listen(1, "trunk", "tls");
    public_tls_ = front_.listen(2, "public", "tls");
    public_tcp_ = front_.listen(3, "public", "tcp");
    front_.settings({});
    core_ = front_.sip_core();
    ASSERT_TRUE(front_.wait_for([&] { return front_.ready && core_->hello.epoch() != 0; }));
  }

  void dial(std::uint64_t id, unsigned short port, const std::string& name,
            const std::string& verify, const std::string& client_certificate = {}) {
    proto::FromSipCore message;
    auto& dial = *message.mutable_dial();
    dial.set_dial_id(id);
    dial.set_transport(proto::TLS);
    dial.add_addresses("127.0.0.1");
    dial.set_port(port);
    dial.set_listener_id(1);
    dial.set_server_name(name);
    dial.set_verify(verify);
    dial.set_timeout_ms(3000);
    dial.set_client_certificate(client_certificate);
    core_->send(message);
    core_flush();
  }
  void core_flush() {
    front_.wait_for([first = true]() mutable { return !std::exchange(first, false); });
  }
  static void write_large_messages(TestPeer& peer, int count) {
    const std::string body(20'000, 'x');
    for (int i = 0; i < count; ++i)
      peer.write("MESSAGE sip:a.test SIP/2.0\r\nl: 20000\r\n\r\n" + body);
  }
  // What DialFailed says when `pair` answers a dial for carrier.test.
  std::string refusal_of(const TestPair& pair, const std::string& verify) {
    const TestListener carrier;
    dial(77, carrier.port, "carrier.test", verify);
    TestPeer peer = TestPeer::accept_tls(carrier, pair);
    front_.wait_for([&] { return !core_->dial_failed.empty(); });
    return core_->dial_failed.empty() ? "" : core_->dial_failed.front().reason();
  }

  TestAuthority authority_;
  FrontProcess front_;
  std::unique_ptr<PlayedSipCore> core_;
  unsigned short trunk_tls_ = 0;
  unsigned short public_tls_ = 0;
  unsigned short public_tcp_ = 0;
};

#ifndef RINGFENCE_SANITIZED
TEST_F(ProcessTest, IsConfinedWhenItSaysReady) {
  EXPECT_THAT(front_.confinement, HasSubstr("seccomp"));
  EXPECT_THAT(front_.confinement, HasSubstr("landlock"));
}
#endif

TEST_F(ProcessTest, ServesTheCertificateOfTheNameAskedFor) {  // R183
  const TestPeer a = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  const TestPeer b = TestPeer::connect_tls(public_tls_, {.server_name = "B.Test."});
  ASSERT_TRUE(a.connected() && b.connected());
  EXPECT_EQ(a.peer_common_name(), "a.test");
  EXPECT_EQ(b.peer_common_name(), "b.test");
  EXPECT_EQ(a.version(), "TLSv1.3");
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 2; }));
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
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 4; }));
  EXPECT_THAT(core_->opened[0].verified_names(), IsEmpty());
  EXPECT_THAT(core_->opened[1].verified_names(), ElementsAre("carrier.test"));
  EXPECT_THAT(core_->opened[2].verified_names(), IsEmpty());
  EXPECT_THAT(core_->opened[3].verified_names(), IsEmpty());
}

TEST_F(ProcessTest, CarriesMessagesBothWays) {  // R035
  TestPeer tls = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  ASSERT_TRUE(tls.write(kOptions + kMessage));
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  EXPECT_EQ(core_->messages[0].bytes(), kOptions);
  EXPECT_EQ(core_->messages[1].bytes(), kMessage);
  EXPECT_EQ(core_->messages[1].message_number(), 2u);
  EXPECT_FALSE(core_->messages[1].offered_again());
  core_->say(core_->messages[0].connection(), "SIP/2.0 200 OK\r\n\r\n", false);
  core_->say(core_->messages[0].connection(), "SIP/2.0 202 Accepted\r\n\r\n", false);
  core_flush();
  EXPECT_EQ(tls.read(42), "SIP/2.0 200 OK\r\n\r\nSIP/2.0 202 Accepted\r\n\r\n");

  TestPeer tcp = TestPeer::connect_tcp(public_tcp_);
  ASSERT_TRUE(tcp.write(kOptions));
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 3; }));
  EXPECT_EQ(core_->opened[1].transport(), proto::TCP);
  EXPECT_EQ(core_->opened[1].tls_version(), "");
  core_->say(core_->messages[2].connection(), "SIP/2.0 200 OK\r\n\r\n", true);
  core_flush();
  EXPECT_EQ(tcp.read(18), "SIP/2.0 200 OK\r\n\r\n");
  EXPECT_TRUE(tcp.at_end());
  ASSERT_TRUE(front_.wait_for([&] { return core_->closed.size() == 1; }));
}

TEST_F(ProcessTest, AnswersPingsItself) {  // R084
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  peer.write("\r\n\r\n");
  EXPECT_EQ(peer.read(2), "\r\n");
}

TEST_F(ProcessTest, TellsWhyFramingFailedAndReadsNoFurther) {  // R028, R034, F067
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  const std::string header = "INVITE sip:a.test SIP/2.0\r\nCall-ID: x\r\n\r\n";
  peer.write(header + kOptions);
  peer.write(kOptions);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  EXPECT_EQ(core_->messages[0].framing_error(), proto::CONTENT_LENGTH_MISSING);
  EXPECT_EQ(core_->messages[0].bytes(), header);
  core_->say(core_->messages[0].connection(), "SIP/2.0 400 Bad\r\n\r\n", true);
  core_flush();
  EXPECT_EQ(peer.read(19), "SIP/2.0 400 Bad\r\n\r\n");
  EXPECT_TRUE(peer.at_end());
  front_.settle();
  EXPECT_THAT(core_->messages, SizeIs(1));
}

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

TEST_F(ProcessTest, RefusesACarrierWhoseCertificateIsForClients) {  // R072
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

TEST_F(ProcessTest, OffersUnfinishedMessagesToTheNextSipCoreOnce) {  // F001, F109
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  peer.write(kOptions + kMessage);
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  core_->done(core_->messages[0]);
  core_flush();
  core_ = front_.sip_core();
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 1; }));
  ASSERT_THAT(core_->hello.held(), SizeIs(1));
  EXPECT_EQ(core_->hello.held(0).sni(), "a.test");
  EXPECT_EQ(core_->messages[0].bytes(), kMessage);
  EXPECT_EQ(core_->messages[0].message_number(), 2u);
  EXPECT_TRUE(core_->messages[0].offered_again());
  // The connection is the same one, and goes on.
  core_->say(core_->hello.held(0).connection(), "SIP/2.0 200 OK\r\n\r\n", false);
  core_flush();
  EXPECT_EQ(peer.read(18), "SIP/2.0 200 OK\r\n\r\n");

  core_ = front_.sip_core();
  ASSERT_TRUE(front_.wait_for([&] { return core_->hello.epoch() != 0; }));
  front_.settle();
  EXPECT_THAT(core_->messages, IsEmpty());
  EXPECT_THAT(core_->hello.held(), SizeIs(1));
}

TEST_F(ProcessTest, KeepsWhatComesWhileThereIsNoSipCore) {  // F001
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  core_.reset();
  front_.settle();
  peer.write(kOptions);
  TestPeer later = TestPeer::connect_tls(public_tls_, {.server_name = "b.test"});
  EXPECT_TRUE(later.connected());
  later.write(kMessage);
  front_.settle();
  core_ = front_.sip_core();
  ASSERT_TRUE(front_.wait_for([&] { return core_->messages.size() == 2; }));
  EXPECT_FALSE(core_->messages[0].offered_again());
  EXPECT_FALSE(core_->messages[1].offered_again());
}

TEST_F(ProcessTest, IgnoresOrdersForConnectionsOfAnotherLife) {  // R092, F109
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  proto::ConnectionId stale = core_->opened[0].connection();
  stale.set_epoch(stale.epoch() + 1);
  core_->say(stale, "for somebody else", false);
  core_->say(core_->opened[0].connection(), "for you", false);
  core_flush();
  EXPECT_EQ(peer.read(7), "for you");
}

TEST_F(ProcessTest, ResetsHandshakesOverTheCapAndFreesTheirPlaces) {  // F045
  front_.settings({{"handshake_cap", "2"}, {"handshake_timeout_s", "1"}});
  front_.settle();
  TestPeer first = TestPeer::connect_tcp(public_tls_);
  TestPeer second = TestPeer::connect_tcp(public_tls_);
  TestPeer third = TestPeer::connect_tcp(public_tls_);
  EXPECT_TRUE(third.at_end());
  // The cap is the port's own.
  EXPECT_TRUE(TestPeer::connect_tls(trunk_tls_, {.server_name = "a.test"}).connected());
  EXPECT_TRUE(first.at_end());
  EXPECT_TRUE(second.at_end());
  EXPECT_TRUE(TestPeer::connect_tls(public_tls_, {.server_name = "a.test"}).connected());
  ASSERT_TRUE(front_.wait_for([&] {
    return front_.health.ports_size() == 2 && front_.health.ports(1).handshakes_ok() == 1;
  }));
  EXPECT_EQ(front_.health.ports(1).over_cap(), 1u);
  EXPECT_EQ(front_.health.ports(1).handshakes_failed(), 2u);
}

TEST_F(ProcessTest, AProbeWithoutAnOctetIsNoFailure) {  // F055
  TestPeer::connect_tcp(public_tls_).close();
  ASSERT_TRUE(front_.wait_for(
      [&] { return front_.health.counters().contains("accept_closed_empty_total"); }));
  EXPECT_EQ(front_.health.ports(1).handshakes_failed(), 0u);
  EXPECT_EQ(front_.health.ports(1).in_flight(), 0u);
}

TEST_F(ProcessTest, ACertificateRefusedAfterTheHandshakeCountsAsAFailure) {
  ClientWish wish{.server_name = "a.test"};
  wish.distrustful = true;
  EXPECT_FALSE(TestPeer::connect_tls(public_tls_, wish).connected());
  ASSERT_TRUE(front_.wait_for(
      [&] { return front_.health.counters().contains("tls_handshakes_failed_peer_alert_total"); }));
  EXPECT_EQ(front_.health.ports(1).handshakes_failed(), 1u);
}

TEST_F(ProcessTest, StopsReadingWhileSipCoreIsSlowAndLosesNothing) {  // F107
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  proto::FromSipCore trunk;
  *trunk.mutable_connection_class()->mutable_connection() = core_->opened[0].connection();
  trunk.mutable_connection_class()->set_class_of_connection(proto::TRUNK_PEER);
  core_->send(trunk);
  core_flush();
  core_->read(PlayedSipCore::Reading::off);
  std::thread writer([&] { write_large_messages(peer, 400); });
  EXPECT_TRUE(
      front_.wait_for([&] { return front_.health.counters().contains("link_high_water_total"); }));
  core_->finish_at_once = true;
  core_->read(PlayedSipCore::Reading::on);
  EXPECT_TRUE(front_.wait_for([&] { return core_->messages.size() == 400; }));
  writer.join();
  for (std::size_t i = 0; i < core_->messages.size(); ++i)
    EXPECT_EQ(core_->messages[i].message_number(), i + 1);
}

TEST_F(ProcessTest, StopsReadingAPeerWhoseMessagesAreNotFinished) {  // F107
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  std::thread writer([&] { write_large_messages(peer, 400); });
  EXPECT_TRUE(front_.wait_for([&] { return core_->messages.size() > 50; }));
  front_.settle();
  EXPECT_LT(core_->messages.size(), 60u);
  core_->finish_at_once = true;
  for (std::size_t i = 0; i < 50; ++i)
    core_->done(core_->messages[i]);
  EXPECT_TRUE(front_.wait_for([&] { return core_->messages.size() == 400; }));
  writer.join();
}

TEST_F(ProcessTest, ClosesAPeerThatDoesNotRead) {  // F061
  TestPeer peer = TestPeer::connect_tcp(public_tcp_);
  ASSERT_TRUE(front_.wait_for([&] { return core_->opened.size() == 1; }));
  const std::string large(500'000, 'x');
  for (int i = 0; i < 40 && core_->closed.empty(); ++i) {
    core_->say(core_->opened[0].connection(), large, false);
    core_flush();
  }
  ASSERT_TRUE(front_.wait_for([&] { return core_->closed.size() == 1; }));
  EXPECT_EQ(core_->closed[0].reason(), "the peer does not read");
}

TEST_F(ProcessTest, RestoresTheBlocklistWithTheTimeThatIsLeft) {
  front_.blocklist({{"203.0.113.7", 60}, {"203.0.113.8", -60}});
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.blocklist_active() == 1; }));
  front_.blocklist({});
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.blocklist_active() == 0; }));
}

TEST_F(ProcessTest, ShowsTheBlocklistAndReleasesASource) {
  front_.blocklist({{"203.0.113.7", 60}});
  proto::BlocklistAnswer answer = front_.order({}, 5);
  EXPECT_EQ(answer.request(), 5u);
  ASSERT_THAT(answer.blocklist().sources(), SizeIs(1));
  EXPECT_EQ(answer.blocklist().sources(0).source(), "203.0.113.7");
  EXPECT_EQ(front_.order("nonsense", 6).error(), "nonsense is no address");
  EXPECT_EQ(front_.order("203.0.113.8", 7).error(), "203.0.113.8 is not blocked");
  EXPECT_EQ(front_.order("203.0.113.7", 8).error(), "");
  answer = front_.order({}, 9);
  EXPECT_THAT(answer.blocklist().sources(), IsEmpty());
  // The supervisor keeps the shorter list.
  ASSERT_TRUE(front_.wait_for([&] { return !front_.blocklists.empty(); }));
  EXPECT_THAT(front_.blocklists.back().sources(), IsEmpty());
}

TEST_F(ProcessTest, CutsPeersThatSayNothingOrNeverEnd) {  // R190, R033, F047
  front_.settings({{"first_message_timeout_s", "1"}, {"message_timeout_s", "2"}});
  front_.settle();
  TestPeer silent = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  TestPeer slow = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  slow.write("OPTIONS sip:a.test SIP/2.0\r\n");
  EXPECT_TRUE(silent.at_end());
  EXPECT_TRUE(slow.at_end());
  ASSERT_TRUE(front_.wait_for([&] { return core_->closed.size() == 2; }));
  EXPECT_EQ(core_->closed[0].reason(), "no message came");
  EXPECT_EQ(core_->closed[1].reason(), "a message did not end");
}

TEST_F(ProcessTest, AClosedListenerRefusesAndItsConnectionsStay) {
  TestPeer peer = TestPeer::connect_tls(public_tls_, {.server_name = "a.test"});
  front_.close_listener(2);
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.ports_size() == 1; }));
  EXPECT_FALSE(TestPeer::connect_tcp(public_tls_).connected());
  peer.write("\r\n\r\n");
  EXPECT_EQ(peer.read(2), "\r\n");
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

TEST_F(ProcessTest, PenalisedSourcesAreBlockedAndTheListIsHandedToTheSupervisor) {  // F048
  proto::FromSipCore message;
  message.mutable_penalise()->set_address("203.0.113.9");
  message.mutable_penalise()->set_reason("test");
  for (int i = 0; i < 16; ++i)
    core_->send(message);
  core_flush();
  ASSERT_TRUE(front_.wait_for([&] { return !front_.blocklists.empty(); }));
  ASSERT_THAT(front_.blocklists[0].sources(), SizeIs(1));
  EXPECT_EQ(front_.blocklists[0].sources(0).source(), "203.0.113.9");
  EXPECT_EQ(front_.blocklists[0].sources(0).failures(), 16u);
  ASSERT_TRUE(front_.wait_for([&] { return front_.health.blocklist_active() == 1; }));
}

}  // namespace
}  // namespace ringfence::tls_front
