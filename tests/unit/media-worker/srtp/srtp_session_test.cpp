#include "media-worker/srtp/srtp_session.hpp"

#include <gtest/gtest.h>

#include "support/packets.hpp"
#include "support/reference_srtp.hpp"

namespace ringfence::media_worker::test {
namespace {

constexpr std::uint32_t kSsrc = 0xcafebabe;

SrtpSession sender(std::uint8_t seed = 1) {
  return *SrtpSession::create(suite_80(), key(seed).bytes());
}
SrtpSession receiver(std::uint8_t seed = 1) {
  return *SrtpSession::create(suite_80(), key(seed).bytes());
}
Packet protect(SrtpSession& session, const Packet& packet) {
  Stored stored(packet);
  stored.size = session.protect_rtp(stored.octets(), stored.size).value_or(0);
  return stored.packet();
}
std::expected<Packet, SrtpError> unprotect(SrtpSession& session, const Packet& packet) {
  Stored stored(packet);
  const auto size = session.unprotect_rtp(stored.octets(), stored.size);
  if (!size) return std::unexpected(size.error());
  stored.size = *size;
  return stored.packet();
}
std::expected<Packet, SrtpError> unprotect_rtcp(SrtpSession& session, const Packet& packet) {
  Stored stored(packet);
  const auto size = session.unprotect_rtcp(stored.octets(), stored.size);
  if (!size) return std::unexpected(size.error());
  stored.size = *size;
  return stored.packet();
}

TEST(ReferenceSrtp, agrees_with_RFC3711_B2) {
  std::array<std::uint8_t, 16> counter{};
  const Packet first = octets("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000");
  std::copy(first.begin(), first.end(), counter.begin());
  const Packet stream =
      aes_cm_keystream(octets("2b7e151628aed2a6abf7158809cf4f3c"), counter, 1044512);
  const auto block = [&stream](std::size_t n) {
    return Packet(stream.begin() + static_cast<std::ptrdiff_t>(16 * n),
                  stream.begin() + static_cast<std::ptrdiff_t>(16 * n + 16));
  };
  EXPECT_EQ(block(0), octets("e03ead0935c95e80e166b16dd92b4eb4"));
  EXPECT_EQ(block(1), octets("d23513162b02d0f72a43a2fe4a5f97ab"));
  EXPECT_EQ(block(2), octets("41e95b3bb0a2e8dd477901e4fca894c0"));
  EXPECT_EQ(block(0xfeff), octets("ec8cdf7398607cb0f2d21675ea9ea1e4"));
  EXPECT_EQ(block(0xff00), octets("362b7c3c6773516318a077d7fc5073ae"));
  EXPECT_EQ(block(0xff01), octets("6a2cc3787889374fbeb4c81b17ba6c44"));
}

TEST(ReferenceSrtp, agrees_with_RFC3711_B3) {
  const Packet master = octets("e1f97a0d3e018be0d64fa32c06de41390ec675ad498afeebb6960b3aabe6");
  EXPECT_EQ(derive(master, 0, 16), octets("c61e7a93744f39ee10734afe3ff7a087"));
  EXPECT_EQ(derive(master, 2, 14), octets("30cbbc08863d8c85d49db34a9ae1"));
  EXPECT_EQ(derive(master, 1, 32),
            octets("cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbce"));
}

TEST(SrtpSession, sends_what_RFC3711_says_octet_by_octet_across_the_wrap_R126) {
  SrtpSession session = sender();
  const SecretBytes master = key(1);
  // Below 2^15 first, as RFC 4568 §6.4 wants it, then up to the wrap and past it.
  for (std::uint32_t n = 30000; n < 66000; n += 1000) {
    const Packet plain = rtp(kSsrc, static_cast<std::uint16_t>(n), "some speech, long enough");
    EXPECT_EQ(protect(session, plain), reference_srtp(master.bytes(), plain, n >> 16)) << n;
  }
}

TEST(SrtpSession, receives_loss_and_reordering_across_the_wrap_R126) {
  SrtpSession session = receiver();
  const SecretBytes master = key(1);
  for (const std::uint32_t n : {30000u, 62000u, 65535u, 65538u, 65534u, 65536u, 65539u + 32000}) {
    const Packet plain = rtp(kSsrc, static_cast<std::uint16_t>(n));
    EXPECT_EQ(unprotect(session, reference_srtp(master.bytes(), plain, n >> 16)), plain) << n;
  }
  EXPECT_TRUE(session.has_rolled_over());
}

TEST(SrtpSession, sends_and_receives_SRTCP_as_RFC3711_says_R129) {
  SrtpSession out = sender();
  SrtpSession in = receiver();
  const SecretBytes master = key(1);
  const Packet plain = receiver_report(kSsrc, 2, 3);
  for (std::uint32_t index = 0; index < 3; ++index) {
    Stored stored(plain);
    stored.size = *out.protect_rtcp(stored.octets(), stored.size);
    // We count the first packet as 1; RFC 3711 §3.4 allows any increasing index.
    EXPECT_EQ(stored.packet(), reference_srtcp(master.bytes(), plain, index + 1));
    EXPECT_EQ(unprotect_rtcp(in, stored.packet()), plain);
  }
}

TEST(SrtpSession, a_forged_packet_changes_nothing_R125) {
  SrtpSession session = receiver();
  const SecretBytes master = key(1);
  Packet forged = reference_srtp(master.bytes(), rtp(kSsrc, 30000), 0);
  forged.back() ^= 1;
  for (int i = 0; i < 1000; ++i)
    EXPECT_EQ(unprotect(session, forged).error(), SrtpError::auth_failure);
  // The sequence number of the forged one is still good, and so is the roll-over counter.
  const Packet plain = rtp(kSsrc, 1);
  EXPECT_EQ(unprotect(session, reference_srtp(master.bytes(), plain, 0)), plain);
  const Packet honest = rtp(kSsrc, 30000);
  EXPECT_EQ(unprotect(session, reference_srtp(master.bytes(), honest, 0)), honest);
  EXPECT_FALSE(session.has_rolled_over());
}

TEST(SrtpSession, drops_duplicates_and_what_is_older_than_the_window_R128) {
  SrtpSession session = receiver();
  const SecretBytes master = key(1);
  const auto packet = [&](std::uint16_t n) {
    return reference_srtp(master.bytes(), rtp(kSsrc, n), 0);
  };
  EXPECT_TRUE(unprotect(session, packet(1000)));
  EXPECT_EQ(unprotect(session, packet(1000)).error(), SrtpError::replay);
  EXPECT_TRUE(unprotect(session, packet(1000 - 100)));  // inside a window of 128
  EXPECT_EQ(unprotect(session, packet(1000 - 100)).error(), SrtpError::replay);
  EXPECT_EQ(unprotect(session, packet(1000 - 200)).error(), SrtpError::replay);
}

TEST(SrtpSession, never_sends_twice_under_one_index_R135) {
  SrtpSession session = sender();
  Stored first(rtp(kSsrc, 500, "one"));
  EXPECT_TRUE(session.protect_rtp(first.octets(), first.size));
  Stored second(rtp(kSsrc, 500, "two"));
  EXPECT_EQ(session.protect_rtp(second.octets(), second.size).error(), SrtpError::replay);
}

TEST(SrtpSession, serves_eight_sources_and_no_more_R133) {
  SrtpSession session = receiver();
  const SecretBytes master = key(1);
  for (std::uint32_t ssrc = 1; ssrc <= 8; ++ssrc)
    EXPECT_TRUE(unprotect(session, reference_srtp(master.bytes(), rtp(ssrc, 1), 0)));
  for (std::uint32_t ssrc = 9; ssrc <= 1000; ++ssrc) {
    EXPECT_EQ(unprotect(session, reference_srtp(master.bytes(), rtp(ssrc, 1), 0)).error(),
              SrtpError::ssrc_limit);
  }
  EXPECT_TRUE(unprotect(session, reference_srtp(master.bytes(), rtp(8, 2), 0)));
}

TEST(SrtpSession, a_forged_source_takes_no_place_F095) {
  SrtpSession session = receiver();
  const SecretBytes master = key(1);
  const SecretBytes other = key(9);
  for (std::uint32_t ssrc = 1; ssrc <= 1000; ++ssrc)
    EXPECT_FALSE(unprotect(session, reference_srtp(other.bytes(), rtp(ssrc, 1), 0)));
  EXPECT_TRUE(unprotect(session, reference_srtp(master.bytes(), rtp(kSsrc, 1), 0)));
}

TEST(SrtpSession, refuses_every_length_that_is_too_short_R132) {
  SrtpSession session = receiver();
  const SecretBytes master = key(1);
  const Packet whole = reference_srtp(master.bytes(), rtp(kSsrc, 1, ""), 0);
  const Packet report = reference_srtcp(master.bytes(), octets("80c90001cafebabe"), 1);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Packet cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(unprotect(session, cut).error(), SrtpError::malformed) << size;
  }
  for (std::size_t size = 0; size < report.size(); ++size) {
    const Packet cut(report.begin(), report.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_EQ(unprotect_rtcp(session, cut).error(), SrtpError::malformed) << size;
  }
  EXPECT_TRUE(unprotect(session, whole));
  EXPECT_TRUE(unprotect_rtcp(session, report));
}

TEST(SrtpSession, drops_unencrypted_and_plain_RTCP_R129_R130_F093) {
  SrtpSession session = receiver();
  const SecretBytes master = key(1);
  const Packet plain = receiver_report(kSsrc, 2, 3);
  EXPECT_EQ(unprotect_rtcp(session, plain).error(), SrtpError::auth_failure);
  Packet unencrypted = reference_srtcp(master.bytes(), plain, 1);
  unencrypted[plain.size()] &= 0x7f;  // the E bit
  EXPECT_EQ(unprotect_rtcp(session, unencrypted).error(), SrtpError::auth_failure);
}

TEST(SrtpSession, takes_keys_of_the_suite_s_size_only_R101) {
  for (const std::size_t size : {0u, 16u, 29u, 31u, 32u, 46u}) {
    EXPECT_FALSE(SrtpSession::create(suite_80(), key(1, size).bytes())) << size;
  }
}

TEST(SrtpSession, every_suite_of_the_table_protects_and_unprotects_R103) {
  for (const char* name :
       {"AES_CM_128_HMAC_SHA1_80", "AES_CM_128_HMAC_SHA1_32", "AES_256_CM_HMAC_SHA1_80",
        "AES_256_CM_HMAC_SHA1_32", "AEAD_AES_128_GCM", "AEAD_AES_256_GCM"}) {
    const CryptoSuite* suite = find_crypto_suite(name);
    ASSERT_NE(suite, nullptr) << name;
    const SecretBytes master = key(1, suite->key_salt_size());
    auto out = SrtpSession::create(*suite, master.bytes());
    auto in = SrtpSession::create(*suite, master.bytes());
    ASSERT_TRUE(out && in) << name;
    const Packet plain = rtp(kSsrc, 7, "hello");
    const Packet wire = protect(*out, plain);
    EXPECT_EQ(wire.size(), plain.size() + suite->rtp_tag_size) << name;
    EXPECT_EQ(unprotect(*in, wire), plain) << name;
    Stored report(receiver_report(kSsrc, 2, 3));
    report.size = *out->protect_rtcp(report.octets(), report.size);
    EXPECT_EQ(report.size, 32 + 4 + suite->rtcp_tag_size) << name;
    EXPECT_EQ(unprotect_rtcp(*in, report.packet()), receiver_report(kSsrc, 2, 3)) << name;
  }
  EXPECT_EQ(find_crypto_suite("F8_128_HMAC_SHA1_80"), nullptr);
  EXPECT_EQ(find_crypto_suite("aes_cm_128_hmac_sha1_80"), nullptr);
}

}  // namespace
}  // namespace ringfence::media_worker::test
