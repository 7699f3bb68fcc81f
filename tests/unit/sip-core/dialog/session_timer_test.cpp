#include "sip-core/dialog/session_timer.hpp"

#include <gtest/gtest.h>

#include "sip-core/message/parser.hpp"

namespace ringfence::sip_core {
namespace {

using namespace std::chrono_literals;
using sip::HeaderName;
using Due = SessionTimer::Due;

constexpr TimePoint kNow{std::chrono::hours(10)};
constexpr SessionIntervals kIntervals{};

sip::Message parsed(const std::string& start_line, const std::string& fields) {
  auto message = sip::parse(start_line +
                            "\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\n"
                            "To: <sip:b@h>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\n" +
                            fields + "Content-Length: 0\r\n\r\n");
  EXPECT_TRUE(message);
  return message ? std::move(*message) : sip::Message{};
}
sip::Message request(const std::string& fields) {
  return parsed("INVITE sip:b@h SIP/2.0", fields);
}
sip::Message success(const std::string& fields) {
  return parsed("SIP/2.0 200 OK", fields);
}
sip::Message too_small(const std::string& fields) {
  return parsed("SIP/2.0 422 Session Interval Too Small", fields);
}

std::string asked(const SessionTimer& timer, const SessionIntervals& intervals = kIntervals,
                  HeaderName name = HeaderName::session_expires) {
  auto out = sip::OutgoingMessage::request(sip::Method::invite, "sip:b@h");
  timer.add_to_request(out, intervals);
  return std::string(out.header(name).value_or("-"));
}

struct Granted {
  std::string session_expires;
  std::string require;
  std::string min_se;
};
Granted granted(SessionTimer& timer, const std::string& fields,
                const SessionIntervals& intervals = kIntervals) {
  auto out = sip::OutgoingMessage::response(200);
  timer.accept(request(fields), intervals, out, kNow);
  return {std::string(out.header(HeaderName::session_expires).value_or("-")),
          std::string(out.header(HeaderName::require).value_or("-")),
          std::string(out.header(HeaderName::min_se).value_or("-"))};
}

TEST(SessionTimer, AsksForWhatTheOperatorWantsAndLetsThePeerChooseWhoRefreshes) {
  EXPECT_EQ(asked({}), "1800");
  EXPECT_EQ(asked({}, {600s, 90s}), "600");
  EXPECT_EQ(asked({}, {600s, 900s}), "900");
  EXPECT_EQ(asked({}, kIntervals, HeaderName::min_se), "-");
  EXPECT_EQ(asked({}, {600s, 120s}, HeaderName::min_se), "120");
}

TEST(SessionTimer, RefusesWhatIsTooShortForUsAndSaysWhatIsNotR152) {
  const SessionTimer timer;
  EXPECT_EQ(timer.refusal(request("Supported: timer\r\nSession-Expires: 89\r\n"), kIntervals), 90s);
  EXPECT_EQ(timer.refusal(request("Supported: timer\r\nSession-Expires: 90\r\n"), kIntervals),
            std::nullopt);
  EXPECT_EQ(timer.refusal(request("Require: timer\r\nx: 200;refresher=uac\r\n"), {600s, 300s}),
            300s);
  EXPECT_EQ(timer.refusal(request("Supported: timer\r\nx: 50\r\n"), {600s, 10s}), 90s);
  EXPECT_EQ(timer.refusal(request("Session-Expires: 50\r\n"), kIntervals), std::nullopt);
  EXPECT_EQ(timer.refusal(request("Supported: timer\r\n"), kIntervals), std::nullopt);
}

TEST(SessionTimer, NeverGrantsMoreThanWasAskedAndAlwaysNamesTheRefresherR153) {
  SessionTimer timer;
  const auto plain = granted(timer, "Supported: timer\r\nSession-Expires: 300\r\n");
  EXPECT_EQ(plain.session_expires, "300;refresher=uac");
  EXPECT_EQ(plain.require, "timer");
  EXPECT_EQ(plain.min_se, "-");  // R152: only a 422 has one
  SessionTimer chosen;
  const auto uas = granted(chosen, "Supported: timer\r\nSession-Expires: 300;refresher=uas\r\n");
  EXPECT_EQ(uas.session_expires, "300;refresher=uas");
  EXPECT_EQ(uas.require, "-");
  EXPECT_EQ(chosen.refresher(), Refresher::us);
}

TEST(SessionTimer, GrantsLessWhereWeWantLessButNotBelowTheMinimumOfTheRequest) {
  SessionTimer timer;
  EXPECT_EQ(granted(timer, "Supported: timer\r\nx: 7200\r\n").session_expires,
            "1800;refresher=uac");
  SessionTimer least;
  EXPECT_EQ(granted(least, "Supported: timer\r\nx: 7200\r\nMin-SE: 3600\r\n").session_expires,
            "3600;refresher=uac");
}

TEST(SessionTimer, RefreshesItselfForAPeerThatCannotR153) {
  SessionTimer timer;
  const auto out = granted(timer, "");
  EXPECT_EQ(out.session_expires, "1800;refresher=uas");
  EXPECT_EQ(out.require, "-");
  EXPECT_EQ(timer.due(kNow + 899s), Due::nothing);
  EXPECT_EQ(timer.due(kNow + 900s), Due::refresh);
}

TEST(SessionTimer, RefreshesAtHalfTheIntervalR154) {
  SessionTimer timer;
  timer.on_success(success("Session-Expires: 600;refresher=uac\r\n"), kNow);
  EXPECT_EQ(timer.next(), kNow + 300s);
  EXPECT_EQ(timer.due(kNow + 300s), Due::refresh);
  timer.refreshing();
  EXPECT_EQ(timer.due(kNow + 300s), Due::nothing);
  EXPECT_EQ(timer.next(), kNow + 568s);
  timer.try_again(kNow + 310s);
  EXPECT_EQ(timer.next(), kNow + 310s);
  timer.on_success(success("Session-Expires: 600;refresher=uac\r\n"), kNow + 310s);
  EXPECT_EQ(timer.next(), kNow + 610s);
}

TEST(SessionTimer, GivesUpAThirdOrHalfAMinuteBeforeTheEndR155) {
  SessionTimer longer;
  longer.on_success(success("Session-Expires: 600;refresher=uas\r\n"), kNow);
  EXPECT_EQ(longer.next(), kNow + 568s);
  EXPECT_EQ(longer.due(kNow + 567s), Due::nothing);
  EXPECT_EQ(longer.due(kNow + 568s), Due::expired);
  SessionTimer shorter;
  shorter.on_success(success("Session-Expires: 90;refresher=uas\r\n"), kNow);
  EXPECT_EQ(shorter.next(), kNow + 60s);
}

TEST(SessionTimer, IsOffWhereTheSuccessDoesNotNameItR156) {
  SessionTimer timer;
  timer.on_success(success("Session-Expires: 600;refresher=uac\r\n"), kNow);
  EXPECT_TRUE(timer.running());
  timer.on_success(success(""), kNow + 1s);
  EXPECT_FALSE(timer.running());
  EXPECT_EQ(timer.next(), std::nullopt);
}

TEST(SessionTimer, KeepsItsRefresherWhoeverSendsTheNextRequestR156) {
  SessionTimer timer;
  granted(timer, "Supported: timer\r\nx: 600;refresher=uac\r\n");
  EXPECT_EQ(asked(timer), "600;refresher=uas");
  timer.on_success(success("x: 600;refresher=uas\r\n"), kNow);
  EXPECT_EQ(timer.refresher(), Refresher::peer);
  EXPECT_EQ(granted(timer, "Supported: timer\r\nx: 600\r\n").session_expires, "600;refresher=uac");
  SessionTimer ours;
  ours.on_success(success("x: 600;refresher=uac\r\n"), kNow);
  EXPECT_EQ(granted(ours, "Supported: timer\r\nx: 600\r\n").session_expires, "600;refresher=uas");
}

TEST(SessionTimer, AsksAgainWithWhatA422NamesAndNotForEverR152) {
  SessionTimer timer;
  EXPECT_TRUE(timer.on_too_small(too_small("Min-SE: 3600\r\n"), kIntervals));
  EXPECT_EQ(asked(timer), "3600");
  EXPECT_EQ(asked(timer, kIntervals, HeaderName::min_se), "3600");
  EXPECT_FALSE(timer.on_too_small(too_small("Min-SE: 3600\r\n"), kIntervals));
  EXPECT_FALSE(timer.on_too_small(too_small(""), kIntervals));
}

TEST(SessionTimer, IsNotMadeToRefreshWithoutEnd) {
  SessionTimer timer;
  timer.on_success(success("Session-Expires: 0\r\n"), kNow);
  EXPECT_EQ(timer.next(), kNow + 15s);
}

TEST(SessionTimer, HasAsLongLeftAfterARestartAsItHadR158) {
  const auto ours = SessionTimer::restore(600s, Refresher::us, kNow + 400s, kNow);
  EXPECT_EQ(ours.next(), kNow + 100s);
  EXPECT_EQ(ours.due(kNow + 368s), Due::expired);
  const auto late = SessionTimer::restore(600s, Refresher::us, kNow + 200s, kNow);
  EXPECT_EQ(late.due(kNow), Due::refresh);
  const auto theirs = SessionTimer::restore(600s, Refresher::peer, kNow + 20s, kNow);
  EXPECT_EQ(theirs.due(kNow), Due::expired);
  // A clock that went back lengthens nothing.
  const auto skewed = SessionTimer::restore(600s, Refresher::peer, kNow + 9000s, kNow);
  EXPECT_EQ(skewed.expires(), kNow + 600s);
  EXPECT_FALSE(SessionTimer::restore(0s, Refresher::us, kNow, kNow).running());
}

TEST(SessionTimer, AsksForNothingWhereItOnlyTakesPart) {
  const SessionIntervals accept{1800s, 90s, SessionIntervals::Use::accept};
  EXPECT_EQ(asked({}, accept), "-");
  SessionTimer timer;
  EXPECT_EQ(granted(timer, "Supported: timer\r\n", accept).session_expires, "-");
  EXPECT_FALSE(timer.running());
  EXPECT_NE(granted(timer, "Supported: timer\r\nSession-Expires: 600\r\n", accept).session_expires,
            "-");
  EXPECT_TRUE(timer.running());
  EXPECT_NE(asked(timer, accept), "-") << "what runs is refreshed";
}

TEST(SessionTimer, KnowsNoTimersWhereTheyAreOff) {
  const SessionIntervals off{1800s, 90s, SessionIntervals::Use::off};
  auto out = sip::OutgoingMessage::request(sip::Method::invite, "sip:b@h");
  out.set(HeaderName::supported, "timer, replaces, norefersub");
  SessionTimer timer;
  timer.add_to_request(out, off);
  EXPECT_EQ(out.header(HeaderName::supported), "replaces, norefersub");
  EXPECT_FALSE(out.header(HeaderName::session_expires));
  EXPECT_EQ(granted(timer, "Supported: timer\r\nSession-Expires: 600\r\n", off).session_expires,
            "-");
  EXPECT_FALSE(timer.running());
  EXPECT_FALSE(timer.refusal(request("Supported: timer\r\nSession-Expires: 30\r\n"), off));
}

}  // namespace
}  // namespace ringfence::sip_core
