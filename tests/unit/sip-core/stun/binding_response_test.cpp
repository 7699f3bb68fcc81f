#include "sip-core/stun/binding_response.hpp"

#include <gtest/gtest.h>

namespace ringfence::stun {
namespace {

using std::string_literals::operator""s;

const std::string kTransaction = "\xb7\xe7\xa7\x01\xbc\x34\xd6\x86\xfa\x87\xdf\xae"s;
const std::string kCookie = "\x21\x12\xa4\x42"s;
const SocketAddress kSource = *SocketAddress::parse("192.0.2.1:32853");

std::string request(const std::string& attributes = "") {
  return "\x00\x01\x00"s + static_cast<char>(attributes.size()) + kCookie + kTransaction +
         attributes;
}

// The address of RFC 5769 §2.2, which is this one.
TEST(StunBindingResponse, tells_the_source_s_address_R084) {
  EXPECT_EQ(binding_response(request(), kSource),
            "\x01\x01\x00\x0c"s + kCookie + kTransaction +
                "\x00\x20\x00\x08\x00\x01\xa1\x47\xe1\x12\xa6\x43"s);
}

// The address of RFC 5769 §2.3.
TEST(StunBindingResponse, tells_an_ipv6_address_masked_with_the_transaction) {
  const auto source = *SocketAddress::parse("[2001:db8:1234:5678:11:2233:4455:6677]:32853");
  EXPECT_EQ(binding_response(request(), source),
            "\x01\x01\x00\x18"s + kCookie + kTransaction + "\x00\x20\x00\x14\x00\x02\xa1\x47"s +
                "\x01\x13\xa9\xfa\xa5\xd3\xf1\x79\xbc\x25\xf4\xb5\xbe\xd2\xb9\xd9"s);
}

// The FINGERPRINT of RFC 5769 §2.1 covers other octets; here it is worked out from the CRC of the
// message before it.
TEST(StunBindingResponse, has_a_fingerprint_where_the_request_has_one) {
  const auto response = binding_response(request("\x80\x28\x00\x04"s + "abcd"), kSource);
  ASSERT_TRUE(response);
  ASSERT_EQ(response->size(), 40U);
  EXPECT_EQ(response->substr(2, 2), "\x00\x14"s);
  EXPECT_EQ(response->substr(32, 4), "\x80\x28\x00\x04"s);
}

TEST(StunBindingResponse, names_what_it_does_not_understand_and_passes_over_the_optional) {
  const std::string software = "\x80\x22\x00\x03"s + "abc\0"s;
  EXPECT_EQ(binding_response(request(software), kSource)->substr(0, 2), "\x01\x01"s);
  const std::string username = "\x00\x06\x00\x01"s + "a\0\0\0"s;
  const auto refused = binding_response(request(username), kSource);
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->substr(0, 2), "\x01\x11"s);
  EXPECT_NE(refused->find("\x00\x00\x04\x14"s + "Unknown Attribute"), std::string::npos);
  EXPECT_NE(refused->find("\x00\x0a\x00\x02\x00\x06\x00\x00"s), std::string::npos);
}

TEST(StunBindingResponse, says_nothing_to_what_is_malformed_or_no_binding_request) {
  std::string indication = request();
  indication[1] = 0x11;
  EXPECT_FALSE(binding_response(indication, kSource));
  EXPECT_FALSE(binding_response(request() + "x", kSource));
  EXPECT_FALSE(binding_response(request().substr(0, 19), kSource));
  EXPECT_FALSE(binding_response(request("\x80\x22\x00\x05"s + "abcd"), kSource));
  EXPECT_FALSE(binding_response(request("\x80\x22"s), kSource));
  EXPECT_FALSE(is_message("OPTIONS sip:a SIP/2.0\r\n"));
}

}  // namespace
}  // namespace ringfence::stun
