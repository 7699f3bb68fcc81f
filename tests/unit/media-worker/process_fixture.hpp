// MediaWorkerProcess: the real process, confined, over loopback: the test is its supervisor, its
// sip-core, and both peers of a call.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "media-worker/srtp/srtp_session.hpp"
#include "support/packets.hpp"
#include "support/worker_process.hpp"

namespace ringfence::media_worker::test {

constexpr Port kLow = 12000;
constexpr Port kHigh = 12199;

inline std::string text_of(const SecretBytes& secret) {
  return {secret.bytes().begin(), secret.bytes().end()};
}

// One call: `a` is a phone with SRTP, `b` a trunk without.
struct Call {
  UdpPeer a;
  UdpPeer b;
  UdpPeer a_rtcp;
  UdpPeer b_rtcp;
  proto::Lease lease_a;
  proto::Lease lease_b;
  std::uint32_t clock_rate_b = 0;  // of payload type 0
  SrtpSession a_sends = *SrtpSession::create(suite_80(), key(2).bytes());
  SrtpSession a_hears = *SrtpSession::create(suite_80(), key(1).bytes());

  Port port_a() const { return static_cast<Port>(lease_a.rtp_port()); }
  Port port_b() const { return static_cast<Port>(lease_b.rtp_port()); }

  static void describe(proto::MediaLeg& leg, const proto::Lease& lease, const UdpPeer& rtp,
                       const UdpPeer& rtcp) {
    leg.set_lease_id(lease.lease_id());
    leg.set_remote_address("127.0.0.1");
    leg.set_remote_rtp_port(rtp.address().port);
    leg.set_remote_rtcp_port(rtcp.address().port);
    leg.set_send_to_peer(true);
    leg.set_receive_from_peer(true);
  }
  proto::ToMediaWorker session_set(std::uint64_t id) const {
    proto::ToMediaWorker message;
    auto& set = *message.mutable_session_set();
    set.set_session_id(id);
    describe(*set.mutable_a(), lease_a, a, a_rtcp);
    describe(*set.mutable_b(), lease_b, b, b_rtcp);
    auto& sdes = *set.mutable_a()->mutable_sdes_srtp();
    sdes.set_suite("AES_CM_128_HMAC_SHA1_80");
    sdes.set_send_key_salt(text_of(key(1)));
    sdes.set_receive_key_salt(text_of(key(2)));
    set.mutable_b()->mutable_plain();
    if (clock_rate_b != 0) set.mutable_b()->add_clock_rates()->set_hertz(clock_rate_b);
    return message;
  }
  Packet from_a(std::uint16_t sequence, std::string_view payload) {
    Stored stored(rtp(0xaaaa, sequence, payload));
    stored.size = *a_sends.protect_rtp(stored.octets(), stored.size);
    return stored.packet();
  }
  Packet heard_by_a(const Packet& packet) {
    Stored stored(packet);
    const auto size = a_hears.unprotect_rtp(stored.octets(), stored.size);
    stored.size = size.value_or(0);
    return stored.packet();
  }
};

class MediaWorkerProcess : public testing::Test {
 protected:
  void SetUp() override {
    confinement_ = worker_.wait_ready();
    worker_.link_sip_core(11);
    worker_.wait_for(proto::FromMediaWorker::kHello);
  }
  void set_up_call() {
    auto leases = worker_.lease(2);
    ASSERT_EQ(leases.size(), 2u);
    call_.lease_a = leases[0];
    call_.lease_b = leases[1];
    worker_.send(call_.session_set(77));
    // A request that has an answer shows that the one before it is done.
    worker_.lease(1);
  }
  proto::SessionSummary end_call() {
    proto::ToMediaWorker message;
    message.mutable_session_end()->set_session_id(77);
    worker_.send(message);
    return worker_.wait_for(proto::FromMediaWorker::kSessionEnded).session_ended();
  }

  WorkerProcess worker_{kLow, kHigh};
  std::string confinement_;
  Call call_;
};

}  // namespace ringfence::media_worker::test
