// RFC 3261 §12.
#include "sip-core/dialog/dialog.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

sip::Message parsed(const std::string& text) {
  auto message = sip::parse(text);
  EXPECT_TRUE(message.has_value());
  return message ? std::move(*message) : sip::Message{};
}

sip::Message invite(const std::string& record_routes) {
  return parsed(
      "INVITE sips:bob@demo.example SIP/2.0\r\nVia: SIP/2.0/TLS h;branch=z9hG4bK1\r\n" +
      record_routes +
      "From: \"A\" <sips:alice@demo.example>;tag=remote\r\nTo: <sips:bob@demo.example>\r\n"
      "Call-ID: c1\r\nCSeq: 7 INVITE\r\nContact: <sips:alice@10.0.0.1>\r\n"
      "Content-Length: 0\r\n\r\n");
}

sip::Message response(const std::string& record_routes) {
  return parsed(
      "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\n" + record_routes +
      "From: <sip:us@h>;tag=local\r\nTo: <sip:bob@demo.example>;tag=remote\r\nCall-ID: c2\r\n"
      "CSeq: 1 INVITE\r\nContact: <sip:bob@10.0.0.2:5070>\r\nContent-Length: 0\r\n\r\n");
}

Dialog uac() {
  return Dialog::as_uac("c2", "<sip:us@h>", "local", "<sip:bob@demo.example>",
                        "sip:bob@demo.example", "<sip:us@h:5060>");
}

TEST(DialogTest, TakesTheCallersTagTargetAndRouteSetInOrder) {
  Dialog dialog =
      Dialog::as_uas(invite("Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\n"), "local", "<sips:us@h>");
  EXPECT_TRUE(dialog.secure());
  EXPECT_TRUE(dialog.matches("c1", "local", "remote"));
  const auto bye = dialog.make_request(sip::Method::bye);
  EXPECT_EQ(bye.uri(), "sips:alice@10.0.0.1");
  EXPECT_EQ(bye.header(sip::HeaderName::route), "<sips:p1;lr>");  // to a SIPS target (RFC 5630)
  EXPECT_EQ(bye.header(sip::HeaderName::from), "<sips:bob@demo.example>;tag=local");
  EXPECT_EQ(bye.header(sip::HeaderName::to), "\"A\" <sips:alice@demo.example>;tag=remote");
  EXPECT_EQ(dialog.next_hop()->host, "p1");
}

TEST(DialogTest, ReversesTheRouteSetOfAResponse) {
  Dialog dialog = uac();
  dialog.make_invite("sip:bob@demo.example");
  dialog.confirm(response("Record-Route: <sip:p1;lr>, <sip:p2;lr>\r\n"));
  const auto bye = dialog.make_request(sip::Method::bye);
  EXPECT_EQ(bye.header(sip::HeaderName::route), "<sip:p2;lr>");
  EXPECT_EQ(bye.uri(), "sip:bob@10.0.0.2:5070");
  EXPECT_EQ(bye.header(sip::HeaderName::cseq), "2 BYE");
}

TEST(DialogTest, ASipsRouteIsTheNextHopAndTheRequestUriStaysR019) {
  Dialog dialog = uac();
  dialog.make_invite("sip:bob@demo.example");
  dialog.confirm(response("Record-Route: <sip:p1;lr>, <sips:p2;lr>\r\n"));
  const auto bye = dialog.make_request(sip::Method::bye);
  EXPECT_EQ(bye.uri(), "sip:bob@10.0.0.2:5070");
  EXPECT_EQ(bye.header(sip::HeaderName::route), "<sips:p2;lr>");
  EXPECT_EQ(dialog.next_hop()->scheme, sip::Scheme::sips);
}

TEST(DialogTest, PutsAStrictRouterIntoTheRequestUri) {
  Dialog dialog = uac();
  dialog.confirm(response("Record-Route: <sip:strict.example>\r\n"));
  const auto bye = dialog.make_request(sip::Method::bye);
  EXPECT_EQ(bye.uri(), "sip:strict.example");
  EXPECT_EQ(bye.header(sip::HeaderName::route), "<sip:bob@10.0.0.2:5070>");
}

TEST(DialogTest, AcknowledgesWithTheNumberOfTheInvite) {
  Dialog dialog = uac();
  dialog.make_invite("sip:bob@demo.example");
  dialog.confirm(response(""));
  EXPECT_EQ(dialog.make_ack(1).header(sip::HeaderName::cseq), "1 ACK");
  EXPECT_EQ(dialog.local_cseq(), 1U);
}

TEST(DialogTest, AcceptsGapsAndNoNumberTwiceR054) {
  Dialog dialog = Dialog::as_uas(invite(""), "local", "<sips:us@h>");
  EXPECT_EQ(dialog.accept_sequence(7), SequenceCheck::too_low);
  EXPECT_EQ(dialog.accept_sequence(9), SequenceCheck::next);
  EXPECT_EQ(dialog.accept_sequence(8), SequenceCheck::too_low);
}

TEST(DialogTest, IsTheSameAfterItWasStored) {
  Dialog dialog = uac();
  dialog.make_invite("sip:bob@demo.example");
  dialog.confirm(response("Record-Route: <sip:p1;lr>\r\n"));
  DialogRecord record;
  dialog.store(record);
  Dialog restored = Dialog::restore(record);
  EXPECT_TRUE(restored.matches("c2", "local", "remote"));
  EXPECT_EQ(restored.make_request(sip::Method::bye).serialize(),
            dialog.make_request(sip::Method::bye).serialize());
}

}  // namespace
}  // namespace ringfence::sip_core
