// Every suite beside libsrtp2, in both directions: what one protects the other takes, and gets the
// same packet.
#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <array>
#include <memory>
#include <optional>

#include "media-worker/srtp/srtp_session.hpp"
#include "support/packets.hpp"

namespace ringfence::media_worker::test {
namespace {

constexpr std::uint32_t kSsrc = 0xcafebabe;

using SetPolicy = void (*)(srtp_crypto_policy_t*);

struct Suite {
  const char* name;
  SetPolicy rtp;
  SetPolicy rtcp;
};

// srtp.h has a macro of this policy's name.
void cm_128_80(srtp_crypto_policy_t* policy) {
  srtp_crypto_policy_set_rtp_default(policy);
}

const Suite kSuites[] = {
    {"AES_CM_128_HMAC_SHA1_80", cm_128_80, srtp_crypto_policy_set_rtcp_default},
    {"AES_CM_128_HMAC_SHA1_32", srtp_crypto_policy_set_aes_cm_128_hmac_sha1_32,
     srtp_crypto_policy_set_rtcp_default},
    {"AES_256_CM_HMAC_SHA1_80", srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {"AES_256_CM_HMAC_SHA1_32", srtp_crypto_policy_set_aes_cm_256_hmac_sha1_32,
     srtp_crypto_policy_set_aes_cm_256_hmac_sha1_80},
    {"AEAD_AES_128_GCM", srtp_crypto_policy_set_aes_gcm_128_16_auth,
     srtp_crypto_policy_set_aes_gcm_128_16_auth},
    {"AEAD_AES_256_GCM", srtp_crypto_policy_set_aes_gcm_256_16_auth,
     srtp_crypto_policy_set_aes_gcm_256_16_auth},
};

class SrtpInterop : public testing::TestWithParam<Suite> {
 protected:
  static void SetUpTestSuite() { ASSERT_EQ(srtp_init(), srtp_err_status_ok); }
  static void TearDownTestSuite() { srtp_shutdown(); }

  using Peer = std::unique_ptr<srtp_ctx_t_, srtp_err_status_t (*)(srtp_t)>;
  Peer peer(srtp_ssrc_type_t direction) {
    srtp_policy_t policy{};
    GetParam().rtp(&policy.rtp);
    GetParam().rtcp(&policy.rtcp);
    policy.ssrc.type = direction;
    policy.key = master_.bytes().data();
    srtp_t session = nullptr;
    EXPECT_EQ(srtp_create(&session, &policy), srtp_err_status_ok);
    return {session, srtp_dealloc};
  }
  // The same under a key that has an identifier in each packet.
  Peer peer_with_mki(srtp_ssrc_type_t direction) {
    srtp_master_key_t key{master_.bytes().data(), mki_octets_.data(),
                          static_cast<unsigned int>(mki_octets_.size())};
    std::array<srtp_master_key_t*, 1> keys{&key};
    srtp_policy_t policy{};
    GetParam().rtp(&policy.rtp);
    GetParam().rtcp(&policy.rtcp);
    policy.ssrc.type = direction;
    policy.keys = keys.data();
    policy.num_master_keys = keys.size();
    srtp_t session = nullptr;
    EXPECT_EQ(srtp_create(&session, &policy), srtp_err_status_ok);
    return {session, srtp_dealloc};
  }
  SrtpSession ours_with_mki() {
    return *SrtpSession::create(suite_, master_.bytes(), *Mki::of(mki_octets_));
  }
  SrtpSession ours() { return *SrtpSession::create(suite_, master_.bytes()); }

  const CryptoSuite& suite_ = *find_crypto_suite(GetParam().name);
  SecretBytes master_ = key(5, suite_.key_salt_size());
  std::array<std::uint8_t, 4> mki_octets_{0, 0, 4, 42};
};

using Operation = srtp_err_status_t (*)(srtp_t, void*, int*);

Packet by_peer(Operation operation, srtp_t session, const Packet& packet) {
  Stored stored(packet);
  int size = static_cast<int>(stored.size);
  EXPECT_EQ(operation(session, stored.octets().data(), &size), srtp_err_status_ok);
  stored.size = static_cast<std::size_t>(size);
  return stored.packet();
}

using OwnOperation = SrtpSession::Sized (SrtpSession::*)(std::span<std::uint8_t>,
                                                         std::size_t) noexcept;

Packet by_us(OwnOperation operation, SrtpSession& session, const Packet& packet) {
  Stored stored(packet);
  const auto size = (session.*operation)(stored.octets(), stored.size);
  EXPECT_TRUE(size);
  stored.size = size.value_or(0);
  return stored.packet();
}

// With a contributing source and a header extension: both stay in the clear.
Packet long_header(std::uint16_t sequence) {
  Packet packet = rtp(kSsrc, sequence, "");
  packet[0] = 0x91;
  const Packet rest = octets(
      "00000007"
      "bede0001"
      "10aa0000"
      "566f696365");
  packet.insert(packet.end(), rest.begin(), rest.end());
  return packet;
}

TEST_P(SrtpInterop, rtp_both_ways_across_the_wrap_R126) {
  const Peer sends = peer(ssrc_any_outbound);
  const Peer hears = peer(ssrc_any_inbound);
  SrtpSession out = ours();
  SrtpSession in = ours();
  for (std::uint32_t n = 30000; n < 140000; n += 1111) {
    const auto sequence = static_cast<std::uint16_t>(n);
    for (const Packet& plain : {rtp(kSsrc, sequence), long_header(sequence + 1)}) {
      const Packet from_us = by_us(&SrtpSession::protect_rtp, out, plain);
      EXPECT_NE(from_us, plain);
      EXPECT_EQ(by_peer(srtp_unprotect, hears.get(), from_us), plain) << n;
      const Packet from_peer = by_peer(srtp_protect, sends.get(), plain);
      EXPECT_EQ(from_peer, from_us) << n;
      EXPECT_EQ(by_us(&SrtpSession::unprotect_rtp, in, from_peer), plain) << n;
    }
  }
}

TEST_P(SrtpInterop, rtcp_both_ways_R129) {
  const Peer sends = peer(ssrc_any_outbound);
  const Peer hears = peer(ssrc_any_inbound);
  SrtpSession out = ours();
  SrtpSession in = ours();
  const Packet plain = receiver_report(kSsrc, 2, 3);
  for (int n = 0; n < 300; ++n) {
    const Packet from_us = by_us(&SrtpSession::protect_rtcp, out, plain);
    EXPECT_EQ(by_peer(srtp_unprotect_rtcp, hears.get(), from_us), plain) << n;
    const Packet from_peer = by_peer(srtp_protect_rtcp, sends.get(), plain);
    EXPECT_EQ(from_peer, from_us) << n;
    EXPECT_EQ(by_us(&SrtpSession::unprotect_rtcp, in, from_peer), plain) << n;
  }
}

srtp_err_status_t protect_with_mki(srtp_t session, void* packet, int* size) {
  return srtp_protect_mki(session, packet, size, 1, 0);
}
srtp_err_status_t unprotect_with_mki(srtp_t session, void* packet, int* size) {
  return srtp_unprotect_mki(session, packet, size, 1);
}
srtp_err_status_t protect_rtcp_with_mki(srtp_t session, void* packet, int* size) {
  return srtp_protect_rtcp_mki(session, packet, size, 1, 0);
}
srtp_err_status_t unprotect_rtcp_with_mki(srtp_t session, void* packet, int* size) {
  return srtp_unprotect_rtcp_mki(session, packet, size, 1);
}

TEST_P(SrtpInterop, rtp_and_rtcp_both_ways_with_an_MKI_R112) {
  const Peer sends = peer_with_mki(ssrc_any_outbound);
  const Peer hears = peer_with_mki(ssrc_any_inbound);
  SrtpSession out = ours_with_mki();
  SrtpSession in = ours_with_mki();
  for (std::uint16_t sequence = 1; sequence < 50; ++sequence) {
    const Packet plain = long_header(sequence);
    const Packet from_us = by_us(&SrtpSession::protect_rtp, out, plain);
    EXPECT_EQ(by_peer(unprotect_with_mki, hears.get(), from_us), plain);
    const Packet from_peer = by_peer(protect_with_mki, sends.get(), plain);
    EXPECT_EQ(from_peer, from_us);
    EXPECT_EQ(by_us(&SrtpSession::unprotect_rtp, in, from_peer), plain);
    const Packet report = receiver_report(kSsrc, 2, sequence);
    const Packet report_from_us = by_us(&SrtpSession::protect_rtcp, out, report);
    // libsrtp2 looks for it before a tag of SRTP's length, where SRTCP's is another (RFC 4568
    // §6.2).
    if (suite_.rtp_tag_size == suite_.rtcp_tag_size) {
      EXPECT_EQ(by_peer(unprotect_rtcp_with_mki, hears.get(), report_from_us), report);
    }
    const Packet report_from_peer = by_peer(protect_rtcp_with_mki, sends.get(), report);
    EXPECT_EQ(report_from_peer, report_from_us);
    EXPECT_EQ(by_us(&SrtpSession::unprotect_rtcp, in, report_from_peer), report);
  }
}

TEST_P(SrtpInterop, a_packet_without_the_MKI_or_with_another_is_refused_R112) {
  SrtpSession plain_out = ours();
  SrtpSession out = ours_with_mki();
  SrtpSession in = ours_with_mki();
  const auto error_of = [&in](const Packet& packet) {
    Stored stored(packet);
    const auto size = in.unprotect_rtp(stored.octets(), stored.size);
    return size ? std::nullopt : std::optional(size.error());
  };
  EXPECT_EQ(error_of(by_us(&SrtpSession::protect_rtp, plain_out, rtp(kSsrc, 1))),
            SrtpError::auth_failure);
  const Packet good = by_us(&SrtpSession::protect_rtp, out, rtp(kSsrc, 1));
  const std::size_t behind = suite_.transform == SrtpTransform::aes_gcm ? 0 : suite_.rtp_tag_size;
  Packet other = good;
  other[other.size() - behind - 1] ^= 1;
  EXPECT_EQ(error_of(other), SrtpError::auth_failure);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_TRUE(error_of(Packet(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))));
  EXPECT_EQ(error_of(good), std::nullopt);
}

INSTANTIATE_TEST_SUITE_P(EverySuite, SrtpInterop, testing::ValuesIn(kSuites),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace ringfence::media_worker::test
