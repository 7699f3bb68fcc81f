#include "tls-front/link/wire_messages.hpp"

#include <gtest/gtest.h>

namespace ringfence::tls_front {
namespace {

proto::Dial good_dial() {
  proto::Dial dial;
  dial.set_dial_id(3);
  dial.set_transport(proto::TLS);
  dial.add_addresses("192.0.2.1");
  dial.add_addresses("2001:db8::1");
  dial.set_port(5061);
  dial.set_server_name("carrier.test");
  dial.set_verify("wildcard");
  dial.set_timeout_ms(4000);
  dial.set_client_certificate("Ours.Test");
  return dial;
}

TEST(WireMessages, ReadADial) {
  const auto request = read_dial(good_dial());
  ASSERT_TRUE(request);
  EXPECT_EQ(request->id, DialId(3));
  EXPECT_EQ(request->addresses.size(), 2u);
  EXPECT_EQ(request->policy.mode, VerifyMode::wildcard);
  EXPECT_EQ(request->policy.client_certificate, "ours.test");
  EXPECT_EQ(request->timeout, std::chrono::seconds(4));
}

TEST(WireMessages, RefuseADialThatMakesNoSense) {  // F103
  proto::Dial dial = good_dial();
  dial.set_dial_id(0);
  EXPECT_FALSE(read_dial(dial));
  dial = good_dial();
  dial.set_port(65536);
  EXPECT_FALSE(read_dial(dial));
  dial = good_dial();
  dial.add_addresses("carrier.test");
  EXPECT_FALSE(read_dial(dial));
  dial = good_dial();
  dial.set_transport(proto::STREAM_TRANSPORT_UNSPECIFIED);
  EXPECT_FALSE(read_dial(dial));
}

TEST(WireMessages, LendAMessageAndTakeItBack) {
  KeptMessage kept{5, "octets", FramingError::body_too_large, 2};
  proto::MessageReceived message;
  lend_message(kept, ConnectionNumber(9), 77, message);
  EXPECT_EQ(message.bytes(), "octets");
  EXPECT_EQ(message.connection().epoch(), 77u);
  EXPECT_EQ(message.connection().number(), 9u);
  EXPECT_EQ(message.message_number(), 5u);
  EXPECT_EQ(message.framing_error(), proto::BODY_TOO_LARGE);
  EXPECT_TRUE(message.offered_again());
  take_octets_back(kept, message);
  EXPECT_EQ(kept.octets, "octets");
}

}  // namespace
}  // namespace ringfence::tls_front
