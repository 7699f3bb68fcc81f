// Every suite beside libsrtp2, in both directions: what one protects the other takes, and gets the
// same packet.
#include <gtest/gtest.h>
#include <srtp2/srtp.h>

#include <memory>

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
  SrtpSession ours() { return *SrtpSession::create(suite_, master_.bytes()); }

  const CryptoSuite& suite_ = *find_crypto_suite(GetParam().name);
  SecretBytes master_ = key(5, suite_.key_salt_size());
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

INSTANTIATE_TEST_SUITE_P(EverySuite, SrtpInterop, testing::ValuesIn(kSuites),
                         [](const auto& one) { return std::string(one.param.name); });

}  // namespace
}  // namespace ringfence::media_worker::test
