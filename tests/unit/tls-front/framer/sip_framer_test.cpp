// SipFramer: frames by RFC 3261 §18.3, limits by R028 to R038, and the same answer for
// every way in which the octets may be cut.
#include "tls-front/framer/sip_framer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace ringfence::tls_front {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct Seen {
  Frame::Kind kind;
  FramingError error;
  std::string octets;
  bool operator==(const Seen&) const = default;
};

Seen message(std::string octets) {
  return {Frame::Kind::message, {}, std::move(octets)};
}
Seen ping() {
  return {Frame::Kind::ping, {}, {}};
}
Seen error(FramingError what, std::string octets) {
  return {Frame::Kind::error, what, std::move(octets)};
}

std::vector<Seen> frames_of(const std::vector<std::string_view>& pieces) {
  SipFramer framer;
  std::vector<Seen> seen;
  for (const std::string_view piece : pieces) {
    framer.feed(piece);
    while (const auto frame = framer.next())
      seen.push_back({frame->kind, frame->error, std::string(frame->octets)});
  }
  return seen;
}

std::vector<Seen> frames_of(std::string_view whole) {
  return frames_of(std::vector{whole});
}

std::string request(const std::string& fields, const std::string& body = "") {
  return "OPTIONS sip:a.test SIP/2.0\r\n" + fields + "\r\n" + body;
}

// What the framer must say of `header`, which a next message follows.
void expect_error(FramingError what, const std::string& header) {
  const std::string next = request("Content-Length: 0\r\n");
  EXPECT_THAT(frames_of(header + next), ElementsAre(error(what, header)))
      << testing::PrintToString(header);
}

TEST(SipFramer, CutsMessagesByContentLength) {  // R028
  const std::string one = request("Content-Length: 5\r\n", "hello");
  const std::string two = request("l:0\r\n");
  const std::string three = "SIP/2.0 200 OK\r\nCONTENT-LENGTH \t:  2 \r\n\r\nok";
  EXPECT_THAT(frames_of(one + two + three),
              ElementsAre(message(one), message(two), message(three)));
}

TEST(SipFramer, ReadsAFoldedContentLength) {  // R044
  const std::string folded =
      request("Subject: a\r\n b\r\nContent-Length:\r\n\t 3 \r\nTo: x\r\n", "abc");
  EXPECT_THAT(frames_of(folded), ElementsAre(message(folded)));
}

TEST(SipFramer, SkipsCrlfBeforeAStartLineAndReportsPings) {  // R029, R084
  const std::string one = request("l: 0\r\n");
  EXPECT_THAT(frames_of("\r\n" + one), ElementsAre(message(one)));
  EXPECT_THAT(frames_of("\r\n\r\n" + one + "\r\n\r\n"), ElementsAre(ping(), message(one), ping()));
  EXPECT_THAT(frames_of(one + "\r\n"), ElementsAre(message(one)));
  EXPECT_THAT(frames_of("\r\n\r\n\r\n\r\n"), ElementsAre(ping(), ping()));
}

TEST(SipFramer, WaitsForTheWholeBody) {  // R033
  SipFramer framer;
  framer.feed(request("Content-Length: 5\r\n", "hell"));
  EXPECT_FALSE(framer.next());
  EXPECT_TRUE(framer.in_message());
  framer.feed("o");
  EXPECT_TRUE(framer.next());
  EXPECT_FALSE(framer.in_message());
  EXPECT_FALSE(framer.next());
}

TEST(SipFramer, RefusesAMissingOrWrongContentLength) {  // R028, R030, R031, R032, F067
  expect_error(FramingError::content_length_missing, request("Call-ID: x\r\n"));
  expect_error(FramingError::content_length_missing, request(""));
  expect_error(FramingError::content_length_missing, request("Content-Lengths: 0\r\n"));
  for (const char* value : {"-1", "", "abc", "0x10", "12 13", "1,1", "+5", "5;a=b", "5\xc2\xa0"}) {
    expect_error(FramingError::content_length_invalid,
                 request("Content-Length: " + std::string(value) + "\r\n"));
  }
  expect_error(FramingError::content_length_repeated,
               request("Content-Length: 0\r\nContent-Length: 0\r\n"));
  expect_error(FramingError::content_length_repeated, request("l: 0\r\nContent-Length: 0\r\n"));
  for (const char* value : {"65537", "2147483648", "4294967328", "18446744073709551616",
                            "99999999999999999999999999999999"}) {
    expect_error(FramingError::body_too_large,
                 request("Content-Length: " + std::string(value) + "\r\n"));
  }
}

