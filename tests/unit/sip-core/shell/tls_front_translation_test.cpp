#include "sip-core/shell/tls_front_translation.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

proto::ConnectionOpened opened() {
  proto::ConnectionOpened message;
  message.mutable_connection()->set_epoch(5);
  message.mutable_connection()->set_number(6);
  message.set_transport(proto::TLS);
  message.set_listener_id(3);
  message.set_remote_address("2001:db8::1");
  message.set_remote_port(4000);
  message.set_local_address("192.0.2.1");
  message.set_local_port(5061);
  message.set_sni("demo.test");
  message.add_verified_names("carrier.test");
  return message;
}

TEST(TlsFrontTranslation, ReadsAConnection) {
  proto::FromTlsFront message;
  *message.mutable_opened() = opened();
  const auto event = event_of(message);
  ASSERT_TRUE(event);
  const Connection& connection = std::get<ConnectionOpened>(*event).connection;
  EXPECT_EQ(connection.id, (ConnectionId{5, 6}));
  EXPECT_EQ(connection.transport, TransportKind::tls);
  EXPECT_EQ(connection.listener, ListenerId(3));
  EXPECT_EQ(connection.remote.to_string(), "[2001:db8::1]:4000");
  EXPECT_EQ(connection.sni, "demo.test");
  EXPECT_EQ(connection.verified_names, std::vector<std::string>{"carrier.test"});
}

TEST(TlsFrontTranslation, RefusesWhatCannotBeTrue) {
  proto::FromTlsFront message;
  EXPECT_FALSE(event_of(message));
  *message.mutable_opened() = opened();
  message.mutable_opened()->set_remote_address("carrier.test");
  EXPECT_FALSE(event_of(message));
  *message.mutable_opened() = opened();
  message.mutable_opened()->set_remote_port(65536);
  EXPECT_FALSE(event_of(message));
  *message.mutable_opened() = opened();
  message.mutable_opened()->set_transport(proto::STREAM_TRANSPORT_UNSPECIFIED);
  EXPECT_FALSE(event_of(message));
  message.mutable_message()->set_bytes("x");
  EXPECT_FALSE(event_of(message));
}

TEST(TlsFrontTranslation, ReadsAMessageWithItsFault) {
  proto::FromTlsFront message;
  message.mutable_message()->mutable_connection()->set_number(6);
  message.mutable_message()->set_message_number(9);
  message.mutable_message()->set_bytes("OPTIONS");
  message.mutable_message()->set_framing_error(proto::CONTENT_LENGTH_REPEATED);
  message.mutable_message()->set_offered_again(true);
  const auto event = event_of(message);
  ASSERT_TRUE(event);
  const auto& received = std::get<StreamMessageReceived>(*event);
  EXPECT_EQ(received.octets, "OPTIONS");
  EXPECT_EQ(received.number, 9U);
  EXPECT_EQ(received.fault, FramingFault::length_repeated);
  EXPECT_TRUE(received.offered_again);
}

TEST(TlsFrontTranslation, ReadsWhatTlsFrontHolds) {
  proto::FromTlsFront message;
  message.mutable_hello()->set_epoch(5);
  *message.mutable_hello()->add_held() = opened();
  const auto event = event_of(message);
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<TlsFrontUp>(*event).held.size(), 1U);
}

TEST(TlsFrontTranslation, WritesADial) {
  DialConnection action;
  action.dial = DialId(4);
  action.addresses = {*IpAddress::parse("192.0.2.7"), *IpAddress::parse("2001:db8::7")};
  action.port = 5061;
  action.listener = ListenerId(2);
  action.server_name = "carrier.test";
  action.check = CertificateCheck::wildcard;
  action.client_certificate = "ours.test";
  const proto::Dial dial = message_of(action).dial();
  EXPECT_EQ(dial.dial_id(), 4U);
  EXPECT_EQ(dial.transport(), proto::TLS);
  EXPECT_EQ(dial.addresses_size(), 2);
  EXPECT_EQ(dial.addresses(1), "2001:db8::7");
  EXPECT_EQ(dial.verify(), "wildcard");
  EXPECT_EQ(dial.client_certificate(), "ours.test");
  EXPECT_EQ(dial.timeout_ms(), 5000U);
}

TEST(TlsFrontTranslation, WritesASendAndTheClassOfAConnection) {
  SendStream send{{5, 6}, "SIP/2.0 200 OK\r\n", true};
  const proto::FromSipCore message = message_of(send);
  EXPECT_EQ(message.send().bytes(), "SIP/2.0 200 OK\r\n");
  EXPECT_TRUE(message.send().close_after());
  EXPECT_EQ(message.send().connection().epoch(), 5U);
  EXPECT_EQ(message_of(SetConnectionClass{{5, 6}, ConnectionClass::trunk})
                .connection_class()
                .class_of_connection(),
            proto::TRUNK_PEER);
}

TEST(TlsFrontTranslation, WritesWhereTrunksSpeakFrom) {
  const proto::FromSipCore message =
      message_of(TellTrunkSources{{*IpNetwork::parse("192.0.2.0/24")}});
  ASSERT_EQ(message.trunk_sources().networks_size(), 1);
  EXPECT_EQ(message.trunk_sources().networks(0), "192.0.2.0/24");
  EXPECT_TRUE(message_of(TellTrunkSources{}).has_trunk_sources());
}

}  // namespace
}  // namespace ringfence::sip_core
