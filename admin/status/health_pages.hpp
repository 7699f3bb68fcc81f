// The two health pages as ringfencectl shows them. Both come as JSON text; whatever
// is missing in them is shown as missing, never guessed.
#pragma once

#include <string>
#include <string_view>

#include "admin/print/text_table.hpp"
#include "runtime/result.hpp"
#include "runtime/socket_address.hpp"

namespace ringfence::admin {

enum class AllIsWell : bool { no, yes };

struct HealthView {
  std::string text;
  AllIsWell well = AllIsWell::no;
};

Result<HealthView> show_health(std::string_view health, std::string_view tls_health,
                               Colours colours);
// One document with both: {"health": …, "sip_tls": …}.
Result<HealthView> join_health(std::string_view health, std::string_view tls_health);

Result<std::string> show_certificates(std::string_view tls_health, Colours colours);
Result<std::string> certificates_as_json(std::string_view tls_health);

// The body of a health page; a 503 is an answer as well.
Result<std::string> fetch_page(const SocketAddress& http, std::string_view path);

}  // namespace ringfence::admin
