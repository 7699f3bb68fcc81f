#include "admin/trace/ladder.hpp"

#include <gmock/gmock.h>

namespace ringfence::admin {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TracedMessage message(TraceLeg leg, TraceDirection direction, std::string label,
                      std::chrono::microseconds after = 0us) {
  TracedMessage traced;
  traced.time = std::chrono::seconds(1'800'000'000) + after;
  traced.leg = leg;
  traced.direction = direction;
  traced.transport = leg == TraceLeg::b ? TraceTransport::udp : TraceTransport::tls;
  traced.local = *SocketAddress::parse("192.0.2.1:5061");
  traced.remote =
      *SocketAddress::parse(leg == TraceLeg::b ? "198.51.100.9:5060" : "203.0.113.4:40112");
  traced.call = "e-1";
  traced.call_id = leg == TraceLeg::b ? "far" : "near";
  traced.label = std::move(label);
  return traced;
}

TEST(Ladder, ShowsBothLegsWithRingfenceInTheMiddle) {
  Ladder ladder(LadderDetail::lines, Colours::off);
  std::string text;
  auto invite = message(TraceLeg::a, TraceDirection::received, "INVITE");
  invite.octets = "INVITE sip:x SIP/2.0\r\n\r\nv=0\r\n";
  text += ladder.add(invite);
  text += ladder.add(message(TraceLeg::a, TraceDirection::sent, "100 Trying (INVITE)", 410us));
  text += ladder.add(message(TraceLeg::b, TraceDirection::sent, "INVITE", 731us));
  text += ladder.add(message(TraceLeg::b, TraceDirection::received, "486 Busy Here (INVITE)", 2s));
  EXPECT_EQ(
      text,
      "+0 is 2027-01-15 08:00:00.000000 UTC\n"
      "                   leg a                                                      Ringfence"
      "                                  leg b\n"
      "#1 leg a: Call-ID near\n"
      "#1   +0.000000     203.0.113.4:40112 tls     |--- INVITE SDP -------------------->|"
      "                                    |\n"
      "#1   +0.000410     203.0.113.4:40112 tls     |<-- 100 Trying (INVITE) ------------|"
      "                                    |\n"
      "#1 leg b: Call-ID far\n"
      "#1   +0.000731                               |                                    |"
      "--- INVITE ------------------------>| 198.51.100.9:5060 udp\n"
      "#1   +2.000000                               |                                    |"
      "<-- 486 Busy Here (INVITE) ---------| 198.51.100.9:5060 udp\n");
}

TEST(Ladder, NumbersCallsAndPutsWhatBelongsToNoneOnTheLeft) {
  Ladder ladder(LadderDetail::lines, Colours::off);
  ladder.add(message(TraceLeg::a, TraceDirection::received, "INVITE"));
  auto other = message(TraceLeg::none, TraceDirection::received, "REGISTER");
  other.call.clear();
  other.call_id = "reg";
  const std::string text = ladder.add(other);
  EXPECT_THAT(text, testing::StartsWith("#2: Call-ID reg\n#2   "));
  EXPECT_THAT(text, HasSubstr("203.0.113.4:40112 tls     |--- REGISTER -"));
  EXPECT_THAT(ladder.add(message(TraceLeg::b, TraceDirection::sent, "INVITE")), HasSubstr("#1   "));
}

TEST(Ladder, KeepsItsColumnsWhateverAPeerSays) {
  Ladder ladder(LadderDetail::lines, Colours::off);
  ladder.add(message(TraceLeg::a, TraceDirection::received, "INVITE"));
  const std::string usual = ladder.add(message(TraceLeg::a, TraceDirection::sent, "200 OK"));
  const std::string odd = ladder.add(message(TraceLeg::a, TraceDirection::sent,
                                             "400 \x1b[2J\n" + std::string(60, 'x') + " (INVITE)"));
  EXPECT_EQ(odd.size(), usual.size());
  EXPECT_THAT(odd, Not(HasSubstr("\x1b")));
  auto wide = message(TraceLeg::a, TraceDirection::sent, "200 OK");
  wide.remote = *SocketAddress::parse("[2001:db8:1111:2222:3333:4444:5555:6666]:40112");
  EXPECT_THAT(ladder.add(wide), HasSubstr(":6666]:40112 tls |<-- "));
}

TEST(Ladder, ShowsWholeMessagesWithoutLettingThemSteerTheTerminal) {
  Ladder ladder(LadderDetail::whole_messages, Colours::off);
  auto bye = message(TraceLeg::a, TraceDirection::received, "BYE");
  bye.octets = "BYE sip:x SIP/2.0\r\nSubject: \x1b]0;t\x07\r\n\r\n";
  const std::string text = ladder.add(bye);
  EXPECT_THAT(text, HasSubstr("\n      BYE sip:x SIP/2.0\n      Subject: ?]0;t?\n"));
}

TEST(Ladder, IsColouredOnlyWhereThatIsWanted) {
  Ladder plain(LadderDetail::lines, Colours::off);
  Ladder coloured(LadderDetail::lines, Colours::on);
  const auto failure = message(TraceLeg::a, TraceDirection::sent, "503 Service Unavailable");
  EXPECT_THAT(plain.add(failure), Not(HasSubstr("\x1b[")));
  EXPECT_THAT(coloured.add(failure), HasSubstr("\x1b[31m503"));
}

}  // namespace
}  // namespace ringfence::admin
