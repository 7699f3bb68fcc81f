// The reader of HTTP requests (F064).
#include "supervisor/status/http_request.hpp"

#include <gmock/gmock.h>

namespace ringfence::status {
namespace {

using testing::HasSubstr;

int status_of(std::string_view octets) {
  const HttpRead read = read_http_request(octets);
  if (std::holds_alternative<GetRequest>(read)) return 200;
  const auto* bad = std::get_if<BadRequest>(&read);
  return bad == nullptr ? 0 : bad->status;
}

TEST(HttpRequest, ReadsThePathWithoutItsQuery) {
  const auto read = read_http_request("GET /health?x=1 HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(std::holds_alternative<GetRequest>(read));
  EXPECT_EQ(std::get<GetRequest>(read).path, "/health");
  EXPECT_EQ(status_of("GET / HTTP/1.0\r\n\r\n"), 200);
  EXPECT_EQ(status_of("GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), 200);
}

TEST(HttpRequest, WaitsUntilTheHeadIsThere) {
  const std::string whole = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(status_of(std::string_view(whole).substr(0, size)), 0) << size;
  }
}

TEST(HttpRequest, AnswersOnlyGet) {
  for (const char* method : {"POST", "HEAD", "PUT", "OPTIONS", "get"}) {
    EXPECT_EQ(status_of(std::string(method) + " /health HTTP/1.1\r\n\r\n"), 405) << method;
  }
}

TEST(HttpRequest, RefusesWhatIsNotWellFormed) {
  for (const char* bad :
       {"GET\r\n\r\n", "GET /\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "GET http://x/ HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\n folded: x\r\n\r\n",
        "GET / HTTP/1.1\r\nname : x\r\n\r\n", "GET /a b HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello", "G@T / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "\x16\x03\x01\x02",
        "GET / SIP/2.0\r\n\r\n"}) {
    EXPECT_EQ(status_of(bad), 400) << bad;
  }
  EXPECT_EQ(status_of(std::string_view("GET / HTTP/1.1\r\nx: \0\r\n\r\n", 24)), 400);
  EXPECT_EQ(status_of("GET / HTTP/2.0\r\n\r\n"), 505);
}

TEST(HttpRequest, RefusesAHeadThatIsTooLong) {
  const std::string begin = "GET / HTTP/1.1\r\nx: ";
  EXPECT_EQ(status_of(begin + std::string(kMaxHead, 'a')), 431);
  EXPECT_EQ(status_of(begin + std::string(kMaxHead, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(status_of(begin + std::string(kMaxHead / 2, 'a') + "\r\n\r\n"), 200);
}

TEST(HttpResponse, SaysItsLengthAndCloses) {
  const std::string text = serialize({405, "application/json", "{}"});
  EXPECT_THAT(text, HasSubstr("HTTP/1.1 405 Method Not Allowed\r\n"));
  EXPECT_THAT(text, HasSubstr("Content-Length: 2\r\n"));
  EXPECT_THAT(text, HasSubstr("Allow: GET\r\n"));
  EXPECT_TRUE(text.ends_with("Connection: close\r\n\r\n{}"));
}

}  // namespace
}  // namespace ringfence::status
