#include "sip-core/message/outgoing_message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "sip-core/message/status.hpp"
#include "tests/unit/sip-core/message/sample.hpp"

namespace ringfence::sip_core::sip {
namespace {

TEST(OutgoingMessage, writes_fields_in_order_and_computes_the_length) {
  auto message = OutgoingMessage::request(Method::invite, "sip:a@b");
  message.add(HeaderName::to, "<sip:a@b>").add("X-Own", "1").add_first(HeaderName::via, "v");
  message.add_number(HeaderName::max_forwards, 69).body("application/sdp", "v=0\r\n");
  EXPECT_EQ(message.serialize(),
            "INVITE sip:a@b SIP/2.0\r\nVia: v\r\nTo: <sip:a@b>\r\nX-Own: 1\r\nMax-Forwards: 69\r\n"
            "Content-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n");
}

TEST(OutgoingMessage, takes_the_reason_phrase_of_the_table) {
  EXPECT_EQ(OutgoingMessage::response(486).serialize(),
            "SIP/2.0 486 Busy Here\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(OutgoingMessage::response(400, "Bad Via").serialize().substr(0, 19),
            "SIP/2.0 400 Bad Via");
  EXPECT_EQ(reason_phrase(100), "Trying");
  EXPECT_EQ(reason_phrase(608), "Rejected");
  EXPECT_EQ(reason_phrase(299), "Unknown");
}

TEST(OutgoingMessage, lets_no_value_become_a_field_of_its_own) {
  auto message = OutgoingMessage::request("OPT\r\nX: 1", std::string("sip:a\0b\r\n", 9));
  message.add("X-Evil\r\nVia", "a\r\nVia: b\n\nbody");
  const std::string text = message.serialize();
  const Message read_back =
      must_parse("OPTIONS sip:a SIP/2.0\r\n" + text.substr(text.find("Content")));
  EXPECT_EQ(read_back.field_count(), 1U);
  EXPECT_EQ(text.find('\0'), std::string::npos);
  EXPECT_EQ(std::ranges::count(text, '\n'), 4);
}

TEST(OutgoingMessage, never_takes_a_Content_Length_from_outside) {
  auto message = OutgoingMessage::response(200);
  message.add(HeaderName::content_length, "99").add("l", "98");
  EXPECT_EQ(message.serialize(), "SIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n");
}

TEST(OutgoingMessage, keeps_every_other_field_whole_when_one_changes) {
  auto message = OutgoingMessage::request(Method::bye, "sip:a@b");
  message.add(HeaderName::route, "1").add(HeaderName::cseq, "7 BYE").add(HeaderName::route, "2");
  message.add("X-Own", "x").add(HeaderName::route, "3");
  message.set(HeaderName::cseq, "1000 BYE").set(HeaderName::route, "only");
  message.add_first(HeaderName::via, "a\nb").add(HeaderName::from, "f").remove(HeaderName::cseq);
  EXPECT_EQ(message.serialize(),
            "BYE sip:a@b SIP/2.0\r\nVia: a b\r\nRoute: only\r\nX-Own: x\r\nFrom: f\r\n"
            "Content-Length: 0\r\n\r\n");
  EXPECT_EQ(message.header(HeaderName::from), "f");
  EXPECT_EQ(message.fields()[2].value, "x");
}

TEST(OutgoingMessage, sets_removes_and_copies) {
  const Message source =
      must_parse(options_with("k: a\r\nSubject: s\r\nSupported: b\r\nX-A: 1\r\n"));
  auto message = OutgoingMessage::response(200);
  message.copy(source, HeaderName::supported).copy(source, HeaderName::date);
  EXPECT_EQ(message.fields().size(), 2U);
  message.set(HeaderName::supported, "c");
  EXPECT_EQ(message.fields().size(), 1U);
  EXPECT_EQ(message.header(HeaderName::supported), "c");
  message.remove(HeaderName::supported).copy(source, HeaderName::other);
  EXPECT_EQ(message.header(HeaderName::supported), std::nullopt);
  ASSERT_EQ(message.fields().size(), 1U);
  EXPECT_EQ(message.fields()[0].name, "X-A");
}

}  // namespace
}  // namespace ringfence::sip_core::sip
