// Changes of keys: what a re-INVITE may bring, on the side that sends and on the one that hears.
#include <gtest/gtest.h>

#include <cstring>

#include "media-worker/srtp/srtp_receiver.hpp"
#include "media-worker/srtp/srtp_sender.hpp"
#include "support/packets.hpp"
#include "support/reference_srtp.hpp"

namespace ringfence::media_worker::test {
namespace {

constexpr std::uint32_t kSsrc = 0xcafebabe;
using std::chrono::seconds;

class Sending : public testing::Test {
 protected:
  Result<void> use(std::uint8_t seed, PeerAddress address = PeerAddress::unchanged) {
    return sender_.use(suite_80(), key(seed).bytes(), address, keys_);
  }
  Packet send(std::uint16_t sequence) {
    Stored stored(rtp(kSsrc, sequence));
    stored.size = sender_.protect_rtp(stored.octets(), stored.size).value_or(0);
    return stored.packet();
  }
  static Packet reference(std::uint8_t seed, std::uint32_t extended) {
    return reference_srtp(key(seed).bytes(), rtp(kSsrc, static_cast<std::uint16_t>(extended)),
                          extended >> 16);
  }
  // 2^16 and some packets, so that the roll-over counter has left zero.
  void roll_over() {
    for (std::uint32_t n = 1000; n <= 66000; n += 500)
      ASSERT_EQ(send(static_cast<std::uint16_t>(n)), reference(1, n));
  }

  SendKeyRegister keys_;
  SrtpSender sender_;
};

TEST_F(Sending, sends_nothing_before_it_has_a_key) {
  EXPECT_TRUE(send(1000).empty());
  Stored report(receiver_report(1, 2, 3));
  EXPECT_FALSE(sender_.protect_rtcp(report.octets(), report.size));
}

TEST_F(Sending, goes_on_with_the_same_key_wherever_the_peer_is_R118) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(1));
  EXPECT_EQ(send(66001 & 0xffff), reference(1, 66001));
  ASSERT_TRUE(use(1, PeerAddress::changed));
  EXPECT_EQ(send(66002 & 0xffff), reference(1, 66002));
}

TEST_F(Sending, forgets_nothing_when_the_same_key_is_set_again_R118) {
  ASSERT_TRUE(use(1));
  EXPECT_EQ(send(1000), reference(1, 1000));
  EXPECT_EQ(send(1002), reference(1, 1002));
  ASSERT_TRUE(use(1));
  EXPECT_TRUE(send(1002).empty());
  EXPECT_EQ(send(1001), reference(1, 1001));  // late, not used, and under the same key
}

TEST_F(Sending, keeps_the_roll_over_counter_under_a_new_key_R127) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(2));
  EXPECT_EQ(send(66001 & 0xffff), reference(2, 66001));
}

TEST_F(Sending, keeps_the_SRTCP_index_under_a_new_key_R129) {
  const Packet report = receiver_report(kSsrc, 2, 3);
  std::uint32_t index = 0;
  for (const std::uint8_t seed : {std::uint8_t{1}, std::uint8_t{2}, std::uint8_t{1}}) {
    ASSERT_TRUE(use(seed));
    for (int i = 0; i < 3; ++i) {
      Stored stored(report);
      stored.size = *sender_.protect_rtcp(stored.octets(), stored.size);
      EXPECT_EQ(stored.packet(), reference_srtcp(key(seed).bytes(), report, ++index));
    }
  }
}

TEST_F(Sending, begins_at_zero_with_a_new_key_for_a_new_address_R118) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(2, PeerAddress::changed));
  EXPECT_EQ(send(66001 & 0xffff), reference(2, 66001 & 0xffff));
}

TEST_F(Sending, an_old_key_that_comes_back_goes_on_and_never_repeats_an_index_R135) {
  ASSERT_TRUE(use(1));
  EXPECT_EQ(send(1000), reference(1, 1000));
  ASSERT_TRUE(use(2));
  EXPECT_EQ(send(1001), reference(2, 1001));
  ASSERT_TRUE(use(1));
  EXPECT_TRUE(send(1000).empty());  // that index went out under this key
  EXPECT_EQ(send(1002), reference(1, 1002));
}

