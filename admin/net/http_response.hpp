// HttpResponse: a whole HTTP/1.x response as it was read up to the end of its connection (RFC 9112
// §6.3). Pure. A body shorter than its Content-Length is refused, for half a page would be
// believed.
#pragma once

#include <string>
#include <string_view>

#include "runtime/result.hpp"

namespace ringfence::admin {

struct HttpResponse {
  int status = 0;
  std::string body;
};

Result<HttpResponse> parse_http_response(std::string_view octets);
// The question that it answers.
std::string http_get(std::string_view path, std::string_view host);

}  // namespace ringfence::admin
