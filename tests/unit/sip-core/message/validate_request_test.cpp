#include "sip-core/message/validate_request.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/sip-core/message/sample.hpp"

namespace ringfence::sip_core::sip {
namespace {

std::string without(std::string text, std::string_view field) {
  const std::size_t begin = text.find(field);
  return text.erase(begin, text.find("\r\n", begin) + 2 - begin);
}

int status_of(const std::string& text) {
  const auto rejection = validate_request(must_parse(text));
  return rejection ? rejection->status : 0;
}

std::string with_uri(std::string_view uri) {
  std::string text = options_with("");
  return text.replace(text.find("sip:bob@example.com"), 19, uri);
}

TEST(ValidateRequest, accepts_an_ordinary_request) {
  EXPECT_EQ(status_of(options_with("")), 0);
}

TEST(ValidateRequest, wants_the_mandatory_fields_once_R040) {
  for (const char* field : {"Via:", "From:", "To:", "Call-ID:", "CSeq:"}) {
    EXPECT_EQ(status_of(without(options_with(""), field)), 400) << field;
  }
  for (const char* field : {"f: <sip:x@y>;tag=2", "t: <sip:x@y>", "i: other", "CSeq: 7 OPTIONS",
                            "Max-Forwards: 1\r\nMax-Forwards: 1"}) {
    EXPECT_EQ(status_of(options_with(std::string(field) + "\r\n")), 400) << field;
  }
}

TEST(ValidateRequest, names_the_fault_in_its_reason) {
  const auto rejection = validate_request(must_parse(without(options_with(""), "Call-ID:")));
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->reason, "Missing Call-ID");
}

TEST(ValidateRequest, wants_the_method_of_CSeq_to_be_the_request_s_R041) {
  std::string text = options_with("");
  text.replace(text.find("7 OPTIONS"), 9, "7 INVITE ");
  EXPECT_EQ(status_of(text), 400);
}

TEST(ValidateRequest, judges_the_scheme_of_the_Request_URI_R022_R017) {
  EXPECT_EQ(status_of(with_uri("nobodyKnowsThisScheme:x")), 416);
  EXPECT_EQ(status_of(with_uri("sips:bob@example.com")), 0);
  EXPECT_EQ(status_of(with_uri("tel:+12015550123")), 0);
  EXPECT_EQ(status_of(with_uri("sips:bob@example.com;transport=udp")), 400);
  EXPECT_EQ(status_of(with_uri("sips:bob@example.com;transport=tls")), 0);
  EXPECT_EQ(status_of(with_uri("sip:bob@example.com?Route=%3Csip:x%3E")), 400);
  EXPECT_EQ(status_of(with_uri("sip:b%zzb@example.com")), 400);
}

TEST(ValidateRequest, judges_Max_Forwards_R048) {
  EXPECT_EQ(status_of(options_with("Max-Forwards: 255\r\n")), 0);
  EXPECT_EQ(status_of(options_with("Max-Forwards: 256\r\n")), 400);
  EXPECT_EQ(status_of(options_with("Max-Forwards: x\r\n")), 400);
  EXPECT_EQ(status_of(options_with("Max-Forwards: 0\r\n")), 0);
  std::string invite = options_with("Max-Forwards: 0\r\n");
  for (std::size_t at = invite.find("OPTIONS"); at != std::string::npos;
       at = invite.find("OPTIONS")) {
    invite.replace(at, 7, "INVITE");
  }
  EXPECT_EQ(status_of(invite), 483);
}

TEST(ValidateRequest, refuses_the_bare_branch_cookie_R043) {
  std::string text = options_with("");
  text.replace(text.find("z9hG4bKabc"), 10, "z9hG4bK");
  EXPECT_EQ(status_of(text), 400);
}

TEST(ValidateRequest, refuses_malformed_addresses) {
  EXPECT_EQ(status_of(options_with("Contact: <sip:a@b\r\n")), 400);
  EXPECT_EQ(status_of(options_with("Contact: *\r\n")), 400);
  EXPECT_EQ(status_of(options_with("Route: nonsense\r\n")), 400);
  EXPECT_EQ(status_of(options_with("Record-Route: <sip:a;lr>, x\r\n")), 400);
  EXPECT_EQ(status_of(options_with("Via: SIP/2.0/UDP ;;\r\n")), 400);
}

TEST(ValidateResponse, tells_why_a_response_is_dropped) {
  const std::string fields = options_with("").substr(options_with("").find("\r\n"));
  EXPECT_EQ(validate_response(must_parse("SIP/2.0 200 OK" + fields)), std::nullopt);
  EXPECT_EQ(validate_response(must_parse(without("SIP/2.0 200 OK" + fields, "To:"))), "Missing To");
}

}  // namespace
}  // namespace ringfence::sip_core::sip