TEST_F(Sending, refuses_a_key_whose_indexes_were_thrown_away_R135) {
  ASSERT_TRUE(use(1));
  ASSERT_TRUE(use(2, PeerAddress::changed));
  EXPECT_EQ(use(1).error().message, "a send key that was used before");
  EXPECT_EQ(send(1000), reference(2, 1000));
}

TEST_F(Sending, refuses_a_key_that_another_leg_has_R134) {
  ASSERT_TRUE(use(1));
  SrtpSender other;
  EXPECT_FALSE(other.use(suite_80(), key(1).bytes(), PeerAddress::unchanged, keys_));
  EXPECT_TRUE(other.use(suite_80(), key(2).bytes(), PeerAddress::unchanged, keys_));
}

TEST_F(Sending, renumbers_a_stream_that_begins_high_R121) {
  ASSERT_TRUE(use(1));
  EXPECT_EQ(send(65535), reference(1, 32767));
  EXPECT_EQ(send(0), reference(1, 32768));
  EXPECT_EQ(sender_.to_source(Ssrc(kSsrc), 32768), 65536u);
  EXPECT_EQ(sender_.to_source(Ssrc(1), 32768), 32768u);
}

TEST_F(Sending, serves_eight_sources_R133) {
  ASSERT_TRUE(use(1));
  for (std::uint32_t ssrc = 1; ssrc <= 9; ++ssrc) {
    Stored stored(rtp(ssrc, 1000));
    EXPECT_EQ(sender_.protect_rtp(stored.octets(), stored.size).has_value(), ssrc <= 8);
  }
}

TEST(SendKeyRegister, remembers_a_bounded_number_of_keys) {
  SendKeyRegister keys;
  EXPECT_EQ(keys.claim(key(1).bytes()), KeyClaim::fresh);
  EXPECT_EQ(keys.claim(key(1).bytes()), KeyClaim::used_before);
  SecretBytes other = key(2);
  for (std::size_t i = 0; i < SendKeyRegister::kRemembered; ++i) {
    std::memcpy(other.bytes().data(), &i, sizeof i);
    EXPECT_EQ(keys.claim(other.bytes()), KeyClaim::fresh);
  }
  EXPECT_FALSE(keys.knows(key(1).bytes()));
}

class Receiving : public testing::Test {
 protected:
  Result<void> use(std::uint8_t seed, PeerAddress address = PeerAddress::unchanged) {
    return receiver_.use(suite_80(), key(seed).bytes(), address, now_);
  }
  // Whether a packet with that extended sequence number, sent under that key, is heard.
  bool hears(std::uint8_t seed, std::uint32_t extended) {
    const Packet plain = rtp(kSsrc, static_cast<std::uint16_t>(extended));
    Stored stored(reference_srtp(key(seed).bytes(), plain, extended >> 16));
    const auto size = receiver_.unprotect_rtp(stored.octets(), stored.size, now_);
    if (!size) return false;
    stored.size = *size;
    return stored.packet() == plain;
  }
  void roll_over(std::uint32_t until = 66000) {
    for (std::uint32_t n = 1000; n <= until; n += 500)
      ASSERT_TRUE(hears(1, n));
  }

  TimePoint now_{std::chrono::hours(1)};
  SrtpReceiver receiver_;
};

TEST_F(Receiving, hears_nothing_without_a_key) {
  EXPECT_FALSE(hears(1, 1000));
  ASSERT_TRUE(receiver_.use(suite_80(), {}, PeerAddress::unchanged, now_));
  EXPECT_FALSE(receiver_.has_key());
  EXPECT_FALSE(hears(1, 1000));
}

TEST_F(Receiving, forgets_nothing_when_the_same_key_is_set_again_R118) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(1));
  EXPECT_FALSE(hears(1, 66000));  // a replay
  EXPECT_TRUE(hears(1, 66001));
}

TEST_F(Receiving, hears_the_old_key_until_the_first_packet_under_the_new_one_R119) {
  ASSERT_TRUE(use(1));
  EXPECT_TRUE(hears(1, 1000));
  ASSERT_TRUE(use(2));
  EXPECT_TRUE(hears(1, 1001));
  EXPECT_TRUE(hears(2, 1002));
  EXPECT_FALSE(hears(1, 1003));
}

