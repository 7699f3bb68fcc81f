#include "sip-core/message/parser.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/sip-core/message/sample.hpp"

namespace ringfence::sip_core::sip {
namespace {

ParseErrorCode code_of(std::string text, Framing framing = Framing::datagram) {
  const auto message = parse(std::move(text), framing);
  if (!message) return message.error().code;
  ADD_FAILURE() << "parsed";
  return ParseErrorCode::empty;
}

int status_of(std::string text, Framing framing = Framing::datagram) {
  const auto message = parse(std::move(text), framing);
  return message ? 0 : message.error().suggested_status;
}

TEST(Parser, reads_the_request_line) {
  const Message m = must_parse(options_with(""));
  EXPECT_TRUE(m.is_request());
  EXPECT_EQ(m.method(), Method::options);
  EXPECT_EQ(m.method_text(), "OPTIONS");
  EXPECT_EQ(m.request_uri_text(), "sip:bob@example.com");
  EXPECT_EQ(m.field_count(), 5U);
}

TEST(Parser, reads_the_status_line_with_and_without_a_reason) {
  const Message m = must_parse("SIP/2.0 486 Busy  Here\r\nCSeq: 3 INVITE\r\n\r\n");
  EXPECT_TRUE(m.is_response());
  EXPECT_EQ(m.status_code(), 486);
  EXPECT_EQ(m.reason(), "Busy  Here");
  EXPECT_EQ(m.method(), Method::invite);
  EXPECT_EQ(m.method_text(), "INVITE");
  EXPECT_EQ(must_parse("SIP/2.0 100 \r\n\r\n").reason(), "");
  EXPECT_EQ(must_parse("SIP/2.0 100\r\n\r\n").status_code(), 100);
}

TEST(Parser, stays_valid_when_the_message_is_moved) {
  Message first = must_parse(options_with("Subject: moved\r\n", "body"));
  const Message second = std::move(first);
  EXPECT_EQ(second.header(HeaderName::subject), "moved");
  EXPECT_EQ(second.body(), "body");
  EXPECT_EQ(second.via()->host, "192.0.2.1");
}

TEST(Parser, ignores_empty_lines_before_the_start_line_R029) {
  EXPECT_EQ(must_parse("\r\n\r\n" + options_with("")).method(), Method::options);
  EXPECT_EQ(code_of("\r\n\r\n"), ParseErrorCode::empty);
  EXPECT_EQ(code_of(""), ParseErrorCode::empty);
}

TEST(Parser, unfolds_values_and_trims_them) {
  const Message m = must_parse(options_with("Subject :\t one\r\n  two\r\n\tthree \t\r\n"));
  EXPECT_EQ(m.header(HeaderName::subject), "one    two  \tthree");
}

TEST(Parser, does_not_accept_a_fold_before_the_first_field) {
  EXPECT_EQ(code_of("OPTIONS sip:a SIP/2.0\r\n Via: x\r\n\r\n"), ParseErrorCode::header_name);
}

TEST(Parser, refuses_what_is_no_header_name_R038_F069) {
  const std::string names[] = {"X Internal", "", std::string("X\0Y", 3), "X\x01Y", "X\x80"};
  for (const std::string& name : names) {
    EXPECT_EQ(code_of(options_with(name + ": v\r\n")), ParseErrorCode::header_name) << name;
  }
  EXPECT_EQ(code_of(options_with("no colon\r\n")), ParseErrorCode::header_name);
  EXPECT_EQ(code_of(options_with("X-Internal\r\n: v\r\n")), ParseErrorCode::header_name);
}

TEST(Parser, trims_the_space_before_the_colon_so_that_the_name_is_the_same_everywhere_R038) {
  const Message m = must_parse(options_with("P-Asserted-Identity\t : <sip:x@y>\r\n"));
  EXPECT_TRUE(m.has(HeaderName::p_asserted_identity));
}

TEST(Parser, refuses_a_lone_CR_or_LF_R038) {
  EXPECT_EQ(code_of(options_with("Subject: a\rb\r\n")), ParseErrorCode::line_end);
  EXPECT_EQ(code_of(options_with("Subject: a\nb\r\n")), ParseErrorCode::line_end);
  EXPECT_EQ(code_of("OPTIONS sip:a SIP/2.0\nVia: x\n\n"), ParseErrorCode::line_end);
}

TEST(Parser, allows_a_control_octet_only_behind_a_backslash) {
  EXPECT_EQ(code_of(options_with("Subject: a\x01z\r\n")), ParseErrorCode::header_value);
  EXPECT_EQ(code_of(options_with(std::string("Subject: a\0z\r\n", 14))),
            ParseErrorCode::header_value);
  EXPECT_EQ(code_of(options_with("Subject: a\x7f\r\n")), ParseErrorCode::header_value);
  EXPECT_EQ(must_parse(options_with("Subject: \"a\\\x01\"\r\n")).header(HeaderName::subject),
            "\"a\\\x01\"");
}

TEST(Parser, finds_a_control_octet_at_every_distance) {
  const std::string after(20, 'y');
  for (const char octet : {'\x02', '\x1f', '\x7f'}) {
    for (std::size_t before = 0; before < 40; ++before) {
      const std::string text =
          options_with("Subject: \t\xc3\xa4" + std::string(before, 'x') + octet + after + "\r\n");
      const auto message = parse(text);
      ASSERT_FALSE(message);
      EXPECT_EQ(message.error().offset, text.find(octet));
    }
  }
}

TEST(Parser, refuses_broken_start_lines) {
  EXPECT_EQ(code_of("OPTIONS\r\n\r\n"), ParseErrorCode::start_line);
  EXPECT_EQ(code_of("OPTIONS sip:a\r\n\r\n"), ParseErrorCode::start_line);
  EXPECT_EQ(code_of("OPT IONS sip:a SIP/2.0\r\n\r\n"), ParseErrorCode::request_uri);
  EXPECT_EQ(code_of("OPT:ONS sip:a SIP/2.0\r\n\r\n"), ParseErrorCode::start_line);
  EXPECT_EQ(code_of("OPTIONS <sip:a> SIP/2.0\r\n\r\n"), ParseErrorCode::request_uri);
  EXPECT_EQ(code_of("OPTIONS sip:a HTTP/1.1\r\n\r\n"), ParseErrorCode::start_line);
  EXPECT_EQ(code_of("OPTIONS sip:a SIP/7.0\r\n\r\n"), ParseErrorCode::version);
  EXPECT_EQ(status_of("OPTIONS sip:a SIP/7.0\r\n\r\n"), 505);
}

TEST(Parser, drops_responses_with_an_impossible_status_R042) {
  for (const char* line : {"SIP/2.0 099 x", "SIP/2.0 700 x", "SIP/2.0 4294967396 x", "SIP/2.0 20 x",
                           "SIP/2.0 -20 x", "SIP/2.0 2x0 x", "SIP/3.0 200 x"}) {
    EXPECT_FALSE(parse(std::string(line) + "\r\n\r\n")) << line;
    EXPECT_EQ(status_of(std::string(line) + "\r\n\r\n"), 0) << line;
  }
}

TEST(Parser, keeps_its_limits_R037_F068) {
  EXPECT_EQ(code_of("OPTIONS sip:" + std::string(kMaxStartLine, 'a') + " SIP/2.0\r\n\r\n"),
            ParseErrorCode::start_line_too_long);
  EXPECT_EQ(code_of(options_with("Subject: " + std::string(kMaxHeaderField, 'a') + "\r\n")),
            ParseErrorCode::header_too_long);
  std::string folds = "Subject: a";
  for (std::size_t i = 0; i < kMaxHeaderField; i += 10)
    folds += "\r\n bbbbbbb";
  EXPECT_EQ(code_of(options_with(folds + "\r\n")), ParseErrorCode::header_too_long);
  std::string many;
  for (std::size_t i = 0; i < kMaxHeaderFields - 5; ++i)
    many += "X-A: b\r\n";
  EXPECT_EQ(must_parse(options_with(many)).field_count(), kMaxHeaderFields);
  EXPECT_EQ(code_of(options_with(many + "X-A: b\r\n")), ParseErrorCode::too_many_headers);
  std::string large;
  for (int i = 0; i < 9; ++i)
    large += "X-A: " + std::string(8000, 'b') + "\r\n";
  EXPECT_EQ(code_of(options_with(large)), ParseErrorCode::headers_too_long);
  EXPECT_EQ(status_of(options_with(large)), 513);
  EXPECT_EQ(code_of(options_with("", std::string(kMaxBody + 1, 'b'))),
            ParseErrorCode::body_too_long);
  EXPECT_EQ(must_parse(options_with("", std::string(kMaxBody, 'b'))).body().size(), kMaxBody);
}

TEST(Parser, needs_the_empty_line) {
  EXPECT_EQ(code_of("OPTIONS sip:a SIP/2.0"), ParseErrorCode::headers_unterminated);
  EXPECT_EQ(code_of("OPTIONS sip:a SIP/2.0\r\n"), ParseErrorCode::headers_unterminated);
  EXPECT_EQ(code_of("OPTIONS sip:a SIP/2.0\r\nVia: x\r\n"), ParseErrorCode::headers_unterminated);
}

TEST(ContentLength, is_decimal_once_and_nothing_else_R030_R031_R032_F067) {
  for (const char* value : {"-1", "", "0x10", "5 5", "12 13", "5;a", "+5", "5,5", "1e1"}) {
    EXPECT_EQ(code_of(options_with("Content-Length: " + std::string(value) + "\r\n", "hello")),
              ParseErrorCode::content_length)
        << value;
  }
  EXPECT_EQ(code_of(options_with("Content-Length: 5\r\nl: 5\r\n", "hello")),
            ParseErrorCode::content_length);
  for (const char* value :
       {"2147483648", "4294967328", "18446744073709551616", "99999999999999999999999999999999"}) {
    const std::string text =
        options_with("Content-Length: " + std::string(value) + "\r\n", "hello");
    EXPECT_EQ(code_of(text), ParseErrorCode::body_too_long) << value;
    EXPECT_EQ(status_of(text), 413) << value;
  }
  EXPECT_EQ(must_parse(options_with("l : 0005\r\n", "hello"), Framing::stream).body(), "hello");
}

TEST(ContentLength, bounds_the_body_of_a_datagram_R033_R036) {
  EXPECT_EQ(must_parse(options_with("l: 3\r\n", "hello")).body(), "hel");
  EXPECT_EQ(must_parse(options_with("", "hello")).body(), "hello");
  EXPECT_EQ(code_of(options_with("l: 6\r\n", "hello")), ParseErrorCode::body_truncated);
}

TEST(ContentLength, must_fit_the_frame_of_a_stream_R028_R034) {
  EXPECT_EQ(code_of(options_with(""), Framing::stream), ParseErrorCode::content_length);
  EXPECT_EQ(code_of(options_with("l: 3\r\n", "hello"), Framing::stream),
            ParseErrorCode::trailing_octets);
  EXPECT_EQ(code_of(options_with("l: 6\r\n", "hello"), Framing::stream),
            ParseErrorCode::body_truncated);
}

TEST(Salvage, finds_what_a_response_needs_around_the_fault) {
  const auto message = parse(options_with("Content-Length: -1\r\n"));
  ASSERT_FALSE(message);
  const Salvage& found = message.error().salvage;
  EXPECT_TRUE(found.can_answer());
  EXPECT_EQ(found.method, "OPTIONS");
  EXPECT_EQ(found.from, "Alice <sip:alice@example.com>;tag=1");
  ASSERT_EQ(found.vias.size(), 1U);
}

TEST(Salvage, leaves_out_fields_that_are_not_clean_and_never_answers_an_ACK) {
  const auto dirty = parse("OPTIONS sip:a SIP/2.0\r\nCall-ID: a\x01\r\nVia: x\r\n\r\n");
  ASSERT_FALSE(dirty);
  EXPECT_EQ(dirty.error().salvage.call_id, "");
  EXPECT_FALSE(dirty.error().salvage.can_answer());
  std::string ack = options_with("Content-Length: x\r\n");
  ack.replace(0, 7, "ACK");
  const auto message = parse(ack);
  ASSERT_FALSE(message);
  EXPECT_FALSE(message.error().salvage.can_answer());
}

}  // namespace
}  // namespace ringfence::sip_core::sip
