#include "sip-core/message/via.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sip-core/message/cseq.hpp"

namespace ringfence::sip_core::sip {
namespace {

TEST(Via, is_taken_apart) {
  const auto via = Via::parse(
      "SIP / 2.0 / tls  host.example:5071 ; branch=z9hG4bK1 "
      ";received=192.0.2.9;rport=99;x=\"y;z\"");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->transport, Transport::tls);
  EXPECT_EQ(via->host, "host.example");
  EXPECT_EQ(via->port, 5071);
  EXPECT_EQ(via->branch, "z9hG4bK1");
  EXPECT_EQ(via->received, "192.0.2.9");
  EXPECT_EQ(via->rport, 99);
  EXPECT_TRUE(via->has_rfc3261_branch());
}

TEST(Via, takes_IPv6_in_all_places_R045) {
  const auto via = Via::parse("SIP/2.0/UDP [2001:db8::1]:6050;received=[2001:db8::2];branch=x");
  ASSERT_TRUE(via);
  EXPECT_EQ(via->host, "[2001:db8::1]");
  EXPECT_EQ(via->port, 6050);
  EXPECT_EQ(via->received, "[2001:db8::2]");
  EXPECT_EQ(Via::parse("SIP/2.0/UDP [::1];received=2001:db8::2")->received, "2001:db8::2");
}

TEST(Via, has_default_ports_and_unknown_transports) {
  EXPECT_EQ(Via::parse("SIP/2.0/UDP h")->sent_by_port(), 5060);
  EXPECT_EQ(Via::parse("SIP/2.0/TLS h")->sent_by_port(), 5061);
  EXPECT_EQ(Via::parse("SIP/2.0/UNKNOWN h")->transport, Transport::other);
  EXPECT_EQ(Via::parse("SIP/2.0/UNKNOWN h")->transport_text, "UNKNOWN");
}

TEST(Via, refuses_what_is_malformed) {
  for (const char* text :
       {"", "SIP/2.0/UDP", "SIP/2.0/UDP ", "SIP/2.0 h", "SIP/7.0/UDP h", "HTTP/2.0/UDP h",
        "SIP/2.0/UDP h:", "SIP/2.0/UDP h:99999", "SIP/2.0/UDP h:5x;branch=a", "SIP/2.0/UDP h;;",
        "SIP/2.0/UDP h;branch=", "SIP/2.0/UDP h branch=1", "SIP/2.0/UDP [::1;branch=1",
        "SIP/2.0/UDP h;rport=x", "SIP/2.0/UDP h;received", "SIP/2.0/U P h"}) {
    EXPECT_FALSE(Via::parse(text)) << text;
  }
}

TEST(Via, the_cookie_alone_is_no_branch_of_RFC_3261) {
  EXPECT_FALSE(Via::parse("SIP/2.0/UDP h;branch=z9hG4bK")->has_rfc3261_branch());
  EXPECT_FALSE(Via::parse("SIP/2.0/UDP h;branch=other")->has_rfc3261_branch());
  EXPECT_FALSE(Via::parse("SIP/2.0/UDP h")->has_rfc3261_branch());
}

TEST(Via, is_written_with_rport_on_unreliable_transports_only) {
  EXPECT_EQ(make_via(Transport::udp, "192.0.2.1", 5060, "z9hG4bKx"),
            "SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bKx;rport");
  EXPECT_EQ(make_via(Transport::tls, "h", std::nullopt, "z9hG4bKx"),
            "SIP/2.0/TLS h;branch=z9hG4bKx");
}

TEST(CSeq, ends_below_two_to_the_31_R039) {
  EXPECT_EQ(CSeq::parse("0009 \t INVITE")->number, 9U);
  EXPECT_EQ(CSeq::parse("2147483647 INVITE")->number, 2147483647U);
  EXPECT_EQ(CSeq::parse("1 FOO")->method, Method::other);
  for (const char* text : {"", "1", "INVITE", "2147483648 INVITE", "99999999999999999999 INVITE",
                           "-1 INVITE", "1 IN VITE", "1 ", "1x INVITE"}) {
    EXPECT_FALSE(CSeq::parse(text)) << text;
  }
}

}  // namespace
}  // namespace ringfence::sip_core::sip