TEST_F(Receiving, hears_the_old_key_for_two_seconds_at_most_R119) {
  ASSERT_TRUE(use(1));
  EXPECT_TRUE(hears(1, 1000));
  ASSERT_TRUE(use(2));
  now_ += seconds(1);
  EXPECT_TRUE(hears(1, 1001));
  now_ += seconds(1);
  EXPECT_FALSE(hears(1, 1002));
  EXPECT_TRUE(hears(2, 1003));
}

TEST_F(Receiving, follows_a_new_key_with_the_counter_kept_R127) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(2));
  EXPECT_TRUE(hears(2, 66001));
  EXPECT_TRUE(hears(2, 98000));
  EXPECT_TRUE(hears(2, 130000));
  EXPECT_TRUE(hears(2, 131073));
}

TEST_F(Receiving, follows_a_new_key_whose_counter_wraps_at_that_moment_R127) {
  ASSERT_TRUE(use(1));
  roll_over(65500);
  ASSERT_TRUE(hears(1, 65535));
  ASSERT_TRUE(use(2));
  EXPECT_TRUE(hears(2, 65536));
  EXPECT_TRUE(hears(2, 65535));
}

TEST_F(Receiving, follows_a_new_key_with_the_counter_at_zero) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(2));
  EXPECT_TRUE(hears(2, 465));
  EXPECT_FALSE(hears(2, 66002));
}

TEST_F(Receiving, an_RTCP_packet_does_not_decide_on_the_counter) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(2));
  Stored report(reference_srtcp(key(2).bytes(), receiver_report(kSsrc, 2, 3), 1));
  EXPECT_TRUE(receiver_.unprotect_rtcp(report.octets(), report.size, now_));
  EXPECT_TRUE(hears(2, 66001));
}

TEST_F(Receiving, a_peer_that_moves_with_its_key_may_start_its_counter_anew_F087) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(1, PeerAddress::changed));
  EXPECT_TRUE(hears(1, 2000));
  EXPECT_TRUE(hears(1, 2001));
}

TEST_F(Receiving, a_peer_that_moves_with_its_key_may_go_on_F087) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(1, PeerAddress::changed));
  EXPECT_TRUE(hears(1, 66001));
  EXPECT_FALSE(hears(1, 2000));  // and from then on nothing of its past is heard again
}

TEST_F(Receiving, what_a_move_began_lasts_beyond_its_grace_F087) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(1, PeerAddress::changed));
  roll_over();  // from zero once more
  now_ += seconds(10);
  ASSERT_TRUE(use(1, PeerAddress::changed));
  EXPECT_TRUE(hears(1, 66001));
}

TEST_F(Receiving, nothing_of_the_past_is_heard_two_seconds_after_a_move) {
  ASSERT_TRUE(use(1));
  roll_over();
  ASSERT_TRUE(use(1, PeerAddress::changed));
  now_ += seconds(2);
  EXPECT_FALSE(hears(1, 2000));
  EXPECT_TRUE(hears(1, 66001));
}

TEST_F(Receiving, works_the_same_for_a_cipher_that_writes_before_it_authenticates) {
  const CryptoSuite& gcm = *find_crypto_suite("AEAD_AES_128_GCM");
  const SecretBytes old_key = key(1, 28);
  const SecretBytes new_key = key(2, 28);
  auto peer = SrtpSession::create(gcm, old_key.bytes());
  ASSERT_TRUE(receiver_.use(gcm, old_key.bytes(), PeerAddress::unchanged, now_));
  // Moved: one candidate under the new key, whose keystream nothing takes off again.
  ASSERT_TRUE(receiver_.use(gcm, new_key.bytes(), PeerAddress::changed, now_));
  Stored stored(rtp(kSsrc, 1000, "under the old key"));
  stored.size = *peer->protect_rtp(stored.octets(), stored.size);
  stored.size = receiver_.unprotect_rtp(stored.octets(), stored.size, now_).value_or(0);
  EXPECT_EQ(stored.packet(), rtp(kSsrc, 1000, "under the old key"));
}

}  // namespace
}  // namespace ringfence::media_worker::test
