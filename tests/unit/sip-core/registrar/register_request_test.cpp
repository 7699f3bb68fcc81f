#include "sip-core/registrar/register_request.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

sip::Message message(const std::string& fields, const std::string& uri = "sip:a.test") {
  auto parsed = sip::parse("REGISTER " + uri +
                           " SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK1\r\n"
                           "From: <sip:x@a.test>;tag=1\r\nTo: <sip:x@a.test>\r\n"
                           "Call-ID: 1\r\nCSeq: 4 REGISTER\r\n" +
                           fields + "\r\n");
  EXPECT_TRUE(parsed);
  return std::move(*parsed);
}

int status(const std::string& fields, const std::string& uri = "sip:a.test") {
  const auto read = read_register(message(fields, uri), {});
  return read ? 200 : read.error().status;
}

TEST(RegisterRequest, TakesTheContactsIntervalBeforeTheRequests) {
  const auto read =
      read_register(message("Contact: <sip:x@h>;expires=120, <sip:y@h>\r\nExpires: 300\r\n"), {});
  ASSERT_TRUE(read);
  ASSERT_EQ(read->contacts.size(), 2U);
  EXPECT_EQ(read->contacts[0].expires_s, 120U);
  EXPECT_EQ(read->contacts[1].expires_s, 300U);
  EXPECT_EQ(read->cseq, 4U);
}

TEST(RegisterRequest, ClampsLongIntervalsAndHasADefault) {
  EXPECT_EQ(read_register(message("Contact: <sip:x@h>;expires=4294967295\r\n"), {})
                ->contacts[0]
                .expires_s,
            3600U);
  EXPECT_EQ(read_register(message("Contact: <sip:x@h>\r\n"), {})->contacts[0].expires_s, 600U);
}

// R063
TEST(RegisterRequest, RefusesTooBriefAnIntervalButTakesZero) {
  const auto read = read_register(message("Contact: <sip:x@h>;expires=59\r\n"), {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().status, 423);
  EXPECT_EQ(read.error().min_expires, 60U);
  EXPECT_EQ(status("Contact: <sip:x@h>;expires=60\r\n"), 200);
  EXPECT_EQ(status("Contact: <sip:x@h>;expires=0\r\n"), 200);
}

TEST(RegisterRequest, FindsNoHourTooBriefR063) {
  RegistrationLimits limits;
  limits.min_expires_s = 7200;
  limits.max_expires_s = 7200;
  EXPECT_EQ(read_register(message("Contact: <sip:x@h>;expires=3599\r\n"), limits).error().status,
            423);
  EXPECT_EQ(
      read_register(message("Contact: <sip:x@h>;expires=3600\r\n"), limits)->contacts[0].expires_s,
      3600U);
}

TEST(RegisterRequest, SurvivesNumbersThatAreNoneF076) {
  const auto interval = [](const std::string& text) {
    return read_register(message("Contact: <sip:x@h>;expires=" + text + "\r\n"), {})
        ->contacts[0]
        .expires_s;
  };
  EXPECT_EQ(interval("4294967296"), 3600U);
  EXPECT_EQ(interval("99999999999999999999999"), 3600U);
  EXPECT_EQ(interval("-1"), 3600U);  // RFC 3261 §20.10
  EXPECT_EQ(read_register(message("Contact: <sip:x@h>\r\nExpires: 4294967296\r\n"), {})
                ->contacts[0]
                .expires_s,
            3600U);
  EXPECT_EQ(status("Contact: <sip:x@h>;q=NaN\r\n"), 400);
  EXPECT_EQ(status("Contact: <sip:x@h>;q=-0.5\r\n"), 400);
  EXPECT_EQ(status("Contact: <sip:x@h>;q=1.001\r\n"), 400);
}

TEST(RegisterRequest, RefusesHundredsOfContactsF076) {
  std::string many = "Contact: <sip:x@h>";
  for (int i = 0; i < 299; ++i)
    many += ",<sip:x@h>";
  EXPECT_EQ(status(many + "\r\n"), 403);
}

TEST(RegisterRequest, RefusesWhatWouldCostTheMemoryOfMany) {
  const std::string longest(1100, 'x');
  EXPECT_EQ(status("Contact: <sip:" + longest + "@h>\r\n"), 400);
  EXPECT_EQ(status("Contact: <sip:x@h>\r\nPath: <sip:" + longest + ";lr>\r\n"), 400);
  EXPECT_EQ(status("Contact: <sip:x@h>;+sip.instance=\"" + longest + "\"\r\n"), 400);
}

// R062, F076
TEST(RegisterRequest, TakesTheAsteriskOnlyAloneAndWithZero) {
  EXPECT_EQ(status("Contact: *\r\nExpires: 0\r\n"), 200);
  EXPECT_EQ(status("Contact: *\r\n"), 400);
  EXPECT_EQ(status("Contact: *\r\nExpires: 60\r\n"), 400);
  EXPECT_EQ(status("Contact: *, <sip:x@h>\r\nExpires: 0\r\n"), 400);
  EXPECT_EQ(status("Contact: <sip:x@h>;q=9\r\n"), 400);
}

// R012: a SIPS contact is taken only where the Request-URI, every contact and the path are SIPS.
TEST(RegisterRequest, TakesASipsContactOnlyWithSipsAllAlong) {
  EXPECT_EQ(status("Contact: <sips:x@h>\r\n", "sips:a.test"), 200);
  EXPECT_EQ(status("Contact: <sips:x@h>\r\n"), 400);
  EXPECT_EQ(status("Contact: <sips:x@h>, <sip:y@h>\r\n", "sips:a.test"), 400);
  EXPECT_EQ(status("Contact: <sips:x@h>\r\nPath: <sip:p;lr>\r\n", "sips:a.test"), 400);
  EXPECT_EQ(status("Contact: <sips:x@h>\r\nPath: <sips:p;lr>\r\n", "sips:a.test"), 200);
  EXPECT_EQ(status("Contact: <sip:x@h>\r\n", "sips:a.test"), 200);
}

// R017
TEST(RegisterRequest, RefusesSipsOverUdpAndOtherSchemes) {
  EXPECT_EQ(status("Contact: <sips:x@h;transport=udp>\r\n", "sips:a.test"), 400);
  EXPECT_EQ(status("Contact: <mailto:x@h>\r\n"), 400);
}

// R087, R088, R089
TEST(RegisterRequest, ReadsOutbound) {
  const std::string outbound = "Contact: <sip:x@h>;+sip.instance=\"<urn:uuid:1>\";reg-id=1";
  const auto read = read_register(message(outbound + "\r\n"), {});
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->uses_outbound);
  EXPECT_EQ(read->contacts[0].instance_id, "<urn:uuid:1>");
  EXPECT_EQ(read->contacts[0].reg_id, 1U);
  EXPECT_EQ(status(outbound + ", <sip:y@h>\r\n"), 400);
  EXPECT_EQ(status(outbound + "\r\nPath: <sip:p;lr>\r\nRequire: outbound\r\n"), 439);
  EXPECT_FALSE(read_register(message("Contact: <sip:x@h>;reg-id=1\r\n"), {})->uses_outbound);
}

}  // namespace
}  // namespace ringfence::sip_core
