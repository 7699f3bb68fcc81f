#include "media-worker/link/session_messages.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

proto::SessionSet valid() {
  proto::SessionSet message;
  message.set_session_id(5);
  for (auto* leg : {message.mutable_a(), message.mutable_b()}) {
    leg->set_remote_address("192.0.2.1");
    leg->set_remote_rtp_port(4000);
    leg->set_remote_rtcp_port(4001);
    leg->mutable_plain();
    leg->set_send_to_peer(true);
    leg->set_receive_from_peer(true);
  }
  message.mutable_a()->set_lease_id(1);
  message.mutable_b()->set_lease_id(2);
  return message;
}

void make_srtp(proto::MediaLeg& leg, std::size_t send_size, std::size_t receive_size) {
  auto& sdes = *leg.mutable_sdes_srtp();
  sdes.set_suite("AES_CM_128_HMAC_SHA1_80");
  sdes.set_send_key_salt(std::string(send_size, 's'));
  sdes.set_receive_key_salt(std::string(receive_size, 'r'));
}

TEST(SessionMessages, reads_a_leg_field_by_field) {
  auto message = valid();
  message.mutable_a()->set_latch_address(true);
  message.mutable_a()->set_send_to_peer(false);
  message.mutable_b()->set_receive_from_peer(false);
  message.mutable_b()->set_remote_rtcp_port(4000);
  message.mutable_b()->set_telephone_event_type(101);
  message.mutable_b()->set_telephone_event_hertz(8000);
  proto::ClockRate* rate = message.mutable_b()->add_clock_rates();
  rate->set_payload_type(9);
  rate->set_hertz(8000);
  const auto description = read_session_set(message);
  ASSERT_TRUE(description);
  EXPECT_EQ(description->id, SessionId(5));
  EXPECT_EQ(description->a.lease, LeaseId(1));
  EXPECT_EQ(description->a.remote_rtp, SocketAddress::parse("192.0.2.1:4000"));
  EXPECT_EQ(description->a.remote_rtcp, SocketAddress::parse("192.0.2.1:4001"));
  EXPECT_EQ(description->a.latch, LatchPolicy::follow_source);
  EXPECT_EQ(description->a.to_peer, Flow::held);
  EXPECT_EQ(description->a.from_peer, Flow::open);
  EXPECT_FALSE(description->a.multiplexed());
  EXPECT_EQ(description->b.latch, LatchPolicy::negotiated_only);
  EXPECT_EQ(description->b.from_peer, Flow::held);
  EXPECT_TRUE(description->b.multiplexed());
  EXPECT_EQ(description->b.events.payload_type, 101);
  EXPECT_EQ(description->b.events.clock_rate, 8000U);
  EXPECT_EQ(description->a.clock_rates, ClockRates());
  EXPECT_EQ(description->b.clock_rates.of(9), 8000U);
}

TEST(SessionMessages, takes_keys_that_a_telephone_has_and_holds_for_a_while) {
  for (const auto& [event, duration, good] : {std::tuple{0u, 40u, true},
                                              {16u, 5000u, true},
                                              {17u, 100u, false},
                                              {5u, 39u, false},
                                              {5u, 5001u, false}}) {
    proto::TelephoneEvent message;
    message.set_event(event);
    message.set_duration_ms(duration);
    EXPECT_EQ(read_telephone_event(message).has_value(), good) << event << " " << duration;
  }
}

TEST(SessionMessages, takes_no_address_port_0_and_0_0_0_0_for_nowhere) {
  for (const char* address : {"", "0.0.0.0", "::"}) {
    auto message = valid();
    message.mutable_a()->set_remote_address(address);
    EXPECT_FALSE(read_session_set(message)->a.remote_rtp) << address;
    EXPECT_FALSE(read_session_set(message)->a.multiplexed()) << address;
  }
  auto message = valid();
  message.mutable_a()->set_remote_rtp_port(0);
  EXPECT_FALSE(read_session_set(message)->a.remote_rtp);
}

TEST(SessionMessages, a_leg_without_a_protection_is_refused) {
  auto message = valid();
  message.mutable_a()->clear_plain();
  EXPECT_EQ(read_session_set(message).error().message, "a leg without a protection");
}

TEST(SessionMessages, takes_keys_of_the_suite_s_size_only_R101) {
  for (const auto& [send, receive, good] : {std::tuple{30u, 30u, true},
                                            {30u, 0u, true},
                                            {0u, 30u, false},
                                            {29u, 30u, false},
                                            {30u, 31u, false},
                                            {46u, 46u, false}}) {
    auto message = valid();
    make_srtp(*message.mutable_a(), send, receive);
    EXPECT_EQ(read_session_set(message).has_value(), good) << send << " " << receive;
  }
  auto message = valid();
  make_srtp(*message.mutable_a(), 30, 30);
  message.mutable_a()->mutable_sdes_srtp()->set_suite("NULL_HMAC_SHA1_80");
  EXPECT_EQ(read_session_set(message).error().message, "unknown crypto-suite");
}

TEST(SessionMessages, leaves_no_key_in_the_message_whether_or_not_it_is_taken) {
  for (const std::size_t size : {30u, 31u}) {
    auto message = valid();
    make_srtp(*message.mutable_a(), size, 30);
    const std::string& place = message.a().sdes_srtp().send_key_salt();
    const char* octets = place.data();
    (void)read_session_set(message);
    EXPECT_TRUE(message.a().sdes_srtp().send_key_salt().empty());
    EXPECT_TRUE(message.a().sdes_srtp().receive_key_salt().empty());
    EXPECT_TRUE(std::all_of(octets, octets + 15, [](char c) { return c == '\0'; }));
  }
}

TEST(SessionMessages, refuses_numbers_and_addresses_that_are_none) {
  auto message = valid();
  message.mutable_a()->set_remote_rtp_port(65536);
  EXPECT_FALSE(read_session_set(message));
  message = valid();
  message.mutable_b()->set_remote_address("trunk.example");
  EXPECT_FALSE(read_session_set(message));
  message = valid();
  message.mutable_b()->set_telephone_event_type(128);
  EXPECT_FALSE(read_session_set(message));
}

TEST(SessionMessages, the_summary_names_only_reasons_that_occurred) {
  MediaCounters totals;
  SendKeyRegister keys;
  SeededRandom random(1);
  Session session(SessionId(5), totals, keys, random);
  auto message = valid();
  ASSERT_TRUE(session.apply(*read_session_set(message), {}));
  Stored stored(rtp(1, 2));
  (void)session.on_packet(LegName::a, Component::rtp, *SocketAddress::parse("192.0.2.66:1"),
                          stored.octets(), stored.size, {});
  const auto summary = summary_of(session);
  EXPECT_EQ(summary.session_id(), 5u);
  EXPECT_EQ(summary.a().dropped().size(), 1u);
  EXPECT_EQ(summary.a().dropped().at("wrong_source"), 1u);
  EXPECT_TRUE(summary.b().dropped().empty());
  EXPECT_TRUE(summary.a().latched_address().empty());
}

}  // namespace
}  // namespace ringfence::media_worker::test
