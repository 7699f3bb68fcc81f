#include "sip-core/message/response.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sip-core/message/validate_request.hpp"
#include "tests/unit/sip-core/message/sample.hpp"

namespace ringfence::sip_core::sip {
namespace {

const SocketAddress kSource = *SocketAddress::parse("192.0.2.1:40000");
const SocketAddress kElsewhere = *SocketAddress::parse("198.51.100.7:40000");

Message invite(std::string_view extra = {}) {
  std::string text = options_with(extra);
  for (std::size_t at = text.find("OPTIONS"); at != std::string::npos; at = text.find("OPTIONS")) {
    text.replace(at, 7, "INVITE");
  }
  return must_parse(text);
}

TEST(MakeResponse, copies_what_RFC_3261_8_2_6_says) {
  const Message request = invite("Via: SIP/2.0/TCP a, SIP/2.0/TCP b\r\nTimestamp: 5\r\n");
  const Message response =
      must_parse(make_response(request, 486, "", "mine").serialize(), Framing::stream);
  EXPECT_EQ(response.status_code(), 486);
  EXPECT_EQ(response.reason(), "Busy Here");
  EXPECT_EQ(response.count(HeaderName::via), 2U);
  EXPECT_EQ(response.header(HeaderName::via), request.header(HeaderName::via));
  EXPECT_EQ(response.header(HeaderName::from), request.header(HeaderName::from));
  EXPECT_EQ(response.header(HeaderName::cseq), request.header(HeaderName::cseq));
  EXPECT_EQ(response.call_id(), request.call_id());
  EXPECT_EQ(response.to_tag(), "mine");
  EXPECT_FALSE(response.has(HeaderName::timestamp));
  EXPECT_FALSE(validate_response(response));
}

TEST(MakeResponse, gives_a_100_no_tag_and_the_Timestamp) {
  const auto response = make_response(invite("Timestamp: 5\r\n"), 100, "", "mine");
  EXPECT_EQ(response.header(HeaderName::to), "<sip:bob@example.com>");
  EXPECT_EQ(response.header(HeaderName::timestamp), "5");
}

TEST(MakeResponse, keeps_the_tag_that_To_has) {
  std::string text = options_with("");
  text.insert(text.find("To: <sip:bob@example.com>") + 25, ";tag=theirs");
  EXPECT_EQ(make_response(must_parse(text), 200, "", "mine").header(HeaderName::to),
            "<sip:bob@example.com>;tag=theirs");
}

TEST(MakeResponse, copies_Record_Route_only_where_a_dialog_is_founded) {
  const Message request = invite("Record-Route: <sip:p1;lr>\r\nRecord-Route: <sip:p2;lr>\r\n");
  const auto count = [&](int status) {
    const Message response = must_parse(make_response(request, status, "", "t").serialize());
    return response.count(HeaderName::record_route);
  };
  EXPECT_EQ(count(180), 2U);
  EXPECT_EQ(count(200), 2U);
  EXPECT_EQ(count(100), 0U);
  EXPECT_EQ(count(486), 0U);
}

TEST(ViaWithSource, adds_received_where_the_sent_by_differs_or_rport_asks_R027) {
  EXPECT_EQ(via_with_source("SIP/2.0/TLS 192.0.2.1:5070;branch=x", kSource),
            "SIP/2.0/TLS 192.0.2.1:5070;branch=x");
  EXPECT_EQ(via_with_source("SIP/2.0/TLS 192.0.2.1:5070;branch=x", kElsewhere),
            "SIP/2.0/TLS 192.0.2.1:5070;branch=x;received=198.51.100.7");
  EXPECT_EQ(via_with_source("SIP/2.0/TLS host;branch=x", kSource),
            "SIP/2.0/TLS host;branch=x;received=192.0.2.1");
  EXPECT_EQ(via_with_source("SIP/2.0/UDP 192.0.2.1;rport;branch=x", kSource),
            "SIP/2.0/UDP 192.0.2.1;branch=x;received=192.0.2.1;rport=40000");
}

TEST(ViaWithSource, does_not_trust_what_the_wire_said_R027) {
  EXPECT_EQ(via_with_source("SIP/2.0/UDP h;received=10.9.9.9;rport=1;branch=x", kSource),
            "SIP/2.0/UDP h;branch=x;received=192.0.2.1;rport=40000");
  EXPECT_EQ(via_with_source("SIP/2.0/TLS 192.0.2.1;received=10.9.9.9;branch=x", kSource),
            "SIP/2.0/TLS 192.0.2.1;branch=x");
}

TEST(ViaWithSource, compares_IPv6_by_value) {
  const SocketAddress v6 = *SocketAddress::parse("[2001:db8::1]:5060");
  EXPECT_EQ(via_with_source("SIP/2.0/TLS [2001:DB8:0::1];branch=x", v6),
            "SIP/2.0/TLS [2001:DB8:0::1];branch=x");
}

TEST(MakeResponse, touches_the_topmost_via_only) {
  std::string text = options_with("");
  text.insert(text.find(";rport\r\n") + 6, ", SIP/2.0/TCP second;rport");
  const auto response = make_response(must_parse(text), 200, "", "t", kSource);
  EXPECT_EQ(response.header(HeaderName::via),
            "SIP/2.0/UDP 192.0.2.1:5070;branch=z9hG4bKabc;received=192.0.2.1;rport=40000, "
            "SIP/2.0/TCP second;rport");
}

TEST(MakeErrorResponse, answers_what_did_not_parse_where_it_may) {
  const auto broken = parse(options_with("Content-Length: 1\r\nContent-Length: 2\r\n"));
  ASSERT_FALSE(broken);
  const auto response = make_error_response(broken.error(), "t", kElsewhere);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status_code(), 400);
  EXPECT_EQ(response->serialize().substr(0, 36), "SIP/2.0 400 Malformed Content-Length");
  const Message read_back = must_parse(response->serialize(), Framing::stream);
  EXPECT_EQ(read_back.via()->received, "198.51.100.7");
}

TEST(MakeErrorResponse, is_silent_towards_responses_and_unusable_vias) {
  const auto response = parse("SIP/2.0 999 x\r\n" + options_with("").substr(37));
  ASSERT_FALSE(response);
  EXPECT_FALSE(make_error_response(response.error(), "t"));
  std::string text = options_with("Content-Length: x\r\n");
  text.replace(text.find("SIP/2.0/UDP"), 11, "SIP/2.0;UDP");
  const auto request = parse(text);
  ASSERT_FALSE(request);
  EXPECT_FALSE(make_error_response(request.error(), "t"));
}

TEST(MakeErrorResponse, answers_another_version_whose_Via_says_so_too_R041) {
  std::string text = options_with("");
  text.replace(text.find("SIP/2.0\r"), 7, "SIP/7.0");
  text.replace(text.find("SIP/2.0/UDP"), 7, "SIP/7.0");
  const auto request = parse(text);
  ASSERT_FALSE(request);
  const auto response = make_error_response(request.error(), "t");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status_code(), 505);
}

}  // namespace
}  // namespace ringfence::sip_core::sip