TEST(SipFramer, AcceptsTheLargestBody) {  // R032
  const std::string largest =
      request("Content-Length: 65536\r\n", std::string(SipFramer::kMaxBody, 'x'));
  EXPECT_THAT(frames_of(largest), ElementsAre(message(largest)));
}

TEST(SipFramer, NeverLooksForAMessageBehindAnError) {  // R034, F067
  const std::string hidden = request("l: 0\r\n");
  const std::string shorter = request("l: 2\r\n", "ab");
  const auto seen = frames_of(shorter + "\x01" + hidden);
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[1], error(FramingError::not_sip, "\x01"));
}

TEST(SipFramer, ReadsABodyThatIsLongerThanSaidAsTheNextMessage) {  // R034
  const auto seen = frames_of(request("l: 2\r\n", "ab") + "cd\r\n" + request("l: 0\r\n"));
  ASSERT_THAT(seen, SizeIs(2));
  EXPECT_EQ(seen[1], error(FramingError::not_sip, "cd\r\n"));
}

TEST(SipFramer, RefusesWhatIsNotSip) {  // R038, F069
  EXPECT_THAT(frames_of("GET / HTTP/1.1\r\n\r\n"),
              ElementsAre(error(FramingError::not_sip, "GET / HTTP/1.1\r\n")));
  EXPECT_THAT(frames_of("\x16\x03\x01\x02"), ElementsAre(error(FramingError::not_sip, "\x16")));
  EXPECT_THAT(frames_of("\n"), ElementsAre(error(FramingError::not_sip, "\n")));
  EXPECT_THAT(frames_of("\rX"), ElementsAre(error(FramingError::not_sip, "\rX")));
}

TEST(SipFramer, RefusesLinesThatEndInOneHalfOfCrlf) {  // R038
  const std::string start = "OPTIONS sip:a.test SIP/2.0\r\n";
  EXPECT_THAT(frames_of(start + "A: b\nl: 0\r\n\r\n"),
              ElementsAre(error(FramingError::not_sip, start + "A: b\n")));
  EXPECT_THAT(frames_of(start + "A: b\rl: 5\r\nl: 0\r\n\r\n"),
              ElementsAre(error(FramingError::not_sip, start + "A: b\rl: 5\r\n")));
  EXPECT_THAT(frames_of(start + "l: 0\r\n\n"),
              ElementsAre(error(FramingError::not_sip, start + "l: 0\r\n\n")));
}

TEST(SipFramer, RefusesControlOctetsInFieldNames) {  // R038, F069
  const std::string start = "OPTIONS sip:a.test SIP/2.0\r\n";
  for (const std::string& name : {std::string("Content-Length\0", 15), std::string("\x01l"),
                                  std::string("Content\tLength"), std::string("l\x7f")}) {
    const std::string line = name + ": 0\r\n";
    EXPECT_THAT(frames_of(start + line + "\r\n"),
                ElementsAre(error(FramingError::not_sip, start + line)));
  }
  // A fold right after the start line would hide a field from one reader of two.
  EXPECT_THAT(frames_of(start + " l: 0\r\n\r\n"),
              ElementsAre(error(FramingError::not_sip, start + " l: 0\r\n")));
}

