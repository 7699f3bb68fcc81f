#include "sip-core/sdp/crypto_attribute.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sip-core/sdp/base64.hpp"

namespace ringfence::sip_core::sdp {
namespace {

// RFC 4568 §9.2's key, of 30 octets.
const std::string kKey = "WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz";
const std::string kSuite = "AES_CM_128_HMAC_SHA1_80";

std::string line(std::string_view tag, std::string_view after_key = {}) {
  return std::string(tag) + ' ' + kSuite + " inline:" + kKey + std::string(after_key);
}

std::string reason_of(std::string_view value) {
  const auto crypto = parse_crypto(value);
  return crypto ? "accepted" : std::string(reason(crypto.error()));
}

std::string key_of(std::size_t octets) {
  return base64_encode(SecretBytes(octets).bytes(), Padding::without);
}

TEST(CryptoAttribute, reads_tag_suite_key_and_lifetime) {
  const auto crypto = parse_crypto(line("7", "|2^20"));
  ASSERT_TRUE(crypto);
  EXPECT_EQ(crypto->tag, 7U);
  EXPECT_EQ(crypto->suite, CryptoSuite::aes_cm_128_hmac_sha1_80);
  EXPECT_EQ(crypto->key_and_salt.size(), 30U);
  EXPECT_EQ(crypto->lifetime, 1ULL << 20);
  EXPECT_EQ(base64_encode(crypto->key_and_salt.bytes(), Padding::without), kKey);
}

TEST(CryptoAttribute, wants_exactly_thirty_octets_R101_F079) {
  for (const std::size_t octets : {1UZ, 16UZ, 29UZ, 31UZ, 32UZ, 46UZ, 90UZ}) {
    EXPECT_EQ(reason_of("1 " + kSuite + " inline:" + key_of(octets)), "keylen") << octets;
  }
  EXPECT_EQ(reason_of("1 " + kSuite + " inline:"), "keylen");
  EXPECT_EQ(reason_of("1 " + kSuite + " inline:" + std::string(4000, 'A')), "keylen");
  EXPECT_EQ(reason_of("1 " + kSuite + " inline:" + key_of(30)), "accepted");
}

TEST(CryptoAttribute, wants_clean_base64_R102_F079) {
  EXPECT_EQ(reason_of("1 " + kSuite + " inline:WVNf=X19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGV"),
            "base64");
  EXPECT_EQ(reason_of("1 " + kSuite + " inline:-VNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz"),
            "base64");
}

TEST(CryptoAttribute, wants_a_tag_of_one_to_nine_digits_R104_F080) {
  EXPECT_EQ(reason_of(line("999999999")), "accepted");
  for (const char* tag : {"1234567890", "", "x", "-1", "1x", "+1"}) {
    EXPECT_EQ(reason_of(line(tag)), "tag") << tag;
  }
}

TEST(CryptoAttribute, takes_the_usable_suite_only_R103) {
  EXPECT_EQ(parse_crypto("1 AES_CM_128_HMAC_SHA1_32 inline:" + kKey).error(),
            CryptoError::unusable_suite);
  EXPECT_EQ(parse_crypto("1 AEAD_AES_256_GCM inline:" + kKey).error(), CryptoError::unusable_suite);
  EXPECT_EQ(parse_crypto("1 aes_cm_128_hmac_sha1_80 inline:" + kKey).error(),
            CryptoError::unknown_suite);
  EXPECT_EQ(info(CryptoSuite::aes_256_cm_hmac_sha1_80).key_and_salt_octets(), 46U);
  EXPECT_EQ(info(CryptoSuite::aead_aes_128_gcm).key_and_salt_octets(), 28U);
  EXPECT_EQ(info(CryptoSuite::aead_aes_256_gcm).key_and_salt_octets(), 44U);
}

TEST(CryptoAttribute, takes_lifetimes_up_to_2_48_R110_F081) {
  for (const char* ok : {"|1", "|2^0", "|2^48", "|281474976710656", "|1048576"}) {
    EXPECT_EQ(reason_of(line("1", ok)), "accepted") << ok;
  }
  for (const char* bad : {"|0", "|2^49", "|2^99", "|02^4", "|2^04", "|2^", "|2^-1", "|01", "|x",
                          "|", "|281474976710657", "|99999999999999999999999"}) {
    EXPECT_EQ(reason_of(line("1", bad)), "lifetime") << bad;
  }
}

TEST(CryptoAttribute, reads_an_MKI_with_and_without_a_lifetime_R111) {
  const auto after_lifetime = parse_crypto(line("1", "|2^31|1:1"));
  ASSERT_TRUE(after_lifetime);
  EXPECT_EQ(after_lifetime->lifetime, 1ULL << 31);
  EXPECT_EQ(after_lifetime->mki, (KeyIdentifier{1, 1}));
  EXPECT_EQ(after_lifetime->mki->octets(), "\x01");
  const auto alone = parse_crypto(line("1", "|1066:4"));
  ASSERT_TRUE(alone);
  EXPECT_FALSE(alone->lifetime);
  EXPECT_EQ(alone->mki->octets(), std::string("\0\0\x04\x2a", 4));
  EXPECT_EQ(parse_crypto(line("1", "|7:16"))->mki->octets(), std::string(15, '\0') + "\x07");
  EXPECT_EQ(parse_crypto(line("1", "|18446744073709551615:8"))->mki->octets(),
            std::string(8, '\xff'));
}

TEST(CryptoAttribute, refuses_an_MKI_that_it_could_not_honour_R111_R112_F081) {
  for (const char* mki : {"|1:", "|:4", "|1:0", "|0:129", "|1:17", "|01:4", "|1:04", "|256:1",
                          "|-1:4", "|x:4", "|1:4:4", "|18446744073709551616:9"}) {
    EXPECT_EQ(reason_of(line("1", mki)), "mki") << mki;
  }
  for (const char* twice : {"|2^20|2^20", "|1:4|2^20", "|1:4|1:4"}) {
    EXPECT_EQ(reason_of(line("1", twice)), "syntax") << twice;
  }
}

TEST(CryptoAttribute, writes_the_MKI_that_was_agreed_R112) {
  auto crypto = make_crypto(7, CryptoSuite::aes_cm_128_hmac_sha1_80, SecretBytes(30));
  crypto->lifetime = 1ULL << 31;
  crypto->mki = KeyIdentifier{1066, 4};
  EXPECT_TRUE(write_crypto(*crypto).ends_with("|2^31|1066:4"));
  EXPECT_EQ(parse_crypto(write_crypto(*crypto))->mki, crypto->mki);
}

TEST(CryptoAttribute, refuses_several_keys_and_other_key_methods_R113) {
  EXPECT_EQ(reason_of(line("1", "|2^20|1:4;inline:" + kKey + "|2^20|2:4")), "keys");
  EXPECT_EQ(reason_of(line("1", ";inline:" + kKey)), "keys");
  EXPECT_EQ(reason_of("1 " + kSuite + " outline:" + kKey), "keymethod");
  EXPECT_EQ(reason_of("1 " + kSuite), "syntax");
}

TEST(CryptoAttribute, refuses_parameters_that_weaken_or_are_not_known_R114_R115) {
  for (const char* parameter :
       {"UNENCRYPTED_SRTP", "UNENCRYPTED_SRTCP", "UNAUTHENTICATED_SRTP", "KDR=1",
        "FEC_ORDER=FEC_SRTP", "FEC_KEY=inline:x", "FUTURE=1", "-", "WSH=63", "WSH=x", "WSH="}) {
    EXPECT_EQ(reason_of(line("1", std::string(" ") + parameter)), "parameter") << parameter;
    EXPECT_EQ(reason_of(line("1", std::string(" WSH=64 ") + parameter)), "parameter") << parameter;
  }
  EXPECT_EQ(reason_of(line("1", " WSH=64")), "accepted");
  EXPECT_EQ(reason_of(line("1", " -FUTURE=1")), "accepted");
}

TEST(CryptoAttribute, is_written_in_forty_characters_without_padding_R102) {
  const auto crypto = make_crypto(7, CryptoSuite::aes_cm_128_hmac_sha1_80, SecretBytes(30));
  ASSERT_TRUE(crypto);
  EXPECT_EQ(write_crypto(*crypto), "7 " + kSuite + " inline:" + std::string(40, 'A'));
  EXPECT_FALSE(make_crypto(1, CryptoSuite::aes_cm_128_hmac_sha1_80, SecretBytes(29)));
  const auto read_back = parse_crypto(write_crypto(*parse_crypto(line("3", "|2^20"))));
  ASSERT_TRUE(read_back);
  EXPECT_EQ(read_back->lifetime, 1ULL << 20);
}

MediaDescription media_with(std::initializer_list<std::string> lines) {
  MediaDescription media;
  for (const std::string& text : lines)
    media.attributes.push_back({"crypto", text});
  return media;
}

TEST(CryptoLines, keep_the_order_and_the_reasons_R105) {
  const auto lines = crypto_lines(media_with(
      {"1 AES_CM_128_HMAC_SHA1_32 inline:" + kKey, line("2"), line("3", "|0"), line("4")}));
  ASSERT_EQ(lines.acceptable.size(), 2U);
  EXPECT_EQ(lines.acceptable[0].tag, 2U);
  EXPECT_EQ(lines.acceptable[1].tag, 4U);
  EXPECT_EQ(lines.refused, (std::vector{CryptoError::unusable_suite, CryptoError::lifetime}));
}

TEST(CryptoLines, with_one_tag_twice_are_both_invalid_R104) {
  const auto lines = crypto_lines(media_with({line("1"), line("01"), line("2")}));
  ASSERT_EQ(lines.acceptable.size(), 1U);
  EXPECT_EQ(lines.acceptable[0].tag, 2U);
  EXPECT_EQ(lines.refused.size(), 2U);
}

TEST(CryptoLines, a_tag_used_by_an_unusable_line_counts_too_R104) {
  const auto lines =
      crypto_lines(media_with({"1 AES_CM_128_HMAC_SHA1_32 inline:" + kKey, line("1")}));
  EXPECT_TRUE(lines.acceptable.empty());
  EXPECT_TRUE(lines.present());
  EXPECT_FALSE(crypto_lines(MediaDescription()).present());
}

}  // namespace
}  // namespace ringfence::sip_core::sdp
