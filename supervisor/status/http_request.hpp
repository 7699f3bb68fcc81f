// HttpRequestReader: a strict reader of one HTTP/1.x request without a body. Pure: it is shown all
// octets received so far and says what they are. What is not plainly well-formed is refused: no
// line folding, no bare line feeds, no absolute target, no body.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

namespace ringfence::status {

inline constexpr std::size_t kMaxHead = 8192;

struct NeedMore {};
// A GET of `path`, without its query.
struct GetRequest {
  std::string path;
};
struct BadRequest {
  int status = 400;  // 400, 405, 431, 505
  std::string_view reason;
};
using HttpRead = std::variant<NeedMore, GetRequest, BadRequest>;

HttpRead read_http_request(std::string_view octets);

struct HttpResponse {
  int status = 200;
  std::string_view content_type;
  std::string body;
};
// The whole answer; the connection is closed after it.
std::string serialize(const HttpResponse& response);

}  // namespace ringfence::status
