// Session keys and packets against the vectors of RFC 6188 §7 and RFC 7714 §16, §17.
#include "media-worker/srtp/packet_protection.hpp"

#include <gtest/gtest.h>

#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

const std::string_view kSalt =
    "51756964"
    "2070726f"
    "2071756f";
const std::string_view kPlainRtp =
    "8040f17b8041f8d35501a0b247616c6c69612065737420"
    "6f6d6e697320646976697361"
    "20696e207061727465732074726573";
const std::string_view kPlainRtcp =
    "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
    "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
constexpr std::uint32_t kRtcpIndex = 0x5d4;

// The key 00 01 02 … with the salt of the examples.
TransformKeys gcm_keys(const CryptoSuite& suite) {
  TransformKeys keys;
  for (std::size_t i = 0; i < suite.key_size; ++i)
    keys.cipher[i] = static_cast<std::uint8_t>(i);
  std::ranges::copy(octets(kSalt), keys.salt.begin());
  return keys;
}

Packet protected_rtp(const CryptoSuite& suite) {
  Stored stored(octets(kPlainRtp));
  const auto header = *read_rtp_header(stored.packet());
  stored.size =
      protect_rtp(suite, gcm_keys(suite), stored.octets(), stored.size, header, header.sequence)
          .value_or(0);
  return stored.packet();
}

Packet protected_rtcp(const CryptoSuite& suite) {
  Stored stored(octets(kPlainRtcp));
  stored.size =
      protect_rtcp(suite, gcm_keys(suite), stored.octets(), stored.size, kRtcpIndex).value_or(0);
  return stored.packet();
}

TEST(PacketProtection, agrees_with_RFC7714_16_1) {
  EXPECT_EQ(protected_rtp(*find_crypto_suite("AEAD_AES_128_GCM")),
            octets("8040f17b8041f8d35501a0b2f24de3a3fb34de6cacba861c9d7e4bcabe633bd5"
                   "0d294e6f42a5f47a51c7d19b36de3adf8833899d7f27beb16a9152cf765ee439"
                   "0cce"));
}

TEST(PacketProtection, agrees_with_RFC7714_16_2) {
  EXPECT_EQ(protected_rtp(*find_crypto_suite("AEAD_AES_256_GCM")),
            octets("8040f17b8041f8d35501a0b232b1de78a822fe12ef9f78fa332e33aab1801238"
                   "9a58e2f3b50b2a0276ffae0f1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a7"
                   "6c13"));
}

TEST(PacketProtection, agrees_with_RFC7714_17_1) {
  EXPECT_EQ(protected_rtcp(*find_crypto_suite("AEAD_AES_128_GCM")),
            octets("81c8000d4d61727363e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32d"
                   "c676a5f1730d6fda4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf872"
                   "45d9eade800005d4"));
}

TEST(PacketProtection, agrees_with_RFC7714_17_2) {
  const CryptoSuite& suite = *find_crypto_suite("AEAD_AES_256_GCM");
  const Packet wire = octets(
      "81c8000d4d617273d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50"
      "a2eaa5c1110555be8415f658c61de0476f1b6fad1d1eb30c4446839f57ff6f6c"
      "b26ac3be800005d4");
  EXPECT_EQ(protected_rtcp(suite), wire);
  Stored stored(wire);
  EXPECT_EQ(srtcp_word(suite, stored.packet()), kSrtcpEncrypted | kRtcpIndex);
  stored.size = unprotect_rtcp(suite, gcm_keys(suite), stored.octets(), stored.size).value_or(0);
  EXPECT_EQ(stored.packet(), octets(kPlainRtcp));
}

TEST(PacketProtection, takes_nothing_with_one_octet_changed_R125) {
  const CryptoSuite& suite = *find_crypto_suite("AEAD_AES_128_GCM");
  const Packet wire = protected_rtp(suite);
  for (std::size_t at = 1; at < wire.size(); ++at) {
    Packet changed = wire;
    changed[at] ^= 1;
    Stored stored(changed);
    const auto header = *read_rtp_header(octets(kPlainRtp));
    EXPECT_FALSE(unprotect_rtp(suite, gcm_keys(suite), stored.octets(), stored.size, header,
                               header.sequence))
        << at;
  }
}

TEST(SessionKeys, agree_with_RFC6188_7_2) {
  const auto keys =
      SessionKeys::derive(*find_crypto_suite("AES_256_CM_HMAC_SHA1_80"),
                          octets("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6"
                                 "3b04803de51ee7c96423ab5b78d2"));
  ASSERT_TRUE(keys);
  EXPECT_TRUE(std::ranges::equal(
      keys->rtp().cipher,
      octets("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4")));
  EXPECT_TRUE(std::ranges::equal(keys->rtp().salt, octets("fa31791685ca444a9e07c6c64e93")));
  const HmacSha1 expected(octets("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05"));
  EXPECT_EQ(keys->rtp().authentication.of(octets("00"), octets("01")),
            expected.of(octets("00"), octets("01")));
}

// RFC 2202 §3.
TEST(HmacSha1, agrees_with_RFC2202) {
  const auto text = [](std::string_view t) { return Packet(t.begin(), t.end()); };
  const auto of = [](const Packet& key, const Packet& data) {
    const auto digest = HmacSha1(key).of(std::span(data).first(3), std::span(data).subspan(3));
    return Packet(digest.begin(), digest.end());
  };
  EXPECT_EQ(of(text("Jefe"), text("what do ya want for nothing?")),
            octets("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"));
  EXPECT_EQ(of(Packet(20, 0x0b), text("Hi There")),
            octets("b617318655057264e28bc0b6fb378c8ef146be00"));
}

}  // namespace
}  // namespace ringfence::media_worker::test
