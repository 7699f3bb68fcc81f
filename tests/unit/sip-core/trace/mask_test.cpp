// R124: keys are masked in traces; so are digest responses, nonces and passwords.
#include "sip-core/trace/mask.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace ringfence::sip_core::trace {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string masked(std::string message) {
  mask_secrets(message);
  return message;
}

TEST(Mask, CoversTheSdesKeyAndLeavesTheRestOfTheLineR124) {
  EXPECT_EQ(masked("m=audio 4000 RTP/SAVP 8\r\n"
                   "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
                   "inline:d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj|2^20|1:4 UNENCRYPTED_SRTP\r\n"
                   "a=sendrecv\r\n"),
            "m=audio 4000 RTP/SAVP 8\r\n"
            "a=crypto:1 AES_CM_128_HMAC_SHA1_80 "
            "inline:****************************************|2^20|1:* UNENCRYPTED_SRTP\r\n"
            "a=sendrecv\r\n");
}

TEST(Mask, CoversEveryKeyOfALineAndAnyKeyMethodR124) {
  EXPECT_EQ(masked("a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:abc=;inline:def/"),
            "a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:****;inline:****");
  EXPECT_EQ(masked("A=CRYPTO:3 X other:secret"), "A=CRYPTO:3 X other:******");
  EXPECT_EQ(masked("a=crypto:1 X\tinline:KEY|1\na=crypto:2 Y inline:TWO"),
            "a=crypto:1 X\tinline:***|1\na=crypto:2 Y inline:***");
}

TEST(Mask, CoversTheOtherKeysThatSdpCanCarry) {
  EXPECT_EQ(masked("a=key-mgmt:mikey AQAF\na=ice-pwd:asd88f\nk=base64:Zm9v\n"),
            "a=key-mgmt:**********\na=ice-pwd:******\nk=***********\n");
}

TEST(Mask, CoversDigestResponsesAndNoncesAndShowsWhoAskedForWhat) {
  EXPECT_EQ(masked("Authorization: Digest username=\"alice\", realm=\"a.test\", nonce=\"dcd98b\","
                   " uri=\"sip:a.test\", response=\"6629fae4\", algorithm=MD5, cnonce=\"0a4f\","
                   " opaque=5ccc, qop=auth, nc=00000001\r\n"),
            "Authorization: Digest username=\"alice\", realm=\"a.test\", nonce=\"******\","
            " uri=\"sip:a.test\", response=\"********\", algorithm=MD5, cnonce=\"****\","
            " opaque=****, qop=auth, nc=00000001\r\n");
}

TEST(Mask, CoversEveryFieldThatCarriesCredentialsOrNonces) {
  for (const char* name : {"Authorization", "Proxy-Authorization", "WWW-Authenticate",
                           "proxy-authenticate", "AUTHORIZATION ", "Authentication-Info"}) {
    const std::string field = std::string(name) + ": Digest realm=\"r\", nonce=\"abc\"";
    EXPECT_EQ(masked(field), std::string(name) + ": Digest realm=\"r\", nonce=\"***\"");
  }
  EXPECT_EQ(masked("Authentication-Info: nextnonce=\"47\", rspauth=\"ab\", nc=1"),
            "Authentication-Info: nextnonce=\"**\", rspauth=\"**\", nc=1");
}

TEST(Mask, ShowsNothingOfASchemeThatItDoesNotKnow) {
  EXPECT_EQ(masked("Authorization: Basic YWxpY2U6cHc=\r\n"),
            "Authorization: Basic ************\r\n");
  EXPECT_EQ(masked("Proxy-Authorization: Bearer a.b,c=\"d\""),
            "Proxy-Authorization: Bearer *********");
}

TEST(Mask, FollowsAFieldThatGoesOnInTheNextLine) {
  EXPECT_EQ(
      masked("Authorization: Digest username=\"a\",\r\n response=\"6629\",\r\n\tnc=1\r\nTo: x"),
      "Authorization: Digest username=\"a\",\r\n response=\"****\",\r\n\tnc=1\r\nTo: x");
  EXPECT_EQ(masked("Authorization:\r\n Digest response=abcd"),
            "Authorization:\r\n Digest response=****");
  EXPECT_THAT(masked("Authorization: Digest response=\"66\r\n 29fa, nc=\"1"), Not(HasSubstr("29")));
}

TEST(Mask, CoversPassportsAndPasswordsInUris) {
  EXPECT_EQ(masked("Identity: eyJh.eyJk.sig;info=<https://c.test>\r\ny: abc"),
            "Identity: *************;info=<https://c.test>\r\ny: ***");
  EXPECT_EQ(masked("INVITE sip:bob:hunter2@b.test SIP/2.0\r\nTo: <sips:bob:p;w=1@b.test>"),
            "INVITE sip:bob:*******@b.test SIP/2.0\r\nTo: <sips:bob:*****@b.test>");
}

TEST(Mask, TakesKeysAndCredentialsFirst) {
  std::string message =
      "INVITE sip:b:pw@b.test SIP/2.0\r\nAuthorization: Digest response=abc,\n nonce=d\r\n\r\n"
      "a=crypto:1 X inline:KEY|1\r\n";
  mask_keys(message);
  EXPECT_EQ(
      message,
      "INVITE sip:b:pw@b.test SIP/2.0\r\nAuthorization: Digest response=***,\n nonce=*\r\n\r\n"
      "a=crypto:1 X inline:***|1\r\n");
  EXPECT_EQ(masked("a=crypto:1 X inline:ONE\ra=crypto:2 X inline:TWO\r"),
            "a=crypto:1 X inline:***\ra=crypto:2 X inline:***\r");
}

TEST(Mask, LeavesWhatIsNoSecret) {
  const std::string message =
      "INVITE sip:bob@b.test SIP/2.0\r\nVia: SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK1\r\n"
      "Call-ID: 1:2@b.test\r\nContact: \"Al: i@ce\" <sip:alice@192.0.2.1:5061;ob>\r\n"
      "P-Asserted-Identity: <sip:alice@a.test>\r\n\r\nv=0\r\na=rtpmap:8 PCMA/8000\r\n";
  EXPECT_EQ(masked(message), message);
}

TEST(Mask, SurvivesEmptyAndBrokenInput) {
  EXPECT_EQ(masked(""), "");
  EXPECT_EQ(masked("Authorization:"), "Authorization:");
  EXPECT_EQ(masked("Authorization: Digest \"\\"), "Authorization: Digest **");
  EXPECT_EQ(masked("a=crypto:"), "a=crypto:");
  EXPECT_EQ(masked("@:@sip::@"), "@:@sip::@");
}

}  // namespace
}  // namespace ringfence::sip_core::trace
