// What the gate's tests share: a configuration, an address rule and short ways to write SDP.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "sip-core/media/sdp_gate.hpp"

namespace ringfence::sip_core {

inline constexpr std::string_view kPeerAddress = "198.51.100.7";

inline std::string key_text(char fill) {
  return std::string(40, fill);
}
inline std::string crypto_line(int tag, char fill,
                               const std::string& suite = "AES_CM_128_HMAC_SHA1_80") {
  return "a=crypto:" + std::to_string(tag) + " " + suite + " inline:" + key_text(fill) + "\r\n";
}

// One audio line in `profile`, with further lines behind it.
inline sdp::SessionDescription sdp_with(const std::string& profile, const std::string& more = {},
                                        const std::string& address = std::string(kPeerAddress),
                                        const std::string& other_media = {}) {
  const std::string text = "v=0\r\no=phone 1 1 IN IP4 " + address +
                           "\r\ns=secret name\r\nc=IN IP4 " + address +
                           "\r\nt=0 0\r\nm=audio 40000 " + profile +
                           " 8 101\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
                           "a=fmtp:101 0-16\r\n" +
                           more + other_media;
  auto parsed = sdp::SessionDescription::parse(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed ? std::move(*parsed) : sdp::SessionDescription{};
}

class GateTest : public ::testing::Test {
 protected:
  GateTest() {
    Listener listener;
    listener.address = *IpAddress::parse("192.0.2.1");
    listener.media_address = listener.address;
    listener.media_advertised_address = *IpAddress::parse("203.0.113.9");
    listener.port = 6061;
    config.listeners.push_back(listener);
  }

  AddressRule rule_for(const char* signalling_peer) {
    return AddressRule(config, *IpAddress::parse(signalling_peer), is_leased);
  }
  std::expected<PeerDescription, GateRefusal> offer(const sdp::SessionDescription& description,
                                                    SrtpDemand demand,
                                                    const OwnDescription* previous = nullptr) {
    return read_offer(description, demand, rule_for("198.51.100.7"), previous);
  }
  std::expected<PeerDescription, GateRefusal> answer(const sdp::SessionDescription& description,
                                                     SrtpDemand demand,
                                                     const OwnDescription& offered) {
    return read_answer(description, demand, rule_for("198.51.100.7"), offered);
  }
  // An offer of ours, made from a plain one of the other leg.
  OwnDescription own_offer(OfferForm form, const OwnDescription* previous = nullptr) {
    const auto source = offer(sdp_with("RTP/AVP"), SrtpDemand::off);
    return write_offer(*source, form, port, previous, random);
  }

  Config config;
  AddressRule::IsLeased is_leased = [](const IpAddress& address, Port leased) {
    return address == *IpAddress::parse("127.0.0.1") && leased == 20000;
  };
  LegPort port{*IpAddress::parse("203.0.113.9"), 20002};
  SeededRandom random{1};
};

}  // namespace ringfence::sip_core
