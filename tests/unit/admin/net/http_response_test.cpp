#include "admin/net/http_response.hpp"

#include <gtest/gtest.h>

namespace ringfence::admin {
namespace {

TEST(HttpResponse, GivesStatusAndBody) {
  const auto response = parse_http_response(
      "HTTP/1.1 503 Service Unavailable\r\ncontent-LENGTH:  2 \r\nX: y\r\n\r\n{}");
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "{}");
}

TEST(HttpResponse, WithoutALengthTheBodyGoesToTheEnd) {
  EXPECT_EQ(parse_http_response("HTTP/1.0 200 OK\r\n\r\nabc")->body, "abc");
}

TEST(HttpResponse, IgnoresWhatComesBehindTheLength) {
  EXPECT_EQ(parse_http_response("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc")->body, "a");
}

TEST(HttpResponse, RefusesHalfAPageAndWhatIsNoHttp) {
  EXPECT_FALSE(parse_http_response("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"));
  EXPECT_FALSE(parse_http_response("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nabc"));
  EXPECT_FALSE(parse_http_response("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0"));
  EXPECT_FALSE(parse_http_response("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n"));
  EXPECT_FALSE(parse_http_response("SSH-2.0-OpenSSH_9.2\r\n\r\n"));
  EXPECT_FALSE(parse_http_response("HTTP/1.1 abc\r\n\r\n"));
  EXPECT_FALSE(parse_http_response(""));
}

}  // namespace
}  // namespace ringfence::admin
