#include "sip-core/shell/media_translation.hpp"

#include <gtest/gtest.h>

namespace ringfence::sip_core {
namespace {

TEST(MediaTranslation, ReadsLeases) {
  proto::FromMediaWorker message;
  message.mutable_leased()->set_address("192.0.2.1");
  auto* lease = message.mutable_leased()->add_leases();
  lease->set_lease_id(9);
  lease->set_rtp_port(16384);
  const auto event = event_of(message, WorkerIndex(1));
  ASSERT_TRUE(event);
  const auto& leased = std::get<MediaLeased>(*event);
  EXPECT_EQ(leased.worker, WorkerIndex(1));
  ASSERT_EQ(leased.leases.size(), 1U);
  EXPECT_EQ(leased.leases[0].rtp_port, 16384);
}

TEST(MediaTranslation, CarriesTheSilenceOfASessionR169) {
  proto::FromMediaWorker message;
  message.mutable_session_silent()->set_session_id(7);
  const auto event = event_of(message, WorkerIndex(0));
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<MediaSessionSilent>(*event).session, SessionId(7));
  SetMediaSession action;
  action.silence_timeout = std::chrono::seconds(90);
  EXPECT_EQ(message_of(action).session_set().silence_timeout_s(), 90U);
}

TEST(MediaTranslation, RefusesAPortThatIsNoneAndTheHelloOfAnotherWorker) {
  proto::FromMediaWorker message;
  message.mutable_leased()->set_address("192.0.2.1");
  message.mutable_leased()->add_leases()->set_rtp_port(70000);
  EXPECT_FALSE(event_of(message, WorkerIndex(1)));
  message.mutable_hello()->set_index(2);
  EXPECT_FALSE(event_of(message, WorkerIndex(1)));
  EXPECT_TRUE(event_of(message, WorkerIndex(2)));
}

TEST(MediaTranslation, WritesALegAsPlainOrWithBothKeys) {
  SetMediaSession action;
  action.session = SessionId(3);
  action.a.lease = LeaseId(1);
  action.a.protection = PlainRtp{};
  action.b.lease = LeaseId(2);
  action.b.remote_address = IpAddress::parse("198.51.100.1");
  action.b.remote_rtp_port = 4000;
  action.b.protection =
      SdesSrtp{"AES_CM_128_HMAC_SHA1_80", SecretBytes::from("send"), SecretBytes::from("receive")};
  const proto::ToMediaWorker message = message_of(action);
  EXPECT_TRUE(message.session_set().a().has_plain());
  EXPECT_EQ(message.session_set().a().remote_address(), "");
  EXPECT_EQ(message.session_set().b().sdes_srtp().send_key_salt(), "send");
  EXPECT_EQ(message.session_set().b().sdes_srtp().receive_key_salt(), "receive");
  EXPECT_EQ(message.session_set().b().remote_address(), "198.51.100.1");
  EXPECT_EQ(message.session_set().b().remote_rtp_port(), 4000U);
}

TEST(MediaTranslation, WritesTheClockRatesOfALeg) {
  SetMediaSession action;
  action.a.clock_rates = {{8, 8000}, {107, 48000}};
  const proto::ToMediaWorker message = message_of(action);
  ASSERT_EQ(message.session_set().a().clock_rates_size(), 2);
  EXPECT_EQ(message.session_set().a().clock_rates(1).payload_type(), 107U);
  EXPECT_EQ(message.session_set().a().clock_rates(1).hertz(), 48000U);
}

TEST(MediaTranslation, ReadsWhatWasMeasuredOfALegAndWhatWasNot) {
  proto::FromMediaWorker message;
  message.mutable_session_ended()->mutable_b()->set_jitter_us(1250);
  message.mutable_session_ended()->mutable_b()->set_packets_lost(7);
  const auto event = event_of(message, WorkerIndex(0));
  const auto& b = std::get<MediaSessionEnded>(*event).b;
  EXPECT_EQ(b.packets_lost, 7U);
  EXPECT_EQ(b.jitter, std::chrono::microseconds(1250));
  EXPECT_FALSE(b.round_trip);
}

TEST(MediaTranslation, WritesAKeyForALeg) {
  const auto message = message_of(SendTelephoneEvent{WorkerIndex(0), SessionId(3), MediaSide::b, 11,
                                                     std::chrono::milliseconds(160)});
  EXPECT_EQ(message.telephone_event().session_id(), 3U);
  EXPECT_EQ(message.telephone_event().to(), proto::TelephoneEvent::B);
  EXPECT_EQ(message.telephone_event().event(), 11U);
  EXPECT_EQ(message.telephone_event().duration_ms(), 160U);
}

TEST(MediaTranslation, SumsWhatWasDroppedForAnyReason) {
  proto::FromMediaWorker message;
  (*message.mutable_session_ended()->mutable_a()->mutable_dropped())["replay"] = 2;
  (*message.mutable_session_ended()->mutable_a()->mutable_dropped())["auth_failure"] = 3;
  const auto event = event_of(message, WorkerIndex(0));
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<MediaSessionEnded>(*event).a.packets_dropped, 5U);
}

}  // namespace
}  // namespace ringfence::sip_core
