#include "sip-core/b2bua/transfer.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

sip::Message refer(const std::string& fields) {
  auto message = sip::parse(
      "REFER sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n"
      "To: <sip:b@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 REFER\r\n" +
      fields + "Content-Length: 0\r\n\r\n");
  EXPECT_TRUE(message);
  return message ? std::move(*message) : sip::Message{};
}

TEST(Transfer, ReadsWhomTheCallIsToReach) {
  const auto plain = read_refer_to(refer("Refer-To: <sip:carol@demo.example;user=phone>\r\n"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->uri.to_string(), "sip:carol@demo.example");
  EXPECT_FALSE(plain->replaces);
  const auto compact = read_refer_to(refer("r: sips:carol@demo.example\r\n"));
  ASSERT_TRUE(compact);
  EXPECT_EQ(compact->uri.scheme, sip::Scheme::sips);
  EXPECT_TRUE(read_refer_to(refer("Refer-To: <tel:+4930123>\r\n")));
}

TEST(Transfer, ReadsTheDialogThatItJoins) {
  const auto target = read_refer_to(
      refer("Refer-To: <sip:carol@demo.example?Replaces=a%40h%3Bto-tag%3D7%3Bfrom-tag%3D8>\r\n"));
  ASSERT_TRUE(target);
  ASSERT_TRUE(target->replaces);
  EXPECT_EQ(target->replaces->call_id, "a@h");
  EXPECT_EQ(target->replaces->to_tag, "7");
  EXPECT_EQ(target->replaces->from_tag, "8");
  EXPECT_EQ(target->replaces->which, Replaces::Which::any);
}

TEST(Transfer, RefusesWhatIsNoTransferOfACall) {
  EXPECT_EQ(read_refer_to(refer("")).error(), 400);
  EXPECT_EQ(read_refer_to(refer("Refer-To: <sip:a@h>\r\nRefer-To: <sip:b@h>\r\n")).error(), 400);
  EXPECT_EQ(read_refer_to(refer("Refer-To: <http://h/>\r\n")).error(), 416);
  EXPECT_EQ(read_refer_to(refer("Refer-To: <sip:a@h;method=BYE>\r\n")).error(), 501);
  EXPECT_EQ(read_refer_to(refer("Refer-To: <sip:a@h?Replaces=nothing>\r\n")).error(), 400);
  EXPECT_EQ(read_refer_to(refer("Refer-To: <sip:a@h?Replaces=%4>\r\n")).error(), 400);
}

TEST(Transfer, ReadsAReferToOfAnyReasonableLength) {
  const std::string id(400, 'x');
  const auto target = read_refer_to(refer("Refer-To: <sip:carol@demo.example?Replaces=" + id +
                                          "%3Bto-tag%3D7%3Bfrom-tag%3D8>\r\n"));
  ASSERT_TRUE(target);
  EXPECT_EQ(target->replaces->call_id, id);
  EXPECT_FALSE(parse_replaces(std::string(2000, 'x') + ";to-tag=1;from-tag=2"));
}

TEST(Transfer, ReadsReplacesOfAnInvite) {
  const auto early = parse_replaces("c1 ;from-tag=f; to-tag=t;early-only");
  ASSERT_TRUE(early);
  EXPECT_EQ(early->call_id, "c1");
  EXPECT_EQ(early->which, Replaces::Which::early_only);
  EXPECT_FALSE(parse_replaces("c1;to-tag=t"));
  EXPECT_FALSE(parse_replaces(""));
}

TEST(Transfer, KnowsWhetherNotificationsAreWantedRfc4488) {
  EXPECT_EQ(refer_subscription(refer("")), ReferSubscription::wanted);
  EXPECT_EQ(refer_subscription(refer("Refer-Sub: false\r\n")), ReferSubscription::unwanted);
  EXPECT_EQ(refer_subscription(refer("Refer-Sub: False;x\r\n")), ReferSubscription::unwanted);
}

TEST(Transfer, TellsStatusesAsStatusLines) {
  EXPECT_EQ(status_fragment(486), "SIP/2.0 486 Busy Here\r\n");
  EXPECT_EQ(status_of_fragment("SIP/2.0 180 Ringing\r\nTo: <sip:b@h>"), 180);
  EXPECT_EQ(status_of_fragment("SIP/2.0 99 x"), std::nullopt);
  EXPECT_EQ(status_of_fragment("hello"), std::nullopt);
}

}  // namespace
}  // namespace ringfence::sip_core