TEST(SipFramer, LimitsTheStartLine) {  // R037, F068
  const std::string long_line = "OPTIONS sip:" + std::string(100'000, 'a');
  EXPECT_THAT(frames_of(long_line), ElementsAre(error(FramingError::start_line_too_long,
                                                      long_line.substr(0, SipFramer::kMaxField))));
  const std::string end = " SIP/2.0\r\n";
  const std::string longest =
      "OPTIONS sip:" + std::string(SipFramer::kMaxField - 12 - end.size(), 'a') + end +
      "l: 0\r\n\r\n";
  EXPECT_THAT(frames_of(longest), ElementsAre(message(longest)));
}

TEST(SipFramer, LimitsOneFieldWithItsFolds) {  // R037
  const std::string start = "OPTIONS sip:a.test SIP/2.0\r\n";
  std::string folded = start + "Subject: a\r\n";
  while (folded.size() < start.size() + SipFramer::kMaxField + 100)
    folded += " " + std::string(100, 'b') + "\r\n";
  EXPECT_THAT(frames_of(folded),
              ElementsAre(error(FramingError::header_too_large,
                                folded.substr(0, start.size() + SipFramer::kMaxField))));
}

TEST(SipFramer, LimitsTheNumberOfFieldsAndTheirSum) {  // R037, F068
  std::string many = "OPTIONS sip:a.test SIP/2.0\r\n";
  for (std::size_t i = 0; i < SipFramer::kMaxFields; ++i)
    many += "Via: x\r\n";
  EXPECT_THAT(frames_of(many + "l: 0\r\n\r\n"),
              ElementsAre(error(FramingError::header_too_large, many + "l: 0\r\n")));
  std::string large = "OPTIONS sip:a.test SIP/2.0\r\n";
  while (large.size() < SipFramer::kMaxHeader + 1000)
    large += "Via: " + std::string(1000, 'x') + "\r\n";
  EXPECT_THAT(frames_of(large), ElementsAre(error(FramingError::header_too_large,
                                                  large.substr(0, SipFramer::kMaxHeader))));
}

TEST(SipFramer, GivesTheSameFramesHoweverTheOctetsAreCut) {  // R035
  const std::string start = "INVITE sip:a.test SIP/2.0\r\n";
  const std::string inputs[] = {
      "\r\n\r\n" + request("l: 3\r\n", "a\r\n") + "\r\n" + request("Content-Length:\r\n 0\r\n"),
      request("Content-Length: 5\r\n", "hello") + "GET / HTTP/1.1\r\n\r\n",
      request("Call-ID: x\r\n") + request("l: 0\r\n"),
      start + "A: b\r\n c\nl: 0\r\n\r\n",
      start + "l: 0\r\nContent-Length: 0\r\n\r\nrest",
      "\r\nX" + std::string(300, ' ') + "\r\n",
      "SIP/2.0 200 OK\r\nl \t: 12\r\n\r\nhello, world\r\n\r\n\r",
  };
  for (const std::string& input : inputs) {
    const auto whole = frames_of(input);
    for (std::size_t cut = 0; cut <= input.size(); ++cut) {
      const std::string_view view(input);
      EXPECT_EQ(frames_of({view.substr(0, cut), view.substr(cut)}), whole) << "cut at " << cut;
    }
    std::vector<std::string_view> octets;
    for (std::size_t i = 0; i < input.size(); ++i)
      octets.push_back(std::string_view(input).substr(i, 1));
    EXPECT_EQ(frames_of(octets), whole);
  }
}

TEST(SipFramer, GivesTheSameErrorAtALimitHoweverTheOctetsAreCut) {  // R035, R037
  std::string large = "OPTIONS sip:a.test SIP/2.0\r\n";
  while (large.size() < SipFramer::kMaxHeader + 1000)
    large += "Via: " + std::string(1013, 'x') + "\r\n";
  const auto whole = frames_of(large);
  for (const std::size_t size : {1U, 7U, 1000U, 16384U, 65535U, 65536U}) {
    std::vector<std::string_view> pieces;
    for (std::size_t at = 0; at < large.size(); at += size)
      pieces.push_back(std::string_view(large).substr(at, size));
    EXPECT_EQ(frames_of(pieces), whole) << size;
  }
}

TEST(SipFramer, ACrlfThatAnswersOurPingIsNoHalfOfAPing) {  // R085
  SipFramer framer;
  for (int i = 0; i < 3; ++i) {
    framer.expect_pong(true);
    framer.feed("\r\n");
    const auto frame = framer.next();
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->kind, Frame::Kind::pong);
    EXPECT_FALSE(framer.next());
  }
  framer.expect_pong(false);
  framer.feed("\r\n\r\n");
  EXPECT_EQ(framer.next()->kind, Frame::Kind::ping);
}

}  // namespace
}  // namespace ringfence::tls_front
